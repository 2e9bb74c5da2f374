//! The operator's verbs for tenants.

use crate::domain::id::TenantId;
use crate::domain::policy::GrantedLimits;
use crate::domain::reports::actor::Actor;
use crate::domain::tenants::tenant::{Tenant, TenantStatus};
use crate::domain::time::Timestamp;

use super::tenants::Changed;
use super::verb::Verb;

/// Operations that only the operator performs.
pub trait OperatorStore {
    /// Returns at most `limit` tenants in order of registration, starting after `after`.
    fn tenants_after(&self, after: Option<TenantId>, limit: usize) -> Verb<'_, Vec<Tenant>>;

    /// Returns the tenants whose name or handle contains `text`, ignoring case, in the same way.
    fn tenants_like(&self, text: String, after: Option<TenantId>, limit: usize) -> Verb<'_, Vec<Tenant>>;

    /// Sets the limits of a live tenant, if it has not changed since the caller read it.
    fn set_limits(&self, new: NewLimits, now: Timestamp) -> Verb<'_, Changed>;
}

/// New limits of a tenant.
#[derive(Clone, Debug)]
pub struct NewLimits {
    /// The tenant.
    pub tenant: TenantId,
    /// The revision that the caller saw.
    pub seen: i64,
    /// All limits.
    pub limits: GrantedLimits,
    /// Whether it is in use from now on; `None` leaves that unchanged.
    pub status: Option<TenantStatus>,
    /// The actor.
    pub by: Actor,
}
