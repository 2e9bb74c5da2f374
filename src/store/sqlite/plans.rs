//! Tests of SQLite's query plans for reports: they use the indexes of the cells, and touch no challenges.

use std::cell::RefCell;
use std::ops::ControlFlow;

use rusqlite::Connection;

use crate::domain::id::TenantId;
use crate::domain::reports::course::CourseQuery;
use crate::domain::reports::statistics::{Day, Dimension, StatisticsQuery};
use crate::store::sql::failed::Result;
use crate::store::sql::reports;
use crate::store::sql::tx::{RowCallback, Tx};
use crate::store::sql::value::Value;

use super::schema;
use super::tx::SqliteTx;

/// Records the plans of statements, and returns no rows.
struct Explained<'a> {
    tx: SqliteTx<'a>,
    plans: RefCell<Vec<String>>,
}

impl Tx for Explained<'_> {
    fn rows(&self, sql: &str, with: &[Value<'_>], _: RowCallback<'_>) -> Result<()> {
        self.tx.rows(&format!("EXPLAIN QUERY PLAN {sql}"), with, &mut |row| {
            let _: (i64, i64, i64) = (row.get()?, row.get()?, row.get()?);
            self.plans.borrow_mut().push(row.get()?);
            Ok(ControlFlow::Continue(()))
        })
    }

    fn change(&self, _: &str, _: &[Value<'_>]) -> Result<usize> {
        Ok(0)
    }
}

fn plan(ask: impl Fn(&dyn Tx) -> Result<()>) -> String {
    let mut connection = Connection::open_in_memory().unwrap();
    schema::migrate(&mut connection).unwrap();
    let explained = Explained { tx: SqliteTx(&connection), plans: RefCell::default() };
    ask(&explained).unwrap();
    explained.plans.into_inner().join("; ")
}

#[test]
fn numbers_come_from_the_cells_of_the_days_asked_for() {
    let of_one = StatisticsQuery {
        tenant: Some(TenantId(1)),
        from: Day::from_number(1),
        to: Day::from_number(2),
        only: vec![(Dimension::Domain, "example.com".to_owned())],
        group_by: Dimension::ALL.to_vec(),
        limit: 10,
    };
    let of_all = StatisticsQuery { tenant: None, group_by: vec![Dimension::Day], ..of_one.clone() };
    let own = plan(|tx| reports::groups(tx, &of_one).map(|_| ()));
    assert!(own.contains("USING COVERING INDEX cells_kind (tenant=? AND day>? AND day<?)"), "{own}");
    let all = plan(|tx| reports::groups(tx, &of_all).map(|_| ()));
    assert!(all.contains("INDEX cells_day (day>? AND day<?)"), "{all}");
    for plan in [own, all] {
        assert!(
            plan.contains("SEARCH n USING PRIMARY KEY (cell=?)") && !plan.contains("challenges"),
            "{plan}"
        );
    }
}

#[test]
fn the_course_of_days_is_found_by_their_index() {
    let asked = |tenant| CourseQuery { tenant, from: Day::from_number(1), to: Day::from_number(2) };
    let own = plan(|tx| reports::by_day(tx, &asked(Some(TenantId(1)))).map(|_| ()));
    assert!(own.contains("INDEX cells_kind (tenant=? AND day>? AND day<?)"), "{own}");
    let all = plan(|tx| reports::by_day(tx, &asked(None)).map(|_| ()));
    assert!(all.contains("INDEX cells_day (day>? AND day<?)"), "{all}");
}
