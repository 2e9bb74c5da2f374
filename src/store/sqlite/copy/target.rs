//! A database that a copy fills.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::types::{ToSqlOutput, ValueRef};

use crate::store::copy::{
    Column, CopyTarget, Copying, CopyingState, Facts, Feed, Kind, Marked, Problem, Reading, Table, TakeTuple,
    USED, fields, is_empty, quoted,
};

use super::super::open_failed::OpenFailed;
use super::super::{files, schema};
use super::rows;

/// A database that a copy fills, in one transaction. A copy that is cut off leaves it empty and marked.
pub struct SqliteTarget {
    connection: Connection,
}

impl SqliteTarget {
    /// Creates the database at `path` and marks it. Takes one that is there only if it is empty, or if a copy
    /// was cut off in it.
    pub fn open(path: &Path, copy: u64) -> Result<Self, OpenFailed> {
        if path.exists() {
            schema::recognise_any(path)?;
        }
        files::keep_private(path).map_err(OpenFailed::File)?;
        let mut connection = Connection::open_with_flags(path, schema::PRESENT)?;
        connection.busy_timeout(schema::BUSY)?;
        let tables = rows::tables(&connection).map_err(failed)?;
        if !tables.is_empty() {
            refuse_used(&connection, &tables)?;
        }
        prepare(&connection)?;
        schema::migrate(&mut connection)?;
        connection.execute_batch("BEGIN EXCLUSIVE")?;
        let tables = rows::tables(&connection).map_err(failed)?;
        refuse_used(&connection, &tables)?;
        let copying = Copying { copy, state: CopyingState::Filling };
        connection.mark_copying(&copying)?;
        connection.execute_batch("COMMIT; BEGIN EXCLUSIVE")?;
        for table in tables.iter().rev() {
            connection.execute_batch(&table.clear())?;
        }
        Ok(Self { connection })
    }

    /// Lets everybody start on the database at `path` if this copy has filled it and was cut off before that.
    /// Returns whether it was so.
    pub fn finish(path: &Path, copy: u64) -> Result<bool, OpenFailed> {
        if !path.exists() {
            return Ok(false);
        }
        schema::recognise_any(path)?;
        Ok(Connection::open_with_flags(path, schema::PRESENT)?.open_up_if_filled(copy)?)
    }
}

/// What is there already is not copied over, unless a copy was cut off in it.
fn refuse_used(connection: &Connection, tables: &[Table]) -> Result<(), OpenFailed> {
    let instead = "move it away, or name another file";
    let is_cut_off = Marked::is_cut_off(connection.marked()?, instead).map_err(OpenFailed::Copy)?;
    match is_cut_off || connection.query_row(&is_empty(tables), [], |row| row.get(0))? {
        true => Ok(()),
        false => Err(OpenFailed::Copy(USED.to_owned())),
    }
}

/// The rollback journal has only the few pages that were there before, so it stays small; what is filled is
/// on disk when it commits.
fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "journal_mode", "TRUNCATE")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "cache_size", -65_536)?;
    // They are checked at the end.
    connection.pragma_update(None, "foreign_keys", false)
}

fn failed(Problem(problem): Problem) -> OpenFailed {
    OpenFailed::Copy(problem)
}

impl CopyTarget for SqliteTarget {
    fn tables(&mut self) -> Result<Vec<Table>, Problem> {
        rows::tables(&self.connection)
    }

    fn fill(&mut self, table: &Table, feed: Feed<'_>) -> Result<(), Problem> {
        let places: Vec<String> = (1..=table.columns.len()).map(|place| format!("?{place}")).collect();
        let insert =
            format!("INSERT INTO {} ({}) VALUES ({})", quoted(&table.name), table.list(), places.join(", "));
        let mut insert = self.connection.prepare(&insert)?;
        feed(&mut |tuple| {
            for (place, (column, field)) in table.columns.iter().zip(fields(tuple)).enumerate() {
                insert.raw_bind_parameter(place + 1, bound(column, field)?)?;
            }
            Ok(insert.raw_execute().map(|_| ())?)
        })
    }

    fn settle(&mut self) -> Result<(), Problem> {
        let mut broken = self.connection.prepare("PRAGMA foreign_key_check")?;
        let has_broken = broken.exists([])?;
        if has_broken { Err("a row refers to one that is not there".into()) } else { Ok(()) }
    }

    fn read(&mut self, table: &Table, each: TakeTuple<'_>) -> Result<(), Problem> {
        rows::read(&self.connection, table, Reading::Plain, each)
    }

    fn amend(&mut self, sql: &str) -> Result<(), Problem> {
        Ok(self.connection.execute_batch(sql)?)
    }

    fn record(&mut self, key: &str, value: &[u8]) -> Result<(), Problem> {
        Ok(Facts::record(&self.connection, key, value)?)
    }

    fn keep(&mut self, copying: &Copying) -> Result<(), Problem> {
        self.connection.mark_copying(copying)?;
        Ok(self.connection.execute_batch("COMMIT")?)
    }

    fn open_up(&mut self) -> Result<(), Problem> {
        Ok(self.connection.open_up()?)
    }
}

/// The value of a field for its column.
fn bound<'a>(column: &Column, field: Option<&'a [u8]>) -> Result<ToSqlOutput<'a>, Problem> {
    let Some(bytes) = field else { return Ok(ToSqlOutput::Borrowed(ValueRef::Null)) };
    Ok(ToSqlOutput::Borrowed(match column.kind {
        Kind::Number => {
            let number = bytes.try_into().map_err(|_| format!("{} is not a number", column.name))?;
            ValueRef::Integer(i64::from_be_bytes(number))
        }
        Kind::Text => ValueRef::Text(bytes),
        Kind::Bytes => ValueRef::Blob(bytes),
    }))
}
