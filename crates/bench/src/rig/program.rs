//! The measured programs. This one is both of them.

use serde::Serialize;

/// The command that is `otpmint serve`.
pub(crate) const SERVE: &str = "serve";

/// The command that is the naive server.
const NAIVE: &str = "naive";

/// How many requests share a transaction.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Commit {
    /// All that are waiting: `otpmint serve`.
    #[default]
    Grouped,
    /// One: the naive server.
    Each,
}

impl Commit {
    /// The name in the table.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Grouped => "grouped",
            Self::Each => "each",
        }
    }

    /// The command of this program that starts the server.
    pub(crate) const fn command(self) -> &'static str {
        match self {
            Self::Grouped => SERVE,
            Self::Each => NAIVE,
        }
    }
}
