//! The unit of work: what operations that commit together share.

use std::ops::Deref;

use crate::domain::reports::audit::AuditEvent;
use crate::domain::time::Timestamp;

use super::audit::{About, Notes};
use super::failed::Result;
use super::reports::{CellId, Counter, Counts};
use super::tx::{Each, Tx};
use super::value::Value;

/// A group of operations in one transaction. Made at its beginning, gone with it: what a transaction
/// that is rolled back has counted is forgotten with it.
pub struct Group<'a> {
    tx: &'a dyn Tx,
    notes: Notes,
    counts: Counts,
}

impl<'a> Group<'a> {
    pub fn new(tx: &'a dyn Tx) -> Self {
        Self { tx, notes: Notes::default(), counts: Counts::default() }
    }

    /// Writes an event into the audit trail.
    pub fn note(&self, now: Timestamp, event: AuditEvent, about: About) -> Result<()> {
        self.notes.write(self.tx, now, event, about)
    }

    /// Adds to a counter of the statistics. It is written before the COMMIT, once for the whole
    /// group: many of its operations count in the same few cells.
    pub fn count(&self, cell: CellId, counter: Counter, change: i64) {
        self.counts.add(cell, counter, change);
    }

    /// Writes what is only in memory. Comes last.
    pub fn finish(self) -> Result<()> {
        self.counts.write(self.tx)
    }
}

/// What a unit of work does not hold itself is asked of the database, in its transaction.
impl Tx for Group<'_> {
    fn rows(&self, sql: &str, with: &[Value<'_>], each: Each<'_>) -> Result<()> {
        self.tx.rows(sql, with, each)
    }

    fn change(&self, sql: &str, with: &[Value<'_>]) -> Result<usize> {
        self.tx.change(sql, with)
    }

    fn later(&self, sql: &str, with: &[Value<'_>]) -> Result<()> {
        self.tx.later(sql, with)
    }
}

/// For what every transaction offers.
impl<'a> Deref for Group<'a> {
    type Target = dyn Tx + 'a;

    fn deref(&self) -> &(dyn Tx + 'a) {
        self.tx
    }
}
