//! The migrations that a release knows.

use std::sync::Arc;

use crate::store::{MigrationPhase, PlannedMigration};

/// The migrations of this release with their names, in their order. A released one is never changed.
const SHIPPED: [(&str, &str); 1] =
    [("0001_initial", include_str!("../../../../migrations/postgres/0001_initial.sql"))];

/// What a line in the head of a file begins with that names the phase.
const PHASE: &str = "-- phase: ";

/// Such a line of one that builds an index while others write.
const CONCURRENTLY: &str = "-- concurrently";

/// A migration. Its number is its place in the list, from 1.
#[derive(Clone, Debug)]
pub(in super::super) struct Migration {
    pub(in super::super) name: &'static str,
    pub(in super::super) phase: MigrationPhase,
    /// Whether it cannot run in a transaction.
    pub(super) alone: bool,
    pub(super) sql: &'static str,
}

/// The migrations that a release knows.
#[derive(Clone, Debug)]
pub struct Migrations(Arc<[Migration]>);

impl Migrations {
    /// Returns those of this release.
    pub fn shipped() -> Self {
        Self::of(&SHIPPED)
    }

    /// Reads migrations: their names and their texts. In its head a text names its phase, `-- phase: fill`;
    /// one that does not is an expansion.
    pub fn of(texts: &[(&'static str, &'static str)]) -> Self {
        Self(texts.iter().map(|(name, sql)| Migration::read(name, sql)).collect())
    }

    /// Returns the number of the newest one.
    pub(in super::super) fn newest(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }

    /// Returns the migrations with their numbers.
    pub(in super::super) fn numbered(&self) -> impl Iterator<Item = (u32, &Migration)> {
        (1..).zip(self.0.iter())
    }
}

impl Migration {
    fn read(name: &'static str, sql: &'static str) -> Self {
        let head = || sql.lines().take_while(|line| line.starts_with("--") || line.is_empty());
        let phase = head().find_map(|line| MigrationPhase::parse(line.strip_prefix(PHASE)?.trim()));
        Self {
            name,
            phase: phase.unwrap_or(MigrationPhase::Expand),
            alone: head().any(|line| line.trim_end() == CONCURRENTLY),
            sql,
        }
    }

    /// Returns that it is still to run, and waits for this.
    pub(super) fn planned(&self, waits_for: Vec<String>) -> PlannedMigration {
        PlannedMigration { name: self.name.to_owned(), phase: self.phase, waits_for }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_a_file_says_when_it_runs() {
        let texts = [
            ("0001_a", "-- phase: expand\nCREATE TABLE a (x int);"),
            (
                "0002_b",
                "-- phase: expand\n-- concurrently\nCREATE INDEX CONCURRENTLY IF NOT EXISTS i ON a (x);",
            ),
            ("0003_c", "-- Why.\n-- phase: fill\nUPDATE a SET x = 1;\n-- phase: contract"),
            ("0004_d", "-- phase: contract\nDROP TABLE a;"),
        ];
        let read = Migrations::of(&texts);
        let found: Vec<_> = read.numbered().map(|(number, one)| (number, one.phase, one.alone)).collect();
        use MigrationPhase::*;
        assert_eq!(found, [(1, Expand, false), (2, Expand, true), (3, Fill, false), (4, Contract, false)]);
        assert_eq!(read.newest(), 4);
    }

    #[test]
    fn every_shipped_migration_names_its_phase() {
        for (name, sql) in SHIPPED {
            assert!(sql.lines().any(|line| line.starts_with(PHASE)), "{name}");
        }
    }
}
