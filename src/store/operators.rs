//! Verbs of the operator about tenants.

use std::net::IpAddr;

use crate::domain::id::TenantId;
use crate::domain::tenant::Tenant;
use crate::domain::time::Timestamp;

use super::{NewKey, Verb};

/// What only the operator does.
pub trait OperatorStore {
    /// At most `limit` tenants in order of registration, from the one after `after` on.
    fn tenants_after(&self, after: Option<TenantId>, limit: usize) -> Verb<'_, Vec<Tenant>>;

    /// Gives a tenant one more secret key; `false` when the key is taken.
    fn grant_key(&self, grant: KeyGrant, now: Timestamp) -> Verb<'_, bool>;
}

/// One more secret key for a tenant.
#[derive(Clone, Debug)]
pub struct KeyGrant {
    /// Whose.
    pub tenant: TenantId,
    /// The key.
    pub key: NewKey,
    /// Who asked.
    pub origin: Option<IpAddr>,
}
