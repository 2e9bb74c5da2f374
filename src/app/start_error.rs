//! Why the program cannot start.

use std::path::PathBuf;

use crate::crypto::keyring::KeyringError;
use crate::crypto::master::MasterKeyError;

/// Why the program cannot start. Each variant has its exit code.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The settings. Exit code 2.
    #[error("{0}")]
    Config(String),
    /// The master key. Exit code 3, or 4 if a new one cannot be stored.
    #[error("{0}")]
    MasterKey(#[from] MasterKeyError),
    /// The sub-keys in the store. Exit code 3.
    #[error("{0}")]
    Keyring(#[from] KeyringError),
    /// The data folder or the database. Exit code 4.
    #[error("{path}: {problem}")]
    Store {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// An address that cannot be listened on. Exit code 1.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: String,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// Any other refusal of the operating system. Exit code 1.
    #[error("{0}")]
    System(String),
}

impl StartError {
    /// The exit code of the process (design §7).
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Listen { .. } | Self::System(_) => 1,
            Self::Config(_) => 2,
            Self::Store { .. } | Self::MasterKey(MasterKeyError::NotMade { .. }) => 4,
            Self::MasterKey(_) | Self::Keyring(_) => 3,
        }
    }
}
