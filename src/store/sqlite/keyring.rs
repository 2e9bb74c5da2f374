//! The sub-keys, wrapped.

use rusqlite::Connection;

use crate::domain::secret::{KeyCheck, Sealed, WrappedKey};
use crate::domain::sub_key::KeyPurpose;
use crate::store::{KeyStore, Verb};

use super::{SqliteStore, row, schema};

impl KeyStore for SqliteStore {
    fn keyring(&self) -> Verb<'_, Vec<WrappedKey>> {
        self.engine.look(all)
    }

    fn add_keys(&self, keys: Vec<WrappedKey>) -> Verb<'_, ()> {
        self.engine.writer.write(move |connection| {
            for key in &keys {
                insert(connection, key)?;
            }
            Ok(())
        })
    }
}

/// All sub-keys.
pub(super) fn all(connection: &Connection) -> rusqlite::Result<Vec<WrappedKey>> {
    let sql = "SELECT purpose, version, wrapped, made_at, active_from FROM keyring ORDER BY purpose, version";
    let mut rows = connection.prepare_cached(sql)?;
    let keys = rows.query_map([], |row| {
        Ok(WrappedKey {
            purpose: row.get("purpose")?,
            version: row.get("version")?,
            wrapped: Sealed(row.get("wrapped")?),
            made_at: row::moment(row, "made_at")?,
            active_from: row::moment(row, "active_from")?,
        })
    })?;
    keys.collect()
}

/// Adds a sub-key unless it is there.
fn insert(connection: &Connection, key: &WrappedKey) -> rusqlite::Result<usize> {
    let sql = "INSERT OR IGNORE INTO keyring (purpose, version, wrapped, made_at, active_from) \
               VALUES (?1, ?2, ?3, ?4, ?5)";
    let (made_at, active_from) = (key.made_at.as_millis(), key.active_from.as_millis());
    connection.prepare_cached(sql)?.execute((&key.purpose, key.version, &key.wrapped.0, made_at, active_from))
}

/// Adds all of these, or none when one of them is there.
pub(super) fn add_versions(connection: &Connection, keys: &[WrappedKey]) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM keyring WHERE purpose = ?1 AND version >= ?2)";
    for key in keys {
        if connection.prepare_cached(sql)?.query_row((&key.purpose, key.version), |row| row.get(0))? {
            return Ok(false);
        }
    }
    for key in keys {
        insert(connection, key)?;
    }
    Ok(true)
}

/// Removes versions; answers how many there were.
pub(super) fn remove(connection: &Connection, versions: &[(KeyPurpose, u32)]) -> rusqlite::Result<usize> {
    let sql = "DELETE FROM keyring WHERE purpose = ?1 AND version = ?2";
    let mut removed = 0;
    for (purpose, version) in versions {
        removed += connection.prepare_cached(sql)?.execute((purpose.as_str(), version))?;
    }
    Ok(removed)
}

/// Puts the same keys, wrapped otherwise, in the place of all that are there.
pub(super) fn change_master(
    connection: &Connection,
    check: &KeyCheck,
    keys: &[WrappedKey],
) -> rusqlite::Result<bool> {
    let present = all(connection)?;
    let same = |key: &WrappedKey| {
        keys.iter().any(|other| (&other.purpose, other.version) == (&key.purpose, key.version))
    };
    if present.len() != keys.len() || !present.iter().all(same) {
        return Ok(false);
    }
    let sql = "UPDATE keyring SET wrapped = ?3 WHERE purpose = ?1 AND version = ?2";
    for key in keys {
        connection.prepare_cached(sql)?.execute((&key.purpose, key.version, &key.wrapped.0))?;
    }
    schema::replace_key_check(connection, check)?;
    Ok(true)
}
