//! The rows that a unit of work holds, by key.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::secret::RecipientIndex;

use super::failed::Result;
use super::rows::{ChallengeRow, Extent, Held, Owner, RecipientRow};
use super::tx::Tx;

/// A challenge held by a unit of work.
pub type HeldChallenge = Held<ChallengeRow, Extent>;

/// A recipient held by a unit of work.
pub type HeldRecipient = Held<RecipientRow, ()>;

/// The bytes of the index serve as key, because indexes themselves are compared in constant time.
type RecipientKey = (TenantId, [u8; 16]);

/// The held rows: loaded once, changed in memory, written once.
#[derive(Default)]
pub struct Hold {
    pub(super) recipients: RefCell<BTreeMap<RecipientKey, HeldRecipient>>,
    pub(super) challenges: RefCell<BTreeMap<ChallengeId, HeldChallenge>>,
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
        self.owners.borrow_mut().clear();
    }
}
