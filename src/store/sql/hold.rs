//! The rows that a unit of work holds, by key.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::phone::fraud::trail::Mark;
use crate::domain::secret::{RecipientIndex, TrailKey};

use super::failed::Result;
use super::rows::{ChallengeRow, Extent, Held, Owner, RecipientRow, TallyRow, TrailRow};
use super::tx::Tx;

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

/// The held rows: loaded once, changed in memory, written once.
#[derive(Default)]
pub struct Hold {
    pub(super) recipients: RefCell<BTreeMap<RecipientKey, HeldRecipient>>,
    pub(super) challenges: RefCell<BTreeMap<ChallengeId, HeldChallenge>>,
    pub(super) trails: RefCell<BTreeMap<(TenantId, [u8; 16]), HeldTrail>>,
    pub(super) tallies: RefCell<BTreeMap<(TenantId, Mark), HeldTally>>,
    owners: RefCell<BTreeMap<TenantId, Rc<Owner>>>,
}

impl Hold {
    /// Returns a challenge, if it exists.
    pub fn challenge(&self, tx: &dyn Tx, id: ChallengeId) -> Result<Option<HeldChallenge>> {
        if let Some(held) = self.challenges.borrow().get(&id) {
            return Ok(Some(held.clone()));
        }
        let Some(row) = ChallengeRow::load(tx, id)? else { return Ok(None) };
        let held = Held::loaded(row);
        self.challenges.borrow_mut().insert(id, held.clone());
        Ok(Some(held))
    }

    /// Adds a challenge that is not in the database yet.
    pub fn add_challenge(&self, row: ChallengeRow) {
        self.challenges.borrow_mut().insert(row.shown.id, Held::changed(row, Extent::New));
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

    /// Releases everything.
    pub fn clear(&self) {
        self.recipients.borrow_mut().clear();
        self.challenges.borrow_mut().clear();
        self.trails.borrow_mut().clear();
        self.tallies.borrow_mut().clear();
        self.owners.borrow_mut().clear();
    }
}
