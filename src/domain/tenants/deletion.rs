//! The deletion of a tenant: decided, then carried out, then remembered.

use crate::domain::id::TenantId;
use crate::domain::tenants::tenant::TenantHandle;
use crate::domain::time::Timestamp;

/// The maximum number of days for which a tenant can be restored.
pub const MAX_GRACE_DAYS: u64 = 365;

/// The deletion of a tenant. It outlasts the tenant, whose names stay in the audit trail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Deletion {
    /// The row that the tenant has, or had.
    pub tenant: TenantId,
    /// The public name, which no other tenant is ever given.
    pub handle: TenantHandle,
    /// The tenant's name; empty if it had none, or when the audit trail has nothing of it any more.
    pub name: String,
    /// The live tenant whose sandbox it was.
    pub sandbox_of: Option<TenantId>,
    /// When it begins, or was to begin.
    pub due_at: Timestamp,
    /// When it began: from then on the tenant cannot be restored.
    pub begun_at: Option<Timestamp>,
    /// When the last row of the tenant went.
    pub deleted_at: Option<Timestamp>,
}

/// How far a deletion has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DeletionStage {
    /// It is to begin.
    Scheduled,
    /// It has begun.
    UnderWay,
    /// The tenant is gone.
    Done,
}

impl Deletion {
    /// Returns how far it has come.
    pub const fn stage(&self) -> DeletionStage {
        match (self.begun_at, self.deleted_at) {
            (_, Some(_)) => DeletionStage::Done,
            (Some(_), None) => DeletionStage::UnderWay,
            (None, None) => DeletionStage::Scheduled,
        }
    }
}
