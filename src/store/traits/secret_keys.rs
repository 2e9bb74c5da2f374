//! The verbs for a tenant's additional secret keys. The first one is created with the tenant.

use std::time::Duration;

use crate::domain::id::TenantId;
use crate::domain::reports::actor::Actor;
use crate::domain::tenants::credential::{KeyChange, KeyHandle, KeyInfo};
use crate::domain::time::Timestamp;

use super::tenants::NewKey;
use super::verb::Verb;

/// Secret keys.
pub trait SecretKeyStore {
    /// Returns a tenant's live secret keys, those that were not replaced first.
    fn secret_keys(&self, tenant: TenantId, now: Timestamp) -> Verb<'_, Vec<KeyInfo>>;

    /// Returns at most `limit` keys of all tenants that end between these moments and have no successor, the first to end
    /// first: the tenant, the name, and the end.
    fn ending_keys(
        &self,
        between: (Timestamp, Timestamp),
        limit: usize,
    ) -> Verb<'_, Vec<(TenantId, String, Timestamp)>>;

    /// Adds a secret key, unless the tenant has the maximum number.
    fn add_secret_key(&self, new: AddedKey, now: Timestamp) -> Verb<'_, Added>;

    /// Revokes a secret key immediately.
    fn revoke_secret_key(
        &self,
        tenant: TenantId,
        key: KeyHandle,
        by: (Actor, LastManager),
        now: Timestamp,
    ) -> Verb<'_, Revoked>;

    /// Changes a live secret key that was not replaced. Returns `None` if the tenant has no such key.
    fn change_secret_key(
        &self,
        tenant: TenantId,
        key: KeyHandle,
        change: (KeyChange, Actor),
        now: Timestamp,
    ) -> Verb<'_, Option<KeyInfo>>;

    /// Records when secret keys were last used.
    fn note_key_uses(&self, uses: Vec<UseOfKey>) -> Verb<'_, ()>;

    /// Records that a secret key was refused because of where it was used, unless that was recorded within
    /// [`NOTE_REFUSED_EVERY`].
    fn note_refused_use(&self, tenant: TenantId, key: KeyHandle, by: Actor, now: Timestamp) -> Verb<'_, ()>;
}

/// Between two records that a secret key was refused because of where it was used: whoever has found a key must not
/// fill the audit trail.
pub const NOTE_REFUSED_EVERY: Duration = Duration::from_secs(600);

/// The use of a secret key, to be recorded.
#[derive(Clone, Debug)]
pub struct UseOfKey {
    /// The tenant.
    pub tenant: TenantId,
    /// The key.
    pub key: KeyHandle,
    /// When it was used.
    pub at: Timestamp,
}

/// What becomes of the last key with which a tenant can manage itself, unless it was replaced.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LastManager {
    /// It stays: a tenant does not lock itself out.
    Stays,
    /// It goes like any other: the operator can add another one.
    Goes,
}

/// A secret key to add.
#[derive(Clone, Debug)]
pub struct AddedKey {
    /// The tenant.
    pub tenant: TenantId,
    /// The key.
    pub key: NewKey,
    /// The maximum number of live keys.
    pub most: usize,
    /// The actor.
    pub by: Actor,
}

/// The result of adding a secret key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Added {
    /// The key was added.
    Added(KeyInfo),
    /// The tenant has the maximum number.
    TooMany,
    /// The tenant has a key of this name that was not replaced.
    NameTaken,
    /// The key itself is taken.
    Taken,
}

/// The result of revoking a secret key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Revoked {
    /// The key is revoked.
    Revoked(KeyInfo),
    /// It is the last key with which the tenant can manage itself.
    LastManager,
    /// The tenant has no such live key.
    Unknown,
}
