//! The database file: connections, pragmas, migrations, and the check value of its master key.

use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use rusqlite_migration::{M, Migrations};

use crate::domain::secret::KeyCheck;
use crate::store::copy::Facts;

use super::open_failed::OpenFailed;

const MIGRATIONS: &[M] = &[M::up(include_str!("../../../migrations/sqlite/0001_initial.sql"))];

/// Their names.
const NAMES: [&str; MIGRATIONS.len()] = ["0001_initial"];

/// The number of prepared statements cached per connection: more than there are.
const STATEMENTS: usize = 320;

/// Reads and writes an existing file; each connection is used by one thread at a time.
pub(super) const PRESENT: OpenFlags =
    OpenFlags::SQLITE_OPEN_READ_WRITE.union(OpenFlags::SQLITE_OPEN_NO_MUTEX);

/// The application id in the header of our files, which distinguishes them from other programs'
/// databases: the letters `OtpM`.
const APPLICATION: i32 = 0x4f74_704d;

/// How long to wait for another process, such as `otpmint tenant add`.
pub(super) const BUSY: Duration = Duration::from_secs(5);

/// Opens a connection with the settings that our guarantees need: after a power loss everything
/// that was committed is there (`synchronous=FULL`), and erased data is overwritten in its page.
///
/// The file must exist: a connection that replaces a broken one must not create an empty database
/// in place of a lost one.
pub(super) fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, PRESENT)?;
    prepare_writer(&connection)?;
    Ok(connection)
}

/// Applies the settings of a writing connection.
pub(super) fn prepare_writer(connection: &Connection) -> rusqlite::Result<()> {
    prepare_statements(connection)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // Not FAST, which leaves the content of freed pages: those of long messages, and of merged ones.
    connection.pragma_update(None, "secure_delete", true)?;
    // Keep data out of temporary files, too.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "cache_size", -8192)?;
    connection.pragma_update(None, "wal_autocheckpoint", 2000)
}

/// Applies the settings of a connection of the reading pool.
pub(super) fn prepare_reader(connection: &Connection) -> rusqlite::Result<()> {
    prepare_statements(connection)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.pragma_update(None, "cache_size", -1024)
}

/// What all connections have in common: each statement is prepared once. Without the planner's stability
/// guarantee one whose `LIMIT` is bound would be prepared again whenever it runs.
fn prepare_statements(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(|_| ())
}

/// Migrates the file to the present schema. One process has it for itself, so all phases run in their order.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), OpenFailed> {
    run(connection, MIGRATIONS)
}

fn run(connection: &mut Connection, migrations: &[M]) -> Result<(), OpenFailed> {
    Migrations::from_slice(migrations).to_latest(connection).map_err(|error| match error {
        rusqlite_migration::Error::MigrationDefinition(
            rusqlite_migration::MigrationDefinitionError::DatabaseTooFarAhead,
        ) => OpenFailed::TooNew,
        error => OpenFailed::Migration(error.to_string()),
    })
}

/// Checks that the file is one of ours that may be used, or a new one, before anything is changed in it.
pub(super) fn recognise(path: &Path) -> Result<(), OpenFailed> {
    recognise_any(path)?;
    Connection::open_with_flags(path, PRESENT)?.refuse_marked()
}

/// The same, whether or not it may be used.
pub(super) fn recognise_any(path: &Path) -> Result<(), OpenFailed> {
    let read = || -> rusqlite::Result<bool> {
        let connection = Connection::open_with_flags(path, PRESENT)?;
        connection.busy_timeout(BUSY)?;
        is_ours(&connection)
    };
    match read() {
        Ok(true) => Ok(()),
        Ok(false) => Err(OpenFailed::Foreign),
        Err(error) => Err(unreadable(error)),
    }
}

/// Returns whether the file is one of ours, or a new one.
fn is_ours(connection: &Connection) -> rusqlite::Result<bool> {
    let application: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let is_empty = "SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema)";
    Ok(application == APPLICATION || connection.query_row(is_empty, [], |row| row.get(0))?)
}

/// Returns the names of the migrations that are still to run, without changing the files.
pub(super) fn pending(path: &Path) -> Result<Vec<&'static str>, OpenFailed> {
    if !path.exists() {
        return Ok(NAMES.to_vec());
    }
    let connection = open_read_only(path).map_err(unreadable)?;
    if !is_ours(&connection).map_err(unreadable)? {
        return Err(OpenFailed::Foreign);
    }
    connection.refuse_marked::<OpenFailed>()?;
    let done: u32 =
        connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(unreadable)?;
    NAMES.get(done as usize..).map(<[_]>::to_vec).ok_or(OpenFailed::TooNew)
}

/// Refuses a database that does not have the present schema.
pub(super) fn require_newest(connection: &Connection) -> Result<(), OpenFailed> {
    let done: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    match (done as usize).cmp(&NAMES.len()) {
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Greater => Err(OpenFailed::TooNew),
        std::cmp::Ordering::Less => Err(OpenFailed::Copy(
            "it is of an older version: bring it to this one with `otpmint store migrate` first".to_owned(),
        )),
    }
}

/// Returns the check value of the master key in the database at `path`; `None` if there is no
/// database yet, or one whose creation was never finished. The files are not changed, down to the
/// byte.
pub(super) fn key_check(path: &Path) -> Result<Option<KeyCheck>, OpenFailed> {
    if !path.exists() {
        return Ok(None);
    }
    let read = || -> Result<Option<Vec<u8>>, OpenFailed> {
        let connection = open_read_only(path).map_err(unreadable)?;
        let known = connection.fact("master_key").map_err(unreadable)?;
        connection.refuse_marked().map(|()| known)
    };
    let Some(bytes) = read()? else { return Ok(None) };
    KeyCheck::from_bytes(&bytes).map(Some).ok_or(OpenFailed::Foreign)
}

/// Opens a connection that leaves no trace. SQLite creates a WAL and its index even for a reader,
/// but not for a file that is declared immutable, which is safe for these few reads of a file
/// without a WAL. If a crash left a WAL, the index is kept in memory, which requires exclusive
/// access; if another process has the file open, the index already exists.
fn open_read_only(path: &Path) -> rusqlite::Result<Connection> {
    let is_filled = |suffix: &str| {
        let mut beside = path.as_os_str().to_owned();
        beside.push(suffix);
        std::fs::metadata(beside).is_ok_and(|file| file.len() > 0)
    };
    // A journal is of a copy that was cut off.
    if !is_filled("-wal") && !is_filled("-journal") {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        return Connection::open_with_flags(immutable(path), flags);
    }
    let alone = Connection::open_with_flags(path, PRESENT)?;
    alone.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    alone.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    alone.busy_timeout(Duration::ZERO)?;
    if alone.table_exists(None, "meta").is_ok() {
        return Ok(alone);
    }
    let shared = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    shared.busy_timeout(BUSY)?;
    Ok(shared)
}

/// Returns a URI that declares the file immutable (<https://sqlite.org/uri.html>).
fn immutable(path: &Path) -> String {
    let mut uri = "file:".to_owned();
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                uri.push(char::from(*byte))
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri + "?immutable=1"
}

fn unreadable(error: rusqlite::Error) -> OpenFailed {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => OpenFailed::Foreign,
        _ => error.into(),
    }
}

/// Stores the check value of the master key the first time. Later it must be the same, because two
/// concurrent first starts may each have brought a key.
pub(super) fn keep_key_check(connection: &Connection, known: &KeyCheck) -> Result<(), OpenFailed> {
    let bytes = known.to_bytes();
    connection.execute("INSERT OR IGNORE INTO meta (key, value) VALUES ('master_key', ?1)", [&bytes])?;
    let query = "SELECT value FROM meta WHERE key = 'master_key'";
    let kept: Vec<u8> = connection.query_row(query, [], |row| row.get(0))?;
    if kept == bytes { Ok(()) } else { Err(OpenFailed::OtherKey) }
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;

    #[test]
    fn all_phases_run_in_their_order_and_once() {
        let mut connection = Connection::open_in_memory().unwrap();
        let migrations = [
            M::up("-- phase: expand\nCREATE TABLE t (former); INSERT INTO t VALUES (7)"),
            M::up("-- phase: expand\nALTER TABLE t ADD COLUMN present"),
            M::up("-- phase: fill\nUPDATE t SET present = former"),
            M::up("-- phase: contract\nALTER TABLE t DROP COLUMN former"),
        ];
        run(&mut connection, &migrations[..2]).unwrap();
        for _ in 0..2 {
            run(&mut connection, &migrations).unwrap();
            let read = connection.query_row("SELECT * FROM t", [], |row| row.get::<_, i64>(0));
            assert_eq!(read, Ok(7));
        }
        assert!(matches!(run(&mut connection, &migrations[..2]), Err(OpenFailed::TooNew)));
    }

    #[test]
    fn a_statement_is_prepared_once_whatever_is_bound_to_it() {
        let numbers =
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n LIMIT ?1";
        for prepare in [prepare_reader, prepare_statements] {
            let connection = Connection::open_in_memory().unwrap();
            prepare(&connection).unwrap();
            let mut statement = connection.prepare(numbers).unwrap();
            for limit in 1..9_u32 {
                let found = statement.query_map([limit], |row| row.get::<_, u32>(0)).unwrap();
                assert_eq!(found.count(), limit as usize);
            }
            assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
        }
    }
}
