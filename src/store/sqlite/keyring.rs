//! The sub-keys, wrapped.

use crate::domain::secret::{Sealed, WrappedKey};
use crate::store::{KeyStore, Verb};

use super::SqliteStore;

impl KeyStore for SqliteStore {
    fn keyring(&self) -> Verb<'_, Vec<WrappedKey>> {
        self.read(|connection| {
            let mut rows = connection.prepare_cached("SELECT purpose, version, wrapped FROM keyring")?;
            let keys = rows.query_map([], |row| {
                Ok(WrappedKey { purpose: row.get(0)?, version: row.get(1)?, wrapped: Sealed(row.get(2)?) })
            })?;
            keys.collect()
        })
    }

    fn add_keys(&self, keys: Vec<WrappedKey>) -> Verb<'_, ()> {
        self.writer.write(move |connection| {
            let sql = "INSERT OR IGNORE INTO keyring (purpose, version, wrapped) VALUES (?1, ?2, ?3)";
            for key in &keys {
                connection.prepare_cached(sql)?.execute((&key.purpose, key.version, &key.wrapped.0))?;
            }
            Ok(())
        })
    }
}
