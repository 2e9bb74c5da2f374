//! A tenant looks after itself.

use crate::domain::tenant::{Tenant, TenantHandle};
use crate::domain::time::Timestamp;

use super::{AuthenticatedTenant, Services};

/// A tenant, as it sees itself.
#[derive(Clone, Debug)]
pub struct TenantProfile {
    /// Its name towards the outside.
    pub handle: TenantHandle,
    /// What it calls itself; may be empty.
    pub name: String,
    /// Whether it is a sandbox.
    pub is_sandbox: bool,
    /// When it was registered.
    pub created_at: Timestamp,
}

impl TenantProfile {
    /// What `row` tells its owner.
    pub(super) fn of(row: &Tenant) -> Self {
        Self {
            handle: row.handle.clone(),
            name: row.name.clone(),
            is_sandbox: row.sandbox_of.is_some(),
            created_at: row.created_at,
        }
    }
}

impl Services {
    /// The tenant itself, as it was at most a second ago.
    pub fn profile(&self, tenant: &AuthenticatedTenant) -> TenantProfile {
        TenantProfile::of(tenant.row())
    }
}
