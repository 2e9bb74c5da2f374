//! The verb for changes of the schema that wait for others.

use super::verb::Verb;

/// When a migration may run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MigrationPhase {
    /// At the start of the first node that knows it, while older nodes run: it only adds.
    Expand,
    /// Afterwards, some rows at a time.
    Fill,
    /// When no node is left that does not know it: it removes what they use.
    Contract,
}

impl MigrationPhase {
    /// Returns the word in a file of migrations.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Expand => "expand",
            Self::Fill => "fill",
            Self::Contract => "contract",
        }
    }

    /// Parses the word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Expand, Self::Fill, Self::Contract].into_iter().find(|phase| phase.as_str() == word)
    }
}

/// A migration that is still to run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlannedMigration {
    /// Its name.
    pub name: String,
    /// When it runs.
    pub phase: MigrationPhase,
    /// What it waits for: migrations before it, and nodes that do not know it.
    pub waits_for: Vec<String>,
}

/// How far the migrations have come that run beside the nodes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum MigrationProgress {
    /// There is nothing to do.
    Nothing,
    /// A migration has changed some rows, and has more to do.
    Filled(String, u64),
    /// A migration is done.
    Done(String),
    /// A migration waits.
    Waiting(PlannedMigration),
}

/// Changes of the schema that wait for others.
pub trait MigrationStore {
    /// Does a part of what is left of migrations that run beside the nodes.
    fn migrate_on(&self) -> Verb<'_, MigrationProgress>;
}
