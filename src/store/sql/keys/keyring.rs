//! The wrapped sub-keys.

use crate::domain::secret::{KeyCheck, WrappedKey};
use crate::domain::sub_key::KeyPurpose;
use crate::store::sql::engine::Engine;
use crate::store::sql::failed::Result;
use crate::store::sql::store::SqlStore;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;
use crate::store::{KeyStore, Verb};

impl<E: Engine> KeyStore for SqlStore<E> {
    fn keyring(&self) -> Verb<'_, Vec<WrappedKey>> {
        self.read(all)
    }

    fn add_keys(&self, keys: Vec<WrappedKey>) -> Verb<'_, ()> {
        self.write(move |group| keys.iter().try_for_each(|key| insert(group, key)))
    }
}

/// Returns all sub-keys.
pub fn all(tx: &dyn Tx) -> Result<Vec<WrappedKey>> {
    let sql = "SELECT purpose, version, wrapped, made_at, active_from FROM keyring ORDER BY purpose, version";
    tx.all(sql, &[], |row| {
        Ok(WrappedKey {
            purpose: row.get()?,
            version: row.get()?,
            wrapped: row.get()?,
            made_at: row.get()?,
            active_from: row.get()?,
        })
    })
}

/// Adds a sub-key unless it exists.
fn insert(tx: &dyn Tx, key: &WrappedKey) -> Result<()> {
    let sql = "INSERT INTO keyring (purpose, version, wrapped, made_at, active_from) \
               VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (purpose, version) DO NOTHING";
    tx.later(sql, with![&key.purpose, key.version, &key.wrapped, key.made_at, key.active_from])
}

/// Adds all of these versions, or none if one of them exists.
pub fn add_versions(tx: &dyn Tx, keys: &[WrappedKey]) -> Result<bool> {
    let sql = "SELECT 1 FROM keyring WHERE purpose = ?1 AND version >= ?2 LIMIT 1";
    for key in keys {
        if tx.has(sql, with![&key.purpose, key.version])? {
            return Ok(false);
        }
    }
    for key in keys {
        insert(tx, key)?;
    }
    Ok(true)
}

/// Removes versions and returns how many existed.
pub fn remove(tx: &dyn Tx, versions: &[(KeyPurpose, u32)]) -> Result<usize> {
    let sql = "DELETE FROM keyring WHERE purpose = ?1 AND version = ?2";
    let mut removed = 0;
    for (purpose, version) in versions {
        removed += tx.change(sql, with![purpose.as_str(), *version])?;
    }
    Ok(removed)
}

/// Replaces all sub-keys with the same ones under another master key.
pub fn change_master(tx: &dyn Tx, check: &KeyCheck, keys: &[WrappedKey]) -> Result<bool> {
    let present = all(tx)?;
    let same = |key: &WrappedKey| {
        keys.iter().any(|other| (&other.purpose, other.version) == (&key.purpose, key.version))
    };
    if present.len() != keys.len() || !present.iter().all(same) {
        return Ok(false);
    }
    let sql = "UPDATE keyring SET wrapped = ?3 WHERE purpose = ?1 AND version = ?2";
    for key in keys {
        tx.later(sql, with![&key.purpose, key.version, &key.wrapped])?;
    }
    let sql = "UPDATE meta SET value = ?1 WHERE key = 'master_key'";
    tx.later(sql, with![&check.to_bytes()])?;
    Ok(true)
}
