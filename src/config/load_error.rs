//! Why settings cannot be loaded.

use std::path::PathBuf;

/// What the name of each variable begins with.
pub(super) const PREFIX: &str = "OTPMINT_";

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
    /// Not TOML, an unknown key, or a value of the wrong kind.
    #[error("{0}")]
    Malformed(String),
    /// An invalid value.
    #[error("{path}: {problem}")]
    Invalid {
        /// The setting.
        path: &'static str,
        /// What to change.
        problem: String,
    },
    /// A variable with our prefix that names no setting.
    #[error("the environment variable {PREFIX}{0} names no setting: see `otpmint config default`")]
    UnknownVariable(String),
    /// A variable that is named like a setting, but for the two underscores.
    #[error(
        "the environment variable {PREFIX}{found} sets nothing: two underscores stand between section and \
         key: {PREFIX}{meant}"
    )]
    MisspeltVariable {
        /// What follows our prefix.
        found: String,
        /// What was meant.
        meant: String,
    },
}
