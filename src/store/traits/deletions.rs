//! The verbs for deleting tenants.

use crate::domain::id::TenantId;
use crate::domain::reports::actor::Actor;
use crate::domain::tenants::deletion::Deletion;
use crate::domain::tenants::tenant::TenantHandle;
use crate::domain::time::Timestamp;

use super::verb::Verb;

/// Deleting tenants: a decision that can be taken back for a while, then many small rounds.
pub trait DeletionStore {
    /// Decides that a disabled live tenant is deleted, with its sandbox.
    fn schedule_deletion(&self, new: NewDeletion, now: Timestamp) -> Verb<'_, Scheduled>;

    /// Takes the decision back. The tenant stays disabled.
    fn restore_tenant(&self, tenant: TenantId, by: Actor, now: Timestamp) -> Verb<'_, Restored>;

    /// Returns the deletion of the tenant with this row, whatever its stage.
    fn deletion(&self, tenant: TenantId) -> Verb<'_, Option<Deletion>>;

    /// Returns the deletion of the tenant with this handle, whatever its stage.
    fn deletion_by_handle(&self, handle: TenantHandle) -> Verb<'_, Option<Deletion>>;

    /// Returns all deletions, whatever their stage, in order of registration of their tenants.
    fn deletions(&self) -> Verb<'_, Vec<Deletion>>;

    /// Runs one bounded round of the deletion that is due the longest. One process at a time does this; another
    /// one continues where the rows show that the first has stopped.
    fn delete_some(&self, now: Timestamp) -> Verb<'_, DeletionRound>;
}

/// The decision to delete a tenant.
#[derive(Clone, Debug)]
pub struct NewDeletion {
    /// The tenant.
    pub tenant: TenantId,
    /// When it begins.
    pub due_at: Timestamp,
    /// What becomes of an earlier decision.
    pub earlier: EarlierDecision,
    /// The actor.
    pub by: Actor,
}

/// What becomes of an earlier decision to delete the same tenant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EarlierDecision {
    /// Its time stays.
    Stays,
    /// The new time replaces it.
    Replaced,
}

/// The result of deciding that a tenant is deleted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Scheduled {
    /// It is going to be, or is being deleted already.
    Scheduled(Deletion),
    /// Not decided: there is no such tenant.
    Unknown,
    /// Not decided: it is not disabled.
    StillActive,
    /// Not decided: a sandbox is deleted with its tenant.
    Sandbox,
}

/// The result of taking a deletion back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Restored {
    /// The tenant stays.
    Restored,
    /// Nobody has decided that it is deleted.
    NotScheduled,
    /// It has begun.
    TooLate,
}

/// The result of one round.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DeletionRound {
    /// Nothing is due, or what is due has to wait for a moment.
    Nothing,
    /// A part is done.
    More,
    /// The tenant with this handle is gone.
    Deleted(TenantHandle),
}
