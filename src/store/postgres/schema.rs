//! The schema: recognising ours, and what it knows of its master key.

use crate::domain::secret::KeyCheck;
use crate::store::copy::Facts;

use super::migrations::list::Migrations;
use super::migrations::state::State;
use super::open_failed::OpenFailed;
use super::session::Session;

/// The oldest version of the server.
const OLDEST: u32 = 15;

/// What is found in a schema.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Found {
    Nothing,
    /// Ours, and what has run of its migrations.
    Ours(State),
}

type Result<T> = std::result::Result<T, OpenFailed>;

/// Recognises what is in the schema, without changing anything, and refuses what may not be used.
pub(super) fn recognise(session: &Session, migrations: &Migrations) -> Result<Found> {
    let found = recognise_any(session, migrations)?;
    if found != Found::Nothing {
        session.refuse_marked::<OpenFailed>()?;
    }
    Ok(found)
}

/// The same, whether or not it may be used.
pub(super) fn recognise_any(session: &Session, migrations: &Migrations) -> Result<Found> {
    let wire = &session.wire;
    let number = wire.one::<i32>("SELECT current_setting('server_version_num')::int4", &[])?;
    let version = u32::try_from(number).unwrap_or_default() / 10_000;
    if version < OLDEST {
        return Err(OpenFailed::TooOld(version, OLDEST));
    }
    let schema = wire.one::<Option<String>>("SELECT current_schema()::text", &[])?;
    let schema = schema.ok_or(OpenFailed::NoSchema)?;
    let tables = "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')";
    if wire.one::<i64>(tables, &[])? == 0 {
        let may = wire.one::<bool>("SELECT has_schema_privilege(current_schema(), 'CREATE')", &[])?;
        return if may { Ok(Found::Nothing) } else { Err(OpenFailed::MayNotCreate(schema)) };
    }
    let ours = "SELECT to_regclass(quote_ident(current_schema()) || '.meta') IS NOT NULL";
    if !wire.one::<bool>(ours, &[])? {
        return Err(OpenFailed::Foreign(schema));
    }
    if !wire.one::<bool>("SELECT has_table_privilege('meta', 'SELECT, INSERT, UPDATE')", &[])? {
        return Err(OpenFailed::MayNotUse(schema));
    }
    match session.fact("application") {
        Ok(Some(name)) if name == b"otpmint" => {}
        _ => return Err(OpenFailed::Foreign(schema)),
    }
    match State::read(session)? {
        Some(state) if state.least <= migrations.newest() => Ok(Found::Ours(state)),
        Some(_) => Err(OpenFailed::TooNew),
        None => Err(OpenFailed::Foreign(schema)),
    }
}

/// Fails unless everything is there, as this version has it, and may be used.
pub(super) fn require_present(session: &Session) -> Result<()> {
    let migrations = Migrations::shipped();
    match recognise(session, &migrations)? {
        Found::Nothing => Err(OpenFailed::Copy("there is no database".to_owned())),
        Found::Ours(state) => require_newest(&state, &migrations),
    }
}

/// Fails unless all of these migrations have run, and no other ones.
pub(super) fn require_newest(state: &State, migrations: &Migrations) -> Result<()> {
    if state.newest == migrations.newest() && state.waiting.is_empty() {
        return Ok(());
    }
    Err(OpenFailed::Copy(
        "not all migrations have run: bring it to this version with `otpmint store migrate` first".to_owned(),
    ))
}

/// Returns what the database knows about its master key.
pub(super) fn key_check(session: &Session, migrations: &Migrations) -> Result<Option<KeyCheck>> {
    match recognise(session, migrations)? {
        Found::Nothing => Ok(None),
        Found::Ours(_) => Ok(session.fact("master_key")?.as_deref().and_then(KeyCheck::from_bytes)),
    }
}

/// Stores the check value of the master key the first time. Later it must be the same, because two
/// concurrent first starts may each have brought a key.
pub(super) fn keep_key_check(session: &Session, known: &KeyCheck) -> Result<()> {
    let bytes = known.to_bytes();
    let sql = "INSERT INTO meta (key, value) VALUES ('master_key', $1) ON CONFLICT (key) DO NOTHING";
    session.wire.wait(session.wire.client.execute(sql, &[&bytes.as_slice()]))?;
    let kept = session.fact("master_key")?;
    if kept.as_deref() == Some(bytes.as_slice()) { Ok(()) } else { Err(OpenFailed::OtherKey) }
}
