//! Verbs of the operator about tenants.

use crate::domain::id::TenantId;
use crate::domain::tenant::Tenant;

use super::Verb;

/// What only the operator does.
pub trait OperatorStore {
    /// At most `limit` tenants in order of registration, from the one after `after` on.
    fn tenants_after(&self, after: Option<TenantId>, limit: usize) -> Verb<'_, Vec<Tenant>>;
}
