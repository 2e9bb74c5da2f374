//! The unit of work: state shared by the operations that commit together.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeSet;
use std::ops::Deref;
use std::rc::Rc;
use std::time::Duration;

use crate::domain::challenges::idempotency::Made;
use crate::domain::id::{self, ChallengeId, TenantId};
use crate::domain::node::Node;
use crate::domain::phone::fraud::trail::Mark;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::secret::{RecipientIndex, RequestDigest, TrailKey};
use crate::domain::spray::answers::Answers;
use crate::domain::time::Timestamp;

use super::audit::{self, About};
use super::failed::Result;
use super::flush;
use super::hold::{HeldChallenge, HeldRecipient, HeldTally, HeldTrail, Hold, Holding};
use super::lane::WriterLane;
use super::needs::Wanted;
use super::reports::counter::Counter;
use super::reports::counts::{CellId, PendingCounts};
use super::reports::known_cells::KnownCells;
use super::rows::{ChallengeRow, Owner, QueuedMessage};
use super::spray::guesses::PendingGuesses;
use super::story::Story;
use super::tx::{RowCallback, Tx};
use super::value::Value;

/// A group of operations in one transaction. It is created and dropped with the transaction, so a
/// rollback discards everything that it counted or changed in memory.
pub struct Group<'a> {
    tx: &'a dyn Holding,
    lane: &'a WriterLane,
    hold: Hold,
    counts: PendingCounts,
    guesses: PendingGuesses,
    /// The cells that this transaction has added.
    cells: RefCell<Vec<CellId>>,
    story: RefCell<Story>,
    /// Asked for once, by the first row of the audit trail.
    audit_floor: OnceCell<i64>,
}

impl<'a> Group<'a> {
    pub fn new(tx: &'a dyn Holding, lane: &'a WriterLane) -> Self {
        Self {
            tx,
            lane,
            hold: Hold::default(),
            counts: PendingCounts::default(),
            guesses: PendingGuesses::default(),
            cells: RefCell::default(),
            story: RefCell::default(),
            audit_floor: OnceCell::new(),
        }
    }

    /// Returns the node that writes.
    pub fn node(&self) -> Node {
        self.lane.node()
    }

    /// Draws an identity for a row that only the store knows.
    pub fn draw(&self, now: Timestamp) -> i64 {
        self.lane.draw(now)
    }

    /// Returns a number that grows with time and that no other lane of any node returns.
    pub fn first_of_lane(&self, now: Timestamp) -> i64 {
        self.lane.first(now)
    }

    /// Loads these challenges, and their recipients, before they are asked for one after the other.
    pub fn load_challenges(&self, ids: impl Iterator<Item = ChallengeId>) -> Result<()> {
        let challenges: BTreeSet<_> = ids.collect();
        let with_recipients = challenges.clone();
        self.tx.load(&self.hold, &Wanted { challenges, with_recipients, ..Wanted::default() })
    }

    /// Returns a challenge, if it exists.
    pub fn challenge(&self, id: ChallengeId) -> Result<Option<HeldChallenge>> {
        self.hold.challenge(self.tx, id)
    }

    /// Returns a challenge, if it exists and belongs to this tenant.
    pub fn challenge_of(&self, tenant: TenantId, id: ChallengeId) -> Result<Option<HeldChallenge>> {
        Ok(self.challenge(id)?.filter(|held| held.get().tenant == tenant))
    }

    /// Adds a challenge.
    pub fn add_challenge(&self, row: ChallengeRow) {
        self.hold.add_challenge(row);
    }

    /// Returns the counters of a recipient.
    pub fn recipient(&self, tenant: TenantId, index: RecipientIndex) -> Result<HeldRecipient> {
        self.hold.recipient(self.tx, tenant, index)
    }

    /// Returns the latest challenges under these indexes of one recipient or alias, newest first.
    pub fn latest_of<'i>(
        &self,
        tenant: TenantId,
        indexes: impl IntoIterator<Item = &'i RecipientIndex>,
    ) -> Result<Vec<ChallengeId>> {
        let mut latest = Vec::new();
        for index in indexes {
            let held = self.recipient(tenant, *index)?;
            latest.extend(held.get().counters().map_or(&[][..], |counters| &counters.latest));
        }
        latest.sort_unstable_by(|one: &ChallengeId, other| other.cmp(one));
        Ok(latest)
    }

    /// Returns what was counted for a range of phone numbers, or for an end user.
    pub fn trail(&self, tenant: TenantId, key: TrailKey) -> Result<HeldTrail> {
        self.hold.trail(self.tx, tenant, key)
    }

    /// Returns what was counted for a country, a tenant or the server.
    pub fn tally(&self, tenant: TenantId, country: Mark) -> Result<HeldTally> {
        self.hold.tally(self.tx, tenant, country)
    }

    /// Returns a tenant, if it exists.
    pub fn owner(&self, tenant: TenantId) -> Result<Option<Rc<Owner>>> {
        self.hold.owner(self.tx, tenant)
    }

    /// Returns where the counters of a recipient have moved to, if they have.
    pub fn moved(&self, tenant: TenantId, index: RecipientIndex) -> Result<Option<RecipientIndex>> {
        self.hold.moved(self.tx, tenant, index)
    }

    /// Returns the message of a challenge, if it is in the outbox, from which the caller removes it.
    pub fn take_message(&self, challenge: ChallengeId) -> Result<Option<QueuedMessage>> {
        self.hold.take_message(self.tx, challenge)
    }

    /// Returns when a request was carried out, if it was.
    pub fn request(&self, tenant: TenantId, key: RequestDigest) -> Result<Option<Timestamp>> {
        self.hold.request(self.tx, tenant, key)
    }

    /// Returns the held rows, for an engine that loads them in advance and for what changes them.
    pub fn hold(&self) -> &Hold {
        &self.hold
    }

    /// Begins the story of the next operation.
    pub fn begin_story(&self) {
        self.story.take();
    }

    /// Returns the story of the operation so far.
    pub fn story(&self) -> Story {
        self.story.borrow().clone()
    }

    /// Tells what the operation has made, where only the operation itself knows.
    pub fn made(&self, made: Made) {
        *self.story.borrow_mut() = Story { has_changed: true, made: Some(made) };
    }

    /// Records an event in the audit trail: the operation has changed something.
    pub fn note(&self, now: Timestamp, event: AuditEvent, about: About) -> Result<()> {
        self.story.borrow_mut().has_changed = true;
        audit::note(self.tx, self.audit_id(now)?, event, about)
    }

    /// Draws the identity of a row of the audit trail. An operation may have begun long ago, before what is sealed by
    /// now: its row comes after that.
    fn audit_id(&self, now: Timestamp) -> Result<i64> {
        let floor = match self.audit_floor.get() {
            Some(floor) => *floor,
            None => {
                let floor = self.tx.audit_floor()?;
                *self.audit_floor.get_or_init(|| floor)
            }
        };
        let id = self.draw(now);
        Ok(if id < floor { self.draw(id::moment(floor) + Duration::from_millis(1)) } else { id })
    }

    /// Returns the cells that the lane has found lately.
    pub fn cells(&self) -> &KnownCells {
        self.lane.cells()
    }

    /// Notes that this transaction adds a cell.
    pub fn add_cell(&self, cell: CellId) {
        self.cells.borrow_mut().push(cell);
    }

    /// Returns whether this transaction has added a cell, so that it does not exist after a rollback.
    pub fn has_added_cell(&self, cell: CellId) -> bool {
        self.cells.borrow().contains(&cell)
    }

    /// Adds to a counter of the statistics. It is written before the COMMIT, once for the whole
    /// group, because many of its operations use the same few cells.
    pub fn count(&self, cell: CellId, counter: Counter, change: i64) {
        self.counts.add(cell, counter, change);
    }

    /// Counts answers to a challenge, to find out who guesses. It is written like the statistics.
    pub fn answered(&self, challenge: &ChallengeRow, answers: Answers) {
        self.guesses.add((challenge.tenant, challenge.shown.id), answers);
    }

    /// Writes the held rows and releases them, so that the database can be queried.
    pub fn write_and_release(&self) -> Result<()> {
        flush::write(self.tx, &self.hold)?;
        self.hold.clear();
        Ok(())
    }

    /// Writes everything that is only in memory. This must be the last call.
    pub fn finish(self) -> Result<()> {
        self.write_and_release()?;
        self.guesses.write(self.tx, self.lane.counting())?;
        self.counts.write(self.tx, self.lane.counting())
    }
}

/// What a unit of work does not hold itself is read from the database, in its transaction.
impl Tx for Group<'_> {
    fn rows(&self, sql: &str, with: &[Value<'_>], each: RowCallback<'_>) -> Result<()> {
        self.tx.rows(sql, with, each)
    }

    fn change(&self, sql: &str, with: &[Value<'_>]) -> Result<usize> {
        self.tx.change(sql, with)
    }

    fn later(&self, sql: &str, with: &[Value<'_>]) -> Result<()> {
        self.tx.later(sql, with)
    }
}

/// Gives access to the methods of every transaction.
impl<'a> Deref for Group<'a> {
    type Target = dyn Tx + 'a;

    fn deref(&self) -> &(dyn Tx + 'a) {
        self.tx
    }
}
