//! What a copy has left in a database: it was copied elsewhere, or it is being filled.

use rusqlite::{Connection, OptionalExtension};

use crate::store::copy::{COPYING, MOVED_TO, MovedTo};

use super::open_failed::OpenFailed;

/// Refuses a database that a copy has left, or has not finished.
pub(super) fn check(connection: &Connection) -> Result<(), OpenFailed> {
    if let Some(moved) = read(connection, MOVED_TO)? {
        return Err(OpenFailed::Moved(MovedTo::parse(&moved)));
    }
    match read(connection, COPYING)? {
        Some(_) => Err(OpenFailed::Unfinished),
        None => Ok(()),
    }
}

/// Returns a mark.
pub(super) fn read(connection: &Connection, key: &str) -> rusqlite::Result<Option<Vec<u8>>> {
    if !connection.table_exists(None, "meta")? {
        return Ok(None);
    }
    let query = "SELECT value FROM meta WHERE key = ?1";
    connection.query_row(query, [key], |row| row.get(0)).optional()
}

/// Sets a mark.
pub(super) fn write(connection: &Connection, key: &str, value: &[u8]) -> rusqlite::Result<()> {
    let insert = "INSERT INTO meta (key, value) VALUES (?1, ?2) \
                  ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    connection.execute(insert, (key, value)).map(|_| ())
}

/// Removes a mark.
pub(super) fn remove(connection: &Connection, key: &str) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM meta WHERE key = ?1", [key]).map(|_| ())
}
