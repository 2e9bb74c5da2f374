//! A database that is copied.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

use crate::domain::time::Timestamp;
use crate::store::copy::{CopySource, Facts, MovedTo, Problem, Reading, Table, TakeTuple, quoted};

use super::super::open_failed::OpenFailed;
use super::super::schema;
use super::rows;

/// How far the server's time may be ahead of the machine's, by which the nodes of the copy go.
const AHEAD: Duration = Duration::from_secs(2);

/// A database that is copied, in one transaction.
pub struct SqliteSource {
    connection: Connection,
}

impl SqliteSource {
    /// Begins to read the database at `path`; `wall` is the time of this machine. Nothing is changed.
    pub fn open(path: &Path, wall: Timestamp) -> Result<Self, OpenFailed> {
        if !path.exists() {
            return Err(OpenFailed::Copy("there is no database".to_owned()));
        }
        if let Some(name) = schema::pending(path)?.first() {
            let problem = format!(
                "{name} has not been run: bring it to this version with `otpmint store migrate` first"
            );
            return Err(OpenFailed::Copy(problem));
        }
        let connection = schema::connect(path)?;
        // Not the server, which the lock of the folder keeps away, but commands.
        connection.execute_batch("BEGIN IMMEDIATE")?;
        connection.refuse_marked::<OpenFailed>()?;
        if let Some(seconds) = seconds_ahead(&connection, wall)? {
            let problem = format!(
                "the server's time is {seconds} s ahead of this machine's clock, by which codes would live longer in \
                 the copy: wait until it has caught up, or run `otpmint clock reset` first"
            );
            return Err(OpenFailed::Copy(problem));
        }
        Ok(Self { connection })
    }

    /// Begins to read the database at `path` beside whoever works in it. They go on, and what they write from now on
    /// is not seen; meanwhile the WAL grows.
    pub fn beside(path: &Path) -> Result<Self, OpenFailed> {
        if !path.exists() {
            return Err(OpenFailed::Copy("there is no database".to_owned()));
        }
        schema::recognise_any(path)?;
        let connection = Connection::open_with_flags(path, schema::PRESENT)?;
        schema::prepare_reader(&connection)?;
        schema::require_newest(&connection)?;
        // The snapshot is that of the first query.
        connection.execute_batch("BEGIN")?;
        connection.refuse_marked::<OpenFailed>()?;
        Ok(Self { connection })
    }

    /// Lets everybody start on the database at `path` although it was copied elsewhere. Returns where that
    /// was; `None` if it was not.
    pub fn take_back(path: &Path) -> Result<Option<MovedTo>, OpenFailed> {
        if !path.exists() {
            return Err(OpenFailed::Copy("there is no database".to_owned()));
        }
        schema::recognise_any(path)?;
        Ok(schema::connect(path)?.take_back()?)
    }
}

/// How far the last moment that was decided by is ahead of the machine's clock, if it is far.
fn seconds_ahead(connection: &Connection, wall: Timestamp) -> rusqlite::Result<Option<u64>> {
    let noted = connection.fact("clock")?.and_then(|bytes| <[u8; 8]>::try_from(bytes).ok());
    let reached = noted.map(|bytes| Timestamp::from_millis(i64::from_be_bytes(bytes)));
    Ok(reached.map(|reached| reached.since(wall)).filter(|ahead| *ahead > AHEAD).map(|ahead| ahead.as_secs()))
}

impl CopySource for SqliteSource {
    fn fact(&mut self, key: &str) -> Result<Option<Vec<u8>>, Problem> {
        Ok(self.connection.fact(key)?)
    }

    fn tables(&mut self) -> Result<Vec<Table>, Problem> {
        rows::tables(&self.connection)
    }

    fn count(&mut self, table: &Table) -> Result<u64, Problem> {
        let sql = format!("SELECT count(*) FROM {}", quoted(&table.name));
        let count: i64 = self.connection.query_row(&sql, [], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    fn read(&mut self, table: &Table, reading: Reading, each: TakeTuple<'_>) -> Result<(), Problem> {
        rows::read(&self.connection, table, reading, each)
    }

    fn leave(&mut self, moved: &MovedTo) -> Result<(), Problem> {
        self.connection.mark_moved(moved)?;
        Ok(self.connection.execute_batch("COMMIT")?)
    }
}
