//! The verbs for tenants and their secret keys.

use std::time::Duration;

use crate::domain::id::TenantId;
use crate::domain::reports::actor::Actor;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::secret::{Sealed, SecretKeyHash};
use crate::domain::tenants::allowed_networks::AllowedNetworks;
use crate::domain::tenants::credential::{KeyHandle, KeyInfo, KeyTerms, Scopes};
use crate::domain::tenants::route::RouteHandle;
use crate::domain::tenants::tenant::{Tenant, TenantHandle, TenantSettings, TenantStatus};
use crate::domain::time::Timestamp;

use super::routes::LoginsOfRoutes;
use super::verb::Verb;

/// Tenants.
pub trait TenantStore {
    /// Adds a tenant. Returns `false` if its key is taken.
    fn add_tenant(&self, new: NewTenant) -> Verb<'_, bool>;

    /// Returns the active tenant whose live secret key has this hash, and the key.
    fn tenant_by_key(&self, key: SecretKeyHash, now: Timestamp) -> Verb<'_, Option<(Tenant, UsableKey)>>;

    /// Returns the tenant of this row.
    fn tenant(&self, id: TenantId) -> Verb<'_, Option<Tenant>>;

    /// Returns the tenant with this handle, and its live keys.
    fn tenant_by_handle(
        &self,
        handle: TenantHandle,
        now: Timestamp,
    ) -> Verb<'_, Option<(Tenant, Vec<KeyInfo>)>>;

    /// Returns all tenants, in order of registration.
    fn tenants(&self) -> Verb<'_, Vec<Tenant>>;

    /// Enables or disables a tenant. Returns `false` if it does not exist, or if it is to be enabled and to be
    /// deleted.
    fn set_tenant_status(
        &self,
        id: TenantId,
        status: TenantStatus,
        by: Actor,
        now: Timestamp,
    ) -> Verb<'_, bool>;

    /// Changes a tenant's own settings, if it has not changed since the caller read it.
    fn change_tenant(&self, change: TenantChange, now: Timestamp) -> Verb<'_, Changed>;

    /// Replaces a tenant's key by a new one with the same name and scopes.
    fn rotate_key(&self, new: KeyRotation, now: Timestamp) -> Verb<'_, Rotated>;
}

/// A tenant to add, with its first secret key.
#[derive(Clone, Debug)]
pub struct NewTenant {
    /// The tenant.
    pub tenant: Tenant,
    /// The logins of its routes.
    pub logins: LoginsOfRoutes,
    /// The key.
    pub key: NewKey,
    /// The actor.
    pub by: Actor,
}

/// The stored facts of a secret key.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// The hash.
    pub hash: SecretKeyHash,
    /// The public name.
    pub handle: KeyHandle,
    /// The owner's name for it.
    pub name: String,
    /// The scopes.
    pub scopes: Scopes,
    /// The last four characters.
    pub hint: String,
    /// How it is limited.
    pub terms: KeyTerms,
}

impl NewKey {
    /// Returns the public facts about the key when it was created at `now`.
    pub fn info(&self, now: Timestamp) -> KeyInfo {
        KeyInfo {
            handle: self.handle.clone(),
            name: self.name.clone(),
            scopes: self.scopes,
            hint: self.hint.clone(),
            created_at: now,
            terms: self.terms.clone(),
            replaced_at: None,
            last_used_at: None,
            revision: 0,
        }
    }
}

/// A live secret key, as far as its use depends on it.
#[derive(Clone, Debug)]
pub struct UsableKey {
    /// The public name.
    pub handle: KeyHandle,
    /// The scopes.
    pub scopes: Scopes,
    /// From where it may be used.
    pub networks: AllowedNetworks,
    /// When it was last used, as far as recorded.
    pub last_used_at: Option<Timestamp>,
    /// When it was last recorded that it was refused because of where it was used.
    pub refused_at: Option<Timestamp>,
}

/// A secret key that replaces another.
#[derive(Clone, Debug)]
pub struct KeyRotation {
    /// The tenant.
    pub tenant: TenantId,
    /// The key to replace; `None` for the latest one that was not replaced yet.
    pub replaced: Option<KeyHandle>,
    /// The new key's hash.
    pub hash: SecretKeyHash,
    /// The public name.
    pub handle: KeyHandle,
    /// The last four characters.
    pub hint: String,
    /// The actor.
    pub by: Actor,
    /// How long the replaced key stays valid. Its own predecessor stops immediately, so at most two
    /// keys of one name are live.
    pub overlap: Duration,
}

/// A change of a tenant.
#[derive(Clone, Debug)]
pub struct TenantChange {
    /// The tenant.
    pub tenant: TenantId,
    /// The revision that the caller read. A tenant that was changed since is left unchanged.
    pub seen: i64,
    /// The tenant's name.
    pub name: String,
    /// Its own settings.
    pub settings: TenantSettings,
    /// The content of the logo that the settings name, if it is a new one.
    pub logo: Option<Vec<u8>>,
    /// Its routes, sealed.
    pub routes: Option<Sealed>,
    /// The logins of its routes, if those change.
    pub logins: Option<LoginsOfRoutes>,
    /// What happens to which route; if nothing does, the tenant itself was changed.
    pub happened: Vec<(AuditEvent, RouteHandle)>,
    /// The actor.
    pub by: Actor,
}

/// The result of a change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Changed {
    /// The change was made.
    Changed,
    /// Somebody else changed it first; nothing was changed.
    Conflict,
}

/// The result of rotating a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Rotated {
    /// The new key is valid.
    Rotated(KeyInfo),
    /// The new key is taken.
    Taken,
    /// The tenant has no such key.
    Unknown,
}
