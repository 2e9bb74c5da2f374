//! Verbs about tenants and their secret keys.

use std::net::IpAddr;
use std::time::Duration;

use crate::domain::id::TenantId;
use crate::domain::secret::SecretKeyHash;
use crate::domain::tenant::{KeyInfo, Tenant, TenantHandle, TenantStatus};
use crate::domain::time::Timestamp;

use super::Verb;

/// Tenants.
pub trait TenantStore {
    /// Adds a tenant; `false` when its key is taken.
    fn add_tenant(&self, new: NewTenant) -> Verb<'_, bool>;

    /// The active tenant whose live secret key has this hash.
    fn tenant_by_key(&self, key: SecretKeyHash, now: Timestamp) -> Verb<'_, Option<Tenant>>;

    /// The tenant of this row.
    fn tenant(&self, id: TenantId) -> Verb<'_, Option<Tenant>>;

    /// The tenant of this handle, and its live keys.
    fn tenant_by_handle(
        &self,
        handle: TenantHandle,
        now: Timestamp,
    ) -> Verb<'_, Option<(Tenant, Vec<KeyInfo>)>>;

    /// All tenants, in order of registration.
    fn tenants(&self) -> Verb<'_, Vec<Tenant>>;

    /// Switches a tenant on or off; `false` when there is none.
    fn set_tenant_status(&self, id: TenantId, status: TenantStatus, now: Timestamp) -> Verb<'_, bool>;

    /// Gives a tenant a new key; `false` when the key is taken.
    fn rotate_key(&self, new: NewKey, now: Timestamp) -> Verb<'_, bool>;
}

/// A tenant to be added, with its first secret key.
#[derive(Clone, Debug)]
pub struct NewTenant {
    /// The tenant.
    pub tenant: Tenant,
    /// The hash of its key.
    pub key: SecretKeyHash,
    /// The last four characters of its key.
    pub key_hint: String,
    /// Who asked.
    pub origin: Option<IpAddr>,
}

/// A secret key that replaces another.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// Whose.
    pub tenant: TenantId,
    /// Its hash.
    pub key: SecretKeyHash,
    /// Its last four characters.
    pub hint: String,
    /// How long the present key goes on working. The one before it stops at once: two keys live
    /// at most.
    pub overlap: Duration,
}
