//! A database that is copied.

use tokio_postgres::Error;

use crate::domain::node::{ClockComparison, DEAD_AFTER};
use crate::domain::time::{Clock, Timestamp};
use crate::store::copy::{CopySource, Facts, MovedTo, Problem, Reading, Table, TakeTuple, quoted};
use crate::store::sql::failed::Failed;

use super::super::compare::compare;
use super::super::migrations::Migrations;
use super::super::open_failed::OpenFailed;
use super::super::place::Place;
use super::super::schema;
use super::line::Line;
use super::rows;

/// A database that is copied, in one transaction.
pub struct PostgresSource {
    line: Line,
}

impl PostgresSource {
    /// Begins to read the database; `clock` judges which nodes live. Nothing is changed.
    pub fn open(place: &Place, clock: &dyn Clock, comparison: ClockComparison) -> Result<Self, OpenFailed> {
        let line = Line::open(place)?;
        schema::require_present(&line.session)?;
        if comparison == ClockComparison::Made {
            compare(&line.session, clock)?;
        }
        let now = clock.now();
        refuse_nodes(&line, now)?;
        line.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")?;
        // Every transaction of a node changes its row of `writers`, so nobody writes any more. Locked before
        // the first query, whose snapshot is everybody's.
        let locked = line.execute("LOCK TABLE nodes, writers, leases IN SHARE ROW EXCLUSIVE MODE");
        locked.map_err(|failed| OpenFailed::Copy(format!("others still work in it: {failed}")))?;
        refuse_nodes(&line, now)?;
        schema::require_present(&line.session)?;
        Ok(Self { line })
    }

    /// Begins to read the database beside the nodes that work in it. They go on, and what they write from now on is
    /// not seen.
    pub fn beside(place: &Place) -> Result<Self, OpenFailed> {
        let line = Line::open(place)?;
        schema::require_present(&line.session)?;
        line.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
        Ok(Self { line })
    }

    /// Lets everybody start on the database although it was copied elsewhere. Returns where that was; `None`
    /// if it was not.
    pub fn take_back(place: &Place) -> Result<Option<MovedTo>, OpenFailed> {
        let line = Line::open(place)?;
        if schema::recognise_any(&line.session, &Migrations::shipped())? == schema::Found::Nothing {
            return Err(OpenFailed::Copy("there is no database".to_owned()));
        }
        Ok(line.session.take_back()?)
    }
}

/// Refuses while nodes live.
fn refuse_nodes(line: &Line, now: Timestamp) -> Result<(), OpenFailed> {
    let sql = "SELECT number, kind, address FROM nodes WHERE seen_at > $1 ORDER BY number";
    let live = line.wait(line.session.wire.client.query(sql, &[&(now - DEAD_AFTER).as_millis()]))?;
    if live.is_empty() {
        return Ok(());
    }
    let mut names = Vec::with_capacity(live.len());
    for row in live {
        let told = || -> Result<String, Error> {
            Ok(format!(
                "{} ({}, {})",
                row.try_get::<_, i64>(0)?,
                row.try_get::<_, String>(1)?,
                row.try_get::<_, String>(2)?
            ))
        };
        names.push(told().map_err(Failed::from)?);
    }
    let problem = format!(
        "nodes work in it: {}. Stop all of them first; one that was killed is gone {} s later",
        names.join(", "),
        DEAD_AFTER.as_secs()
    );
    Err(OpenFailed::Copy(problem))
}

impl CopySource for PostgresSource {
    fn fact(&mut self, key: &str) -> Result<Option<Vec<u8>>, Problem> {
        Ok(self.line.session.fact(key)?)
    }

    fn tables(&mut self) -> Result<Vec<Table>, Problem> {
        rows::tables(&self.line)
    }

    fn count(&mut self, table: &Table) -> Result<u64, Problem> {
        let sql = format!("SELECT count(*) FROM {}", quoted(&table.name));
        let row = self.line.wait(self.line.session.wire.client.query_one(&sql, &[]))?;
        let count: i64 = row.try_get(0).map_err(Failed::from)?;
        Ok(count.unsigned_abs())
    }

    fn read(&mut self, table: &Table, reading: Reading, each: TakeTuple<'_>) -> Result<(), Problem> {
        rows::read(&self.line, table, reading, each)
    }

    /// Ends the nodes as well: one that wakes up later finds that its number is gone.
    fn leave(&mut self, moved: &MovedTo) -> Result<(), Problem> {
        self.line.session.mark_moved(moved)?;
        Ok(self.line.execute("DELETE FROM writers; DELETE FROM leases; DELETE FROM nodes; COMMIT")?)
    }
}
