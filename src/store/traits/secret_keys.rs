//! Verbs about a tenant's further secret keys. Its first one comes with it.

use crate::domain::id::TenantId;
use crate::domain::reports::audit::Actor;
use crate::domain::tenants::credential::{KeyHandle, KeyInfo};
use crate::domain::time::Timestamp;

use super::tenants::NewKey;
use super::verb::Verb;

/// Secret keys.
pub trait SecretKeyStore {
    /// A tenant's live secret keys, those that were not replaced first.
    fn secret_keys(&self, tenant: TenantId, now: Timestamp) -> Verb<'_, Vec<KeyInfo>>;

    /// Adds a secret key, unless there are as many as there may be.
    fn add_secret_key(&self, new: AddedKey, now: Timestamp) -> Verb<'_, Added>;

    /// Ends a secret key at once, unless the tenant could not look after itself any more.
    fn revoke_secret_key(
        &self,
        tenant: TenantId,
        key: KeyHandle,
        by: Actor,
        now: Timestamp,
    ) -> Verb<'_, Revoked>;
}

/// A secret key to be added.
#[derive(Clone, Debug)]
pub struct AddedKey {
    /// Whose.
    pub tenant: TenantId,
    /// The key.
    pub key: NewKey,
    /// The most live keys.
    pub most: usize,
    /// Who asked.
    pub by: Actor,
}

/// What came of adding a secret key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Added {
    /// It works.
    Added(KeyInfo),
    /// The tenant has as many as it may.
    TooMany,
    /// The tenant has a key of this name, which was not replaced.
    NameTaken,
    /// The key itself is taken.
    Taken,
}

/// What came of calling a secret key back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Revoked {
    /// It works no more.
    Revoked(KeyInfo),
    /// It is the last one with which the tenant can look after itself.
    LastManager,
    /// The tenant has no such live key.
    Unknown,
}
