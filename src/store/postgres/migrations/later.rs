//! What runs beside the nodes: filling, and contracting when no older node is left.

use crate::store::sql::failed::Failed;
use crate::store::{MigrationPhase, MigrationProgress};

use super::super::open_failed::OpenFailed;
use super::super::schema::{self, Found};
use super::super::session::Session;
use super::super::tx::PgTx;
use super::list::{Migration, Migrations};
use super::state::State;
use super::{nodes, turn};

/// How many rounds are filled at once, each in a transaction of its own.
const ROUNDS: u32 = 20;

type Result<T> = std::result::Result<T, OpenFailed>;

/// Does a part of the first migration that waits. Returns `None` while another node migrates.
pub(super) fn go_on(session: &Session, migrations: &Migrations) -> Result<Option<MigrationProgress>> {
    if !turn::take(session)? {
        return Ok(None);
    }
    let done = match schema::recognise(session, migrations)? {
        Found::Nothing => Ok(MigrationProgress::Nothing),
        Found::Ours(state) => first(session, migrations, state),
    };
    let given_up = turn::give_up(session);
    let progress = done?;
    given_up?;
    Ok(Some(progress))
}

fn first(session: &Session, migrations: &Migrations, mut state: State) -> Result<MigrationProgress> {
    let waits = |number: &u32| state.waiting.contains(number);
    let Some((number, migration)) = migrations.numbered().find(|(number, _)| waits(number)) else {
        return Ok(MigrationProgress::Nothing);
    };
    state.waiting.remove(&number);
    let progress = match migration.phase {
        MigrationPhase::Fill => fill(session, migration, &state),
        MigrationPhase::Contract => {
            state.least = state.least.max(number);
            contract(session, (number, migration), &state)
        }
        // Only one that was another phase before.
        MigrationPhase::Expand => session.wire.execute(&state.record()).map(|()| done(migration)),
    };
    match progress {
        Err(Failed::Again(_)) => {
            session.wire.execute("ROLLBACK")?;
            let waits_for = vec!["others, who hold what it has to lock".to_owned()];
            Ok(MigrationProgress::Waiting(migration.planned(waits_for)))
        }
        progress => Ok(progress?),
    }
}

/// Changes some rows at a time. It is done when a round finds nothing.
fn fill(
    session: &Session,
    migration: &Migration,
    state: &State,
) -> std::result::Result<MigrationProgress, Failed> {
    let mut changed = 0;
    for _ in 0..ROUNDS {
        match session.wire.wait(session.wire.client.execute(migration.sql, &[]))? {
            0 => {
                session.wire.execute(&state.record())?;
                return Ok(done(migration));
            }
            rows => changed += rows,
        }
    }
    Ok(MigrationProgress::Filled(migration.name.to_owned(), changed))
}

/// Removes what older releases use, if none of their nodes is left. None can join meanwhile: it would read what
/// this transaction changes, and this one reads what it would change.
fn contract(
    session: &Session,
    (number, migration): (u32, &Migration),
    state: &State,
) -> std::result::Result<MigrationProgress, Failed> {
    session.wire.execute("BEGIN ISOLATION LEVEL SERIALIZABLE")?;
    let older = nodes::older(&PgTx::over(session), number)?;
    if !older.is_empty() {
        session.wire.execute("ROLLBACK")?;
        return Ok(MigrationProgress::Waiting(migration.planned(older)));
    }
    session.wire.execute(&format!("{}\n; {}; COMMIT", migration.sql, state.record()))?;
    Ok(done(migration))
}

fn done(migration: &Migration) -> MigrationProgress {
    tracing::info!(migration = migration.name, phase = migration.phase.as_str(), "the schema was migrated");
    MigrationProgress::Done(migration.name.to_owned())
}
