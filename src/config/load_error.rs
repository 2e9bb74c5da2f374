//! Why settings cannot be loaded.

use std::path::PathBuf;

use super::mistakes::{Mistake, in_words};

/// Why the settings could not be loaded. Stops the start with exit code 2.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file cannot be read.
    #[error("the configuration file {path} cannot be read: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// Somebody else may have written it.
    #[error("{path} {problem}")]
    Untrusted {
        /// The file.
        path: PathBuf,
        /// Why, and what to change.
        problem: String,
    },
    /// The file is not TOML.
    #[error("{}: {text}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong, and in which line.
        text: String,
    },
    /// Values that are not valid, and names of no setting.
    #[error("{}", in_words(.0))]
    Mistakes(Vec<Mistake>),
    /// An invalid value, where only one is looked at.
    #[error("{path}: {problem}")]
    Invalid {
        /// The setting.
        path: &'static str,
        /// What to change.
        problem: String,
    },
}
