//! Verbs about the sub-keys.

use crate::domain::secret::WrappedKey;

use super::verb::Verb;

/// The sub-keys, kept wrapped under the master key.
pub trait KeyStore {
    /// The sub-keys, wrapped.
    fn keyring(&self) -> Verb<'_, Vec<WrappedKey>>;

    /// Adds sub-keys; one that is there already stays as it is.
    fn add_keys(&self, keys: Vec<WrappedKey>) -> Verb<'_, ()>;
}
