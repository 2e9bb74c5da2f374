//! Why the program cannot start.

use std::path::Path;

use crate::crypto::keyring::KeyringError;
use crate::crypto::master::MasterKeyError;
use crate::service::NodeEnd;

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
    #[error("{place}: {problem}")]
    Store {
        /// The file or folder, or the hosts and the database. There is no password in it.
        place: String,
        /// What is wrong with it.
        problem: String,
    },
    /// This process cannot be a node of the store that several share. Exit code 5.
    #[error("{0}")]
    Node(NodeEnd),
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
    /// The error for a file or folder that cannot be used.
    pub(super) fn file(path: &Path, problem: impl ToString) -> Self {
        Self::Store { place: path.display().to_string(), problem: problem.to_string() }
    }

    /// The exit code of the process (design §7).
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Listen { .. } | Self::System(_) => 1,
            Self::Config(_) => 2,
            Self::Store { .. } | Self::MasterKey(MasterKeyError::NotMade { .. }) => 4,
            Self::MasterKey(_) | Self::Keyring(_) => 3,
            Self::Node(_) => 5,
        }
    }
}
