//! Verbs about new versions of the sub-keys, and about what still lies under former ones.

use crate::domain::id::TenantId;
use crate::domain::secret::{KeyCheck, Sealed, SecretKeyHash, WrappedKey};
use crate::domain::sub_key::KeyPurpose;
use crate::domain::time::Timestamp;

use super::verb::Verb;

/// Rotation of the sub-keys and of the master key.
pub trait RotationStore {
    /// Adds the next versions of sub-keys: all of them, or none when one of them is there already;
    /// then `false`.
    fn add_versions(&self, keys: Vec<WrappedKey>, now: Timestamp) -> Verb<'_, bool>;

    /// How many rows lie under each version. Looks at all of them, so it is for the shell.
    fn key_uses(&self) -> Verb<'_, Vec<KeyUse>>;

    /// Removes versions for good. What lies under them is lost.
    fn remove_versions(&self, versions: Vec<(KeyPurpose, u32)>, now: Timestamp) -> Verb<'_, ()>;

    /// At most `limit` values that stay in the store and were sealed under a version before
    /// `version`, after the one that `after` is.
    fn sealed_before(
        &self,
        version: u32,
        after: Option<SealedValue>,
        limit: usize,
    ) -> Verb<'_, Vec<SealedValue>>;

    /// Replaces sealed values by the same, sealed anew; each only if it is still as it was read.
    /// Answers how many were.
    fn reseal(&self, values: Vec<(SealedValue, Sealed)>) -> Verb<'_, usize>;

    /// Keeps a secret key under another hash of it.
    fn rehash_key(&self, tenant: TenantId, former: SecretKeyHash, present: SecretKeyHash) -> Verb<'_, ()>;

    /// Whether a secret key has one of these hashes, be its tenant active or not.
    fn is_key_taken(&self, hashes: Vec<SecretKeyHash>) -> Verb<'_, bool>;

    /// Replaces all sub-keys by the same ones wrapped under another master key, which is `check`
    /// from now on; `false`, and nothing is changed, when they are no longer the ones of `keys`.
    fn change_master(&self, check: KeyCheck, keys: Vec<WrappedKey>, now: Timestamp) -> Verb<'_, bool>;
}

/// How much lies under a version of a sub-key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeyUse {
    /// What the key is for.
    pub purpose: KeyPurpose,
    /// Its version.
    pub version: u32,
    /// Rows.
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
    /// What is sealed.
    pub sealed: Sealed,
}
