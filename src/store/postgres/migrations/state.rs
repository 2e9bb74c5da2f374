//! What has run: three rows of `meta`.

use std::collections::BTreeSet;

use crate::store::MigrationPhase;
use crate::store::copy::Facts;

use super::super::open_failed::OpenFailed;
use super::super::session::Session;
use super::list::Migrations;

/// What has run.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(in super::super) struct State {
    /// The number of the newest migration that has run or waits.
    pub(in super::super) newest: u32,
    /// The numbers of those that wait, at most [`Self::newest`].
    pub(in super::super) waiting: BTreeSet<u32>,
    /// The number of the newest migration that a release must know to use the schema.
    pub(in super::super) least: u32,
}

impl State {
    /// Reads it. `None` if the schema is not ours. Of one whose needs are not known it is assumed that it needs
    /// the newest.
    pub(in super::super) fn read(session: &Session) -> Result<Option<Self>, OpenFailed> {
        let text = |key| -> Result<Option<String>, OpenFailed> {
            Ok(session.fact(key)?.and_then(|bytes| String::from_utf8(bytes).ok()))
        };
        let Some(newest) = text("schema_version")?.and_then(|text| text.parse().ok()) else {
            return Ok(None);
        };
        let waiting = text("schema_waiting")?.unwrap_or_default();
        let waiting = waiting.split_whitespace().filter_map(|number| number.parse().ok()).collect();
        let least = text("least_version")?.and_then(|text| text.parse().ok());
        Ok(Some(Self { newest, waiting, least: least.unwrap_or(newest) }))
    }

    /// Returns what has run when everything has.
    pub(super) fn complete(migrations: &Migrations) -> Self {
        let contracts = migrations.numbered().filter(|(_, one)| one.phase == MigrationPhase::Contract);
        let least = contracts.map(|(number, _)| number).max().unwrap_or(1);
        Self { newest: migrations.newest(), waiting: BTreeSet::new(), least }
    }

    /// Returns the statement that records it.
    pub(super) fn record(&self) -> String {
        let waiting: Vec<String> = self.waiting.iter().map(u32::to_string).collect();
        format!(
            "INSERT INTO meta (key, value) VALUES ('application', 'otpmint'), ('schema_version', '{}'), \
             ('schema_waiting', '{}'), ('least_version', '{}') \
             ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            self.newest,
            waiting.join(" "),
            self.least
        )
    }

    /// Returns whether something that a release knows waits.
    pub(in super::super) fn waits(&self, migrations: &Migrations) -> bool {
        self.waiting.iter().any(|number| *number <= migrations.newest())
    }
}
