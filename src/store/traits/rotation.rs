//! The verbs for rotating sub-keys, and for the data that is still under former versions.

use crate::domain::id::TenantId;
use crate::domain::reports::actor::Actor;
use crate::domain::secret::{KeyCheck, Sealed, SecretKeyHash, WrappedKey};
use crate::domain::sub_key::KeyPurpose;
use crate::domain::time::Timestamp;

use super::verb::Verb;

/// Rotation of the sub-keys and of the master key.
pub trait RotationStore {
    /// Adds the next versions of sub-keys. Returns `false` and adds none if one of them exists.
    fn add_versions(&self, keys: Vec<WrappedKey>, done: (Actor, Timestamp)) -> Verb<'_, bool>;

    /// Returns how many rows are under each version. It scans all of them, so it is for the shell only.
    fn key_uses(&self) -> Verb<'_, Vec<KeyUse>>;

    /// Removes versions permanently. The data under them is lost.
    fn remove_versions(&self, versions: Vec<(KeyPurpose, u32)>, done: (Actor, Timestamp)) -> Verb<'_, ()>;

    /// Returns at most `limit` permanent values that were sealed under a version before `version`,
    /// in order, starting after `after`.
    fn sealed_before(
        &self,
        version: u32,
        after: Option<SealedValue>,
        limit: usize,
    ) -> Verb<'_, Vec<SealedValue>>;

    /// Replaces sealed values by the same values sealed again, each only if it is unchanged since
    /// it was read. Returns how many were replaced.
    fn reseal(&self, values: Vec<(SealedValue, Sealed)>) -> Verb<'_, usize>;

    /// Stores a secret key under another hash of it.
    fn rehash_key(&self, tenant: TenantId, former: SecretKeyHash, present: SecretKeyHash) -> Verb<'_, ()>;

    /// Returns whether a secret key has one of these hashes, whether or not its tenant is active.
    fn is_key_taken(&self, hashes: Vec<SecretKeyHash>) -> Verb<'_, bool>;

    /// Replaces all sub-keys by the same ones wrapped under another master key, whose check value
    /// becomes `check`. Returns `false` and changes nothing if they are no longer the ones in
    /// `keys`.
    fn change_master(
        &self,
        check: KeyCheck,
        keys: Vec<WrappedKey>,
        done: (Actor, Timestamp),
    ) -> Verb<'_, bool>;
}

/// The number of rows under a version of a sub-key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeyUse {
    /// The purpose of the key.
    pub purpose: KeyPurpose,
    /// Its version.
    pub version: u32,
    /// The number of rows.
    pub rows: u64,
}

/// A sealed value and its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SealedValue {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The tenant that owns the row.
    pub tenant: TenantId,
    /// The row.
    pub row: i64,
    /// The value.
    pub sealed: Sealed,
}
