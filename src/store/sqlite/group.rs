//! A unit of work with its connection, for the verbs that have not moved to `store/sql` yet.

use std::ops::Deref;

use rusqlite::Connection;

use crate::domain::reports::audit::AuditEvent;
use crate::domain::time::Timestamp;
use crate::store::sql;
use crate::store::sql::audit::About;
use crate::store::sql::failed::Failed;
use crate::store::sql::reports::{CellId, Counter};

/// A unit of work and its connection.
pub(super) struct Group<'a> {
    pub(super) connection: &'a Connection,
    pub(super) unit: &'a sql::group::Group<'a>,
}

impl Group<'_> {
    pub(super) fn note(&self, now: Timestamp, event: AuditEvent, about: About) -> rusqlite::Result<()> {
        self.unit.note(now, event, about).map_err(Former::error)
    }

    pub(super) fn count(&self, cell: CellId, counter: Counter, change: i64) {
        self.unit.count(cell, counter, change);
    }
}

impl Deref for Group<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection
    }
}

/// What failed in `store/sql`, on its way through a verb that knows errors of SQLite only.
pub(super) struct Former;

impl Former {
    pub(super) fn error(failed: Failed) -> rusqlite::Error {
        let (Failed::Again(cause) | Failed::Operation(cause) | Failed::Store(cause)) = failed;
        match cause.downcast() {
            Ok(error) => *error,
            Err(cause) => rusqlite::Error::ToSqlConversionFailure(cause),
        }
    }
}
