//! The rows that a unit of work holds, by key.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::phone::fraud::trail::Mark;
use crate::domain::secret::{RecipientIndex, RequestDigest, TrailKey};
use crate::domain::time::Timestamp;

use super::failed::Result;
use super::needs::Wanted;
use super::rows::{ChallengeRow, Extent, Held, Owner, QueuedMessage, RecipientRow, TallyRow, TrailRow};
use super::tx::Tx;
use super::value::with;

/// A challenge held by a unit of work.
pub type HeldChallenge = Held<ChallengeRow, Extent>;

/// A recipient held by a unit of work.
pub type HeldRecipient = Held<RecipientRow, ()>;

/// What was counted for a range of phone numbers, or for an end user, held by a unit of work.
pub type HeldTrail = Held<TrailRow, ()>;

/// What was counted for a country, a tenant or the server, held by a unit of work.
pub type HeldTally = Held<TallyRow, ()>;

/// The bytes of the index serve as key, because indexes themselves are compared in constant time.
type RecipientKey = (TenantId, [u8; 16]);
type RequestKey = (TenantId, [u8; 32]);

/// A transaction in which a unit of work holds rows.
pub trait Holding: Tx {
    /// Loads, and locks, all that is wanted at once. An engine that is beside its database does nothing: it
    /// loads rows on demand.
    fn load(&self, hold: &Hold, wanted: &Wanted) -> Result<()> {
        let _ = (hold, wanted);
        Ok(())
    }

    /// Returns the floor of the audit trail: no row may be written with an identity below it.
    fn audit_floor(&self) -> Result<i64>;
}

/// The held rows: loaded once, changed in memory, written once.
#[derive(Default)]
pub struct Hold {
    pub(super) recipients: RefCell<BTreeMap<RecipientKey, HeldRecipient>>,
    /// `None` for a challenge that does not exist.
    pub(super) challenges: RefCell<BTreeMap<ChallengeId, Option<HeldChallenge>>>,
    pub(super) trails: RefCell<BTreeMap<(TenantId, [u8; 16]), HeldTrail>>,
    pub(super) tallies: RefCell<BTreeMap<(TenantId, Mark), HeldTally>>,
    owners: RefCell<BTreeMap<TenantId, Rc<Owner>>>,
    /// Where the counters of a recipient have moved to, if they have.
    moves: RefCell<BTreeMap<RecipientKey, Option<RecipientIndex>>>,
    /// Messages in the outbox, if they are there.
    messages: RefCell<BTreeMap<ChallengeId, Option<QueuedMessage>>>,
    /// When requests that are carried out once were carried out, if they were.
    requests: RefCell<BTreeMap<RequestKey, Option<Timestamp>>>,
}

impl Hold {
    /// Returns a challenge, if it exists.
    pub fn challenge(&self, tx: &dyn Tx, id: ChallengeId) -> Result<Option<HeldChallenge>> {
        if let Some(known) = self.challenges.borrow().get(&id) {
            return Ok(known.clone());
        }
        let found = ChallengeRow::load(tx, id)?.map(Held::loaded);
        self.challenges.borrow_mut().insert(id, found.clone());
        Ok(found)
    }

    /// Adds a challenge that is not in the database yet.
    pub fn add_challenge(&self, row: ChallengeRow) {
        self.challenges.borrow_mut().insert(row.shown.id, Some(Held::changed(row, Extent::New)));
    }

    /// Returns a recipient, whether or not it has a row.
    pub fn recipient(&self, tx: &dyn Tx, tenant: TenantId, index: RecipientIndex) -> Result<HeldRecipient> {
        let key = (tenant, index.0);
        if let Some(held) = self.recipients.borrow().get(&key) {
            return Ok(held.clone());
        }
        let held = Held::loaded(RecipientRow::load(tx, tenant, index)?);
        self.recipients.borrow_mut().insert(key, held.clone());
        Ok(held)
    }

    /// Returns a trail, whether or not it has a row.
    pub fn trail(&self, tx: &dyn Tx, tenant: TenantId, key: TrailKey) -> Result<HeldTrail> {
        if let Some(held) = self.trails.borrow().get(&(tenant, key.0)) {
            return Ok(held.clone());
        }
        let held = Held::loaded(TrailRow::load(tx, tenant, key)?);
        self.trails.borrow_mut().insert((tenant, key.0), held.clone());
        Ok(held)
    }

    /// Returns a tally, whether or not it has a row.
    pub fn tally(&self, tx: &dyn Tx, tenant: TenantId, country: Mark) -> Result<HeldTally> {
        if let Some(held) = self.tallies.borrow().get(&(tenant, country)) {
            return Ok(held.clone());
        }
        let held = Held::loaded(TallyRow::load(tx, tenant, country)?);
        self.tallies.borrow_mut().insert((tenant, country), held.clone());
        Ok(held)
    }

    /// Returns a tenant, if it exists.
    pub fn owner(&self, tx: &dyn Tx, tenant: TenantId) -> Result<Option<Rc<Owner>>> {
        if let Some(owner) = self.owners.borrow().get(&tenant) {
            return Ok(Some(Rc::clone(owner)));
        }
        let Some(owner) = Owner::load(tx, tenant)?.map(Rc::new) else { return Ok(None) };
        self.owners.borrow_mut().insert(tenant, Rc::clone(&owner));
        Ok(Some(owner))
    }

    /// Returns where the counters of a recipient have moved to, if they have.
    pub fn moved(
        &self,
        tx: &dyn Tx,
        tenant: TenantId,
        index: RecipientIndex,
    ) -> Result<Option<RecipientIndex>> {
        let key = (tenant, index.0);
        if let Some(known) = self.moves.borrow().get(&key) {
            return Ok(*known);
        }
        let sql = "SELECT present FROM recipient_moves WHERE tenant = ?1 AND former = ?2";
        let found = tx.first(sql, with![tenant, &index], |row| row.get())?;
        self.know_moved(tenant, index, found);
        Ok(found)
    }

    /// Returns the message of a challenge, if it is in the outbox, from which the caller removes it.
    pub fn take_message(&self, tx: &dyn Tx, challenge: ChallengeId) -> Result<Option<QueuedMessage>> {
        match self.messages.borrow_mut().insert(challenge, None) {
            Some(known) => Ok(known),
            None => QueuedMessage::load(tx, challenge),
        }
    }

    /// Forgets the message of a challenge, which is changed in the database.
    pub fn forget_message(&self, challenge: ChallengeId) {
        self.messages.borrow_mut().remove(&challenge);
    }

    /// Returns when a request was carried out, if it was.
    pub fn request(&self, tx: &dyn Tx, tenant: TenantId, key: RequestDigest) -> Result<Option<Timestamp>> {
        if let Some(known) = self.requests.borrow().get(&(tenant, key.0)) {
            return Ok(*known);
        }
        let sql = "SELECT at FROM idempotency WHERE tenant = ?1 AND key = ?2";
        let found = tx.first(sql, with![tenant, &key], |row| row.get())?;
        self.know_request(tenant, key, found);
        Ok(found)
    }

    /// Holds a row that was loaded and locked in this transaction.
    pub fn know_challenge(&self, row: ChallengeRow) {
        self.challenges.borrow_mut().insert(row.shown.id, Some(Held::loaded(row)));
    }

    /// Knows that a challenge does not exist: to look for it again would take time, which tells a stranger
    /// what does not exist.
    pub fn know_no_challenge(&self, id: ChallengeId) {
        self.challenges.borrow_mut().insert(id, None);
    }

    /// Holds a recipient that was loaded and locked in this transaction, whether or not it has a row.
    pub fn know_recipient(&self, tenant: TenantId, index: RecipientIndex, row: RecipientRow) {
        self.recipients.borrow_mut().insert((tenant, index.0), Held::loaded(row));
    }

    /// The same for a tenant, which is not locked.
    pub fn know_owner(&self, tenant: TenantId, owner: Owner) {
        self.owners.borrow_mut().insert(tenant, Rc::new(owner));
    }

    /// The same for where the counters of a recipient have moved to.
    pub fn know_moved(&self, tenant: TenantId, index: RecipientIndex, to: Option<RecipientIndex>) {
        self.moves.borrow_mut().insert((tenant, index.0), to);
    }

    /// The same for the message of a challenge, if it is in the outbox.
    pub fn know_message(&self, challenge: ChallengeId, message: Option<QueuedMessage>) {
        self.messages.borrow_mut().insert(challenge, message);
    }

    /// The same for when a request was carried out.
    pub fn know_request(&self, tenant: TenantId, key: RequestDigest, at: Option<Timestamp>) {
        self.requests.borrow_mut().insert((tenant, key.0), at);
    }

    /// Releases everything.
    pub fn clear(&self) {
        self.moves.borrow_mut().clear();
        self.messages.borrow_mut().clear();
        self.requests.borrow_mut().clear();
        self.recipients.borrow_mut().clear();
        self.challenges.borrow_mut().clear();
        self.trails.borrow_mut().clear();
        self.tallies.borrow_mut().clear();
        self.owners.borrow_mut().clear();
    }
}
