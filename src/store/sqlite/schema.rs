//! The database file: connections, pragmas, migrations, and what is known of its master key.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension};
use rusqlite_migration::{M, Migrations};

use crate::domain::secret::KeyCheck;

use super::OpenFailed;

const MIGRATIONS: &[M] = &[M::up(include_str!("../../../migrations/sqlite/0001_initial.sql"))];

/// Statements kept ready on each connection: more than there are.
const STATEMENTS: usize = 128;

/// How long to wait for another process, such as `otpmint tenant add`.
const BUSY: Duration = Duration::from_secs(5);

/// A connection with the settings that the promises need: after a power loss everything that was
/// committed is there (`synchronous=FULL`), and what was erased is overwritten in its page.
pub(super) fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "secure_delete", "FAST")?;
    connection.pragma_update(None, "cache_size", -8192)?;
    connection.pragma_update(None, "wal_autocheckpoint", 2000)?;
    Ok(connection)
}

/// A connection of the reading pool.
pub(super) fn prepare_reader(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "query_only", true)?;
    connection.pragma_update(None, "cache_size", -1024)
}

/// Brings the file to the present schema.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), OpenFailed> {
    Migrations::from_slice(MIGRATIONS).to_latest(connection).map_err(|error| match error {
        rusqlite_migration::Error::MigrationDefinition(
            rusqlite_migration::MigrationDefinitionError::DatabaseTooFarAhead,
        ) => OpenFailed::TooNew,
        error => OpenFailed::Migration(error.to_string()),
    })
}

/// What the database at `path` knows of its master key, without changing a byte of it: `None`
/// when there is no database yet, or one that was never finished.
pub(super) fn key_check(path: &Path) -> Result<Option<KeyCheck>, OpenFailed> {
    if !path.exists() {
        return Ok(None);
    }
    let read = || -> rusqlite::Result<Option<Vec<u8>>> {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        connection.busy_timeout(BUSY)?;
        if !connection.table_exists(None, "meta")? {
            return Ok(None);
        }
        let query = "SELECT value FROM meta WHERE key = 'master_key'";
        connection.query_row(query, [], |row| row.get(0)).optional()
    };
    let Some(bytes) = read()? else { return Ok(None) };
    let (salt, check) = bytes.split_first_chunk::<16>().ok_or(OpenFailed::Foreign)?;
    let check = check.try_into().map_err(|_| OpenFailed::Foreign)?;
    Ok(Some(KeyCheck { salt: *salt, check }))
}

/// Writes down what is to be known of the master key, the first time.
pub(super) fn keep_key_check(connection: &Connection, known: &KeyCheck) -> rusqlite::Result<()> {
    let bytes = [known.salt.as_slice(), known.check.as_slice()].concat();
    connection.execute("INSERT OR IGNORE INTO meta (key, value) VALUES ('master_key', ?1)", [bytes])?;
    Ok(())
}
