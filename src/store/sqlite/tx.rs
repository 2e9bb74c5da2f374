//! The port of the verbs, implemented over an SQLite connection.

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ErrorCode, Row as SqliteRow};

use crate::store::sql::audit::seals;
use crate::store::sql::failed::{Failed, Result};
use crate::store::sql::hold::Holding;
use crate::store::sql::row::{Columns, Row};
use crate::store::sql::tx::{RowCallback, Tx};
use crate::store::sql::value::Value;

/// A connection, inside a transaction or read-only.
pub(super) struct SqliteTx<'a>(pub(super) &'a Connection);

impl SqliteTx<'_> {
    fn prepare(&self, sql: &str, with: &[Value<'_>]) -> rusqlite::Result<CachedStatement<'_>> {
        // For the tests of other databases. The text has no values: those are bound.
        if cfg!(debug_assertions) {
            tracing::trace!(target: "otpmint::sql", sql);
        }
        let mut statement = self.0.prepare_cached(sql)?;
        for (index, value) in with.iter().enumerate() {
            statement.raw_bind_parameter(index + 1, BoundValue(*value))?;
        }
        Ok(statement)
    }
}

impl Tx for SqliteTx<'_> {
    fn rows(&self, sql: &str, with: &[Value<'_>], each: RowCallback<'_>) -> Result<()> {
        let mut statement = self.prepare(sql, with)?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            if each(&mut Row::of(row))?.is_break() {
                break;
            }
        }
        Ok(())
    }

    fn change(&self, sql: &str, with: &[Value<'_>]) -> Result<usize> {
        Ok(self.prepare(sql, with)?.raw_execute()?)
    }
}

struct BoundValue<'a>(Value<'a>);

impl ToSql for BoundValue<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Value::Null => ValueRef::Null,
            Value::Int(number) => ValueRef::Integer(number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl Columns for SqliteRow<'_> {
    fn column(&self, index: usize) -> Result<Value<'_>> {
        Ok(match self.get_ref(index)? {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(number) => Value::Int(number),
            ValueRef::Text(text) => {
                Value::Text(std::str::from_utf8(text).map_err(|error| Failed::Operation(error.into()))?)
            }
            ValueRef::Blob(bytes) => Value::Bytes(bytes),
            ValueRef::Real(_) => return Err(Failed::Operation("a fraction, of which there are none".into())),
        })
    }
}

/// Classifies errors. A full disk is noticed when pages are written out, which may be in the middle
/// of a transaction.
impl From<rusqlite::Error> for Failed {
    fn from(error: rusqlite::Error) -> Self {
        use ErrorCode::*;
        match error.sqlite_error_code() {
            Some(DatabaseBusy | DatabaseLocked) => Self::Again(error.into()),
            Some(
                DiskFull
                | SystemIoFailure
                | ReadOnly
                | CannotOpen
                | DatabaseCorrupt
                | NotADatabase
                | PermissionDenied
                | OutOfMemory
                | FileLockingProtocolFailed,
            ) => Self::Store(error.into()),
            _ => Self::Operation(error.into()),
        }
    }
}

/// No other transaction runs beside this one.
impl Holding for SqliteTx<'_> {
    fn audit_floor(&self) -> Result<i64> {
        seals::end(self)
    }
}
