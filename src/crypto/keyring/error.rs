//! Why keys cannot be had.

/// Why a keyring does not open.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum KeyringError {
    /// A wrapped key does not open: the master key is another one, or the row was changed.
    #[error("the {purpose} key (version {version}) does not open with this master key")]
    NotOurs {
        /// Which key.
        purpose: String,
        /// Which version.
        version: u32,
    },
    /// The store has no key of this purpose.
    #[error("the store has no {0} key")]
    Missing(&'static str),
    /// The system has no memory for making a key.
    #[error("a {0} key could not be made")]
    NotMade(&'static str),
}
