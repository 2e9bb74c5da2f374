//! What is still to run, and what it waits for.

use crate::store::{MigrationPhase, PlannedMigration};

use super::super::open_failed::OpenFailed;
use super::super::schema::{self, Found};
use super::super::session::Session;
use super::super::tx::PgTx;
use super::list::Migrations;
use super::nodes;

/// Returns the names of the migrations that the next start of a node has to look at.
pub(in super::super) fn pending(
    session: &Session,
    migrations: &Migrations,
) -> Result<Vec<&'static str>, OpenFailed> {
    let newest = match schema::recognise(session, migrations)? {
        Found::Nothing => 0,
        Found::Ours(state) => state.newest,
    };
    let new = migrations.numbered().filter(|(number, _)| *number > newest);
    Ok(new.map(|(_, migration)| migration.name).collect())
}

/// Returns what is still to run, in its order. Nothing is changed.
pub(in super::super) fn plan(
    session: &Session,
    migrations: &Migrations,
) -> Result<Vec<PlannedMigration>, OpenFailed> {
    let state = match schema::recognise(session, migrations)? {
        Found::Nothing => None,
        Found::Ours(state) => Some(state),
    };
    let (mut planned, mut before) = (Vec::new(), Vec::new());
    for (number, migration) in migrations.numbered() {
        let is_left =
            state.as_ref().is_none_or(|state| number > state.newest || state.waiting.contains(&number));
        if !is_left {
            continue;
        }
        let mut waits_for = Vec::new();
        // A new schema is created at once.
        if state.is_some() && migration.phase != MigrationPhase::Expand {
            waits_for.clone_from(&before);
            before.push(migration.name.to_owned());
        }
        if state.is_some() && migration.phase == MigrationPhase::Contract {
            waits_for.extend(nodes::older(&PgTx::over(session), number)?);
        }
        planned.push(migration.planned(waits_for));
    }
    Ok(planned)
}
