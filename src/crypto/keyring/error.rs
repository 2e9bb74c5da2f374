//! Keyring errors.

/// The error for a keyring that cannot be opened.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum KeyringError {
    /// A wrapped key cannot be unwrapped: the master key differs, or the row was changed.
    #[error("the {purpose} key (version {version}) does not open with this master key")]
    NotOurs {
        /// The purpose of the key.
        purpose: String,
        /// Its version.
        version: u32,
    },
    /// The store has no key for this purpose.
    #[error("the store has no {0} key")]
    Missing(&'static str),
    /// AWS-LC could not allocate the memory to generate a key.
    #[error("a {0} key could not be made")]
    NotMade(&'static str),
}
