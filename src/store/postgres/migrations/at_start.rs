//! What runs at the start of a node: the creation of the schema, and expansions.

use std::thread;
use std::time::Duration;

use crate::store::MigrationPhase;
use crate::store::sql::failed::Failed;

use super::super::connect::TIMEOUTS;
use super::super::open_failed::OpenFailed;
use super::super::schema::{self, Found};
use super::super::session::Session;
use super::list::{Migration, Migrations};
use super::state::State;
use super::turn;

/// Between two looks whether another node has finished.
const PAUSE: Duration = Duration::from_millis(200);

/// How often a migration is tried whose locks others hold. Each try waits for `lock_timeout`, no longer, since
/// everybody else queues behind it.
const TRIES: u32 = 20;

type Result<T> = std::result::Result<T, OpenFailed>;

/// Creates the schema, or runs the expansions that are new. Waits for another node that does.
pub(in super::super) fn migrate(session: &Session, migrations: &Migrations) -> Result<State> {
    loop {
        match schema::recognise(session, migrations)? {
            Found::Ours(state) if state.newest >= migrations.newest() => return Ok(state),
            Found::Ours(_) | Found::Nothing => {}
        }
        if !turn::take(session)? {
            thread::sleep(PAUSE);
            continue;
        }
        let migrated = match schema::recognise(session, migrations)? {
            Found::Nothing => create(session, migrations),
            Found::Ours(state) => expand(session, migrations, state),
        };
        let given_up = turn::give_up(session);
        let state = migrated?;
        given_up?;
        return Ok(state);
    }
}

/// Creates everything in one transaction. There is nobody for whom an index would have to be built
/// concurrently, and nothing to fill.
fn create(session: &Session, migrations: &Migrations) -> Result<State> {
    let state = State::complete(migrations);
    session.wire.execute("BEGIN")?;
    for (_, migration) in migrations.numbered() {
        session.wire.execute(&migration.sql.replace(" CONCURRENTLY", ""))?;
    }
    session.wire.execute(&state.record())?;
    session.wire.execute("COMMIT")?;
    Ok(state)
}

/// Runs the expansions that are new; the others wait from now on.
fn expand(session: &Session, migrations: &Migrations, mut state: State) -> Result<State> {
    let new: Vec<(u32, &Migration)> =
        migrations.numbered().filter(|(number, _)| *number > state.newest).collect();
    for (number, migration) in new {
        state.newest = number;
        match migration.phase {
            MigrationPhase::Expand if migration.alone => {
                build(session, migration)?;
                session.wire.execute(&state.record())?;
            }
            MigrationPhase::Expand => in_transaction(session, migration, &state)?,
            MigrationPhase::Fill | MigrationPhase::Contract => {
                state.waiting.insert(number);
                session.wire.execute(&state.record())?;
            }
        }
        tracing::info!(
            migration = migration.name,
            phase = migration.phase.as_str(),
            "the schema was migrated"
        );
    }
    Ok(state)
}

/// Runs a migration together with the record of it, again while others hold what it has to lock.
fn in_transaction(session: &Session, migration: &Migration, state: &State) -> Result<()> {
    let sql = format!("BEGIN; {}\n; {}; COMMIT", migration.sql, state.record());
    for _ in 1..TRIES {
        match session.wire.execute(&sql) {
            Err(Failed::Again(error)) => {
                tracing::info!(migration = migration.name, %error, "the schema is in use; migrating is tried again");
                session.wire.execute("ROLLBACK")?;
                thread::sleep(PAUSE);
            }
            done => return Ok(done?),
        }
    }
    session.wire.execute(&sql).map_err(|failed| {
        OpenFailed::Statement(format!("{}: {failed}: somebody has been working for long", migration.name))
    })
}

/// Builds an index while others write. One that was cut off is left behind invalid, and is removed first.
fn build(session: &Session, migration: &Migration) -> Result<()> {
    let wire = &session.wire;
    let failed = |failed: Failed| OpenFailed::Statement(format!("{}: {failed}", migration.name));
    let invalid = "SELECT format('DROP INDEX CONCURRENTLY %I', c.relname) FROM pg_index i \
                   JOIN pg_class c ON c.oid = i.indexrelid \
                   WHERE NOT i.indisvalid AND c.relnamespace = current_schema()::regnamespace";
    session.wire.execute("SET statement_timeout = 0; SET lock_timeout = 0")?;
    for row in wire.wait(wire.client.query(invalid, &[]))? {
        let drop: String = row.try_get(0).map_err(|error| failed(Failed::from(error)))?;
        wire.wait_long(wire.client.batch_execute(&drop)).map_err(failed)?;
    }
    wire.wait_long(wire.client.batch_execute(migration.sql)).map_err(failed)?;
    Ok(wire.execute(TIMEOUTS)?)
}
