//! Verbs of the operator about tenants.

use crate::domain::id::TenantId;
use crate::domain::policy::GrantedLimits;
use crate::domain::reports::audit::Actor;
use crate::domain::tenants::tenant::Tenant;
use crate::domain::time::Timestamp;

use super::tenants::Changed;
use super::verb::Verb;

/// What only the operator does.
pub trait OperatorStore {
    /// At most `limit` tenants in order of registration, from the one after `after` on.
    fn tenants_after(&self, after: Option<TenantId>, limit: usize) -> Verb<'_, Vec<Tenant>>;

    /// The same of those whose name or handle has `text` in it, in whatever case.
    fn tenants_like(&self, text: String, after: Option<TenantId>, limit: usize) -> Verb<'_, Vec<Tenant>>;

    /// Sets the limits of a live tenant, if it is still as the caller saw it.
    fn set_limits(&self, new: NewLimits, now: Timestamp) -> Verb<'_, Changed>;
}

/// The limits of a tenant, as they are to be.
#[derive(Clone, Debug)]
pub struct NewLimits {
    /// Whose.
    pub tenant: TenantId,
    /// The revision that the caller saw.
    pub seen: i64,
    /// All of them.
    pub limits: GrantedLimits,
    /// Who asked.
    pub by: Actor,
}
