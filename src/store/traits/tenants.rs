//! Verbs about tenants and their secret keys.

use std::time::Duration;

use crate::domain::id::TenantId;
use crate::domain::reports::audit::Actor;
use crate::domain::secret::{Sealed, SecretKeyHash};
use crate::domain::tenants::credential::{KeyHandle, KeyInfo, Scopes};
use crate::domain::tenants::tenant::{Tenant, TenantHandle, TenantSettings, TenantStatus};
use crate::domain::time::Timestamp;

use super::verb::Verb;

/// Tenants.
pub trait TenantStore {
    /// Adds a tenant; `false` when its key is taken.
    fn add_tenant(&self, new: NewTenant) -> Verb<'_, bool>;

    /// The active tenant whose live secret key has this hash, and what the key may do.
    fn tenant_by_key(&self, key: SecretKeyHash, now: Timestamp) -> Verb<'_, Option<(Tenant, Scopes)>>;

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
    fn set_tenant_status(
        &self,
        id: TenantId,
        status: TenantStatus,
        by: Actor,
        now: Timestamp,
    ) -> Verb<'_, bool>;

    /// Changes what a tenant has decided for itself, if it is still as the caller saw it.
    fn change_tenant(&self, change: TenantChange, now: Timestamp) -> Verb<'_, Changed>;

    /// Replaces a tenant's key by a new one of the same name and scopes.
    fn rotate_key(&self, new: KeyRotation, now: Timestamp) -> Verb<'_, Rotated>;
}

/// A tenant to be added, with its first secret key.
#[derive(Clone, Debug)]
pub struct NewTenant {
    /// The tenant.
    pub tenant: Tenant,
    /// Its key.
    pub key: NewKey,
    /// Who asked.
    pub by: Actor,
}

/// A secret key, as far as it is kept.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// Its hash.
    pub hash: SecretKeyHash,
    /// Its name towards the outside.
    pub handle: KeyHandle,
    /// What its owner calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// Its last four characters.
    pub hint: String,
}

impl NewKey {
    /// What can be said of it when it was made at `now`.
    pub fn told(&self, now: Timestamp) -> KeyInfo {
        KeyInfo {
            handle: self.handle.clone(),
            name: self.name.clone(),
            scopes: self.scopes,
            hint: self.hint.clone(),
            created_at: now,
            expires_at: None,
        }
    }
}

/// A secret key that replaces another.
#[derive(Clone, Debug)]
pub struct KeyRotation {
    /// Whose.
    pub tenant: TenantId,
    /// The key that is replaced; `None` for the latest that was not replaced yet.
    pub replaced: Option<KeyHandle>,
    /// The new key's hash.
    pub hash: SecretKeyHash,
    /// Its name towards the outside.
    pub handle: KeyHandle,
    /// Its last four characters.
    pub hint: String,
    /// Who asked.
    pub by: Actor,
    /// How long the replaced key goes on working. One that it had replaced stops at once: two keys
    /// of one name live at most.
    pub overlap: Duration,
}

/// A tenant as it is to be from now on.
#[derive(Clone, Debug)]
pub struct TenantChange {
    /// Which.
    pub tenant: TenantId,
    /// The revision that the caller saw: a tenant that was changed since is left as it is.
    pub seen: i64,
    /// What it calls itself.
    pub name: String,
    /// What it has decided for itself.
    pub settings: TenantSettings,
    /// The content of the logo that the settings name, if it is a new one.
    pub logo: Option<Vec<u8>>,
    /// Its SMTP accounts, sealed.
    pub smtp: Option<Sealed>,
    /// Who asked.
    pub by: Actor,
}

/// What came of changing something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Changed {
    /// It is as it was to be.
    Changed,
    /// Somebody else changed it first; nothing was done.
    Conflict,
}

/// What came of rotating a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Rotated {
    /// The new key works.
    Rotated(KeyInfo),
    /// The new key is taken.
    Taken,
    /// The tenant has no such key.
    Unknown,
}
