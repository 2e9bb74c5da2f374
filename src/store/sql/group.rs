//! The unit of work: what operations that commit together share.

use std::ops::Deref;
use std::rc::Rc;

use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::node::Node;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::secret::RecipientIndex;
use crate::domain::time::Timestamp;

use super::audit::{self, About};
use super::failed::Result;
use super::flush;
use super::hold::{HeldChallenge, HeldRecipient, Hold};
use super::lane::Lane;
use super::reports::{CellId, Counter, Counts};
use super::rows::{ChallengeRow, Owner};
use super::tx::{Each, Tx};
use super::value::Value;

/// A group of operations in one transaction. Made at its beginning, gone with it: what a transaction
/// that is rolled back has counted or changed in memory is forgotten with it.
pub struct Group<'a> {
    tx: &'a dyn Tx,
    lane: &'a Lane,
    hold: Hold,
    counts: Counts,
}

impl<'a> Group<'a> {
    pub fn new(tx: &'a dyn Tx, lane: &'a Lane) -> Self {
        Self { tx, lane, hold: Hold::default(), counts: Counts::default() }
    }

    /// Which node writes.
    pub fn node(&self) -> Node {
        self.lane.node()
    }

    /// An identity for a row that only the store knows.
    pub fn draw(&self, now: Timestamp) -> i64 {
        self.lane.draw(now)
    }

    /// A challenge, if there is one.
    pub fn challenge(&self, id: ChallengeId) -> Result<Option<HeldChallenge>> {
        self.hold.challenge(self.tx, id)
    }

    /// A challenge, if there is one of this tenant.
    pub fn challenge_of(&self, tenant: TenantId, id: ChallengeId) -> Result<Option<HeldChallenge>> {
        Ok(self.challenge(id)?.filter(|held| held.get().tenant == tenant))
    }

    /// Adds a challenge.
    pub fn add_challenge(&self, row: ChallengeRow) {
        self.hold.add_challenge(row);
    }

    /// What is counted for a recipient.
    pub fn recipient(&self, tenant: TenantId, index: RecipientIndex) -> Result<HeldRecipient> {
        self.hold.recipient(self.tx, tenant, index)
    }

    /// A tenant, if there is one.
    pub fn owner(&self, tenant: TenantId) -> Result<Option<Rc<Owner>>> {
        self.hold.owner(self.tx, tenant)
    }

    /// Writes an event into the audit trail.
    pub fn note(&self, now: Timestamp, event: AuditEvent, about: About) -> Result<()> {
        audit::note(self.tx, self.draw(now), event, about)
    }

    /// Adds to a counter of the statistics. It is written before the COMMIT, once for the whole
    /// group: many of its operations count in the same few cells.
    pub fn count(&self, cell: CellId, counter: Counter, change: i64) {
        self.counts.add(cell, counter, change);
    }

    /// Writes the rows that are held and forgets them, so that the database can be asked.
    pub fn let_go(&self) -> Result<()> {
        flush::write(self.tx, &self.hold)?;
        self.hold.clear();
        Ok(())
    }

    /// Writes what is only in memory. Comes last.
    pub fn finish(self) -> Result<()> {
        self.let_go()?;
        self.counts.write(self.tx, self.lane.node())
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
