//! The verbs for sub-keys.

use crate::domain::secret::WrappedKey;

use super::verb::Verb;

/// The sub-keys, wrapped under the master key.
pub trait KeyStore {
    /// Returns the wrapped sub-keys.
    fn keyring(&self) -> Verb<'_, Vec<WrappedKey>>;

    /// Adds sub-keys; existing ones are not changed.
    fn add_keys(&self, keys: Vec<WrappedKey>) -> Verb<'_, ()>;
}
