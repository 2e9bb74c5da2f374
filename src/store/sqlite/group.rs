//! What operations that commit together share: their connection, the audit trail's next row, and
//! what they count.

use std::cell::{Cell, RefCell};
use std::ops::Deref;

use rusqlite::Connection;

use crate::domain::reports::audit::AuditEvent;
use crate::domain::time::Timestamp;

use super::audit::{self, About};
use super::statistics::{CellId, Counter, Tally};

/// A group of operations in one transaction of the writer. Made at its beginning, gone with it:
/// what a transaction that is rolled back has counted is forgotten with it.
pub(super) struct Group<'a> {
    connection: &'a Connection,
    /// The greatest identity in the audit trail, once it is known.
    latest_note: Cell<Option<i64>>,
    tally: RefCell<Tally>,
}

impl<'a> Group<'a> {
    pub(super) fn new(connection: &'a Connection) -> Self {
        Self { connection, latest_note: Cell::default(), tally: RefCell::default() }
    }

    /// Writes an event into the audit trail.
    pub(super) fn note(&self, now: Timestamp, event: AuditEvent, about: About) -> rusqlite::Result<()> {
        let latest = match self.latest_note.get() {
            Some(latest) => latest,
            None => audit::greatest_id(self)?,
        };
        self.latest_note.set(Some(audit::note(self, latest, now, event, about)?));
        Ok(())
    }

    /// Adds to a counter of the statistics. It is written before the COMMIT, once for the whole
    /// group: many of its operations count in the same few cells.
    pub(super) fn count(&self, cell: CellId, counter: Counter, change: i64) {
        self.tally.borrow_mut().add(cell, counter, change);
    }

    /// Writes what was counted. Comes last.
    pub(super) fn finish(self) -> rusqlite::Result<()> {
        self.tally.into_inner().write(self.connection)
    }
}

impl Deref for Group<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection
    }
}
