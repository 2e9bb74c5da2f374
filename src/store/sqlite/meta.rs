//! Single facts about a database: rows of `meta`.

use rusqlite::{Connection, OptionalExtension, Result};

use crate::store::copy::Facts;

impl Facts for Connection {
    type Error = rusqlite::Error;

    /// A database whose creation was never finished may have no table for them.
    fn fact(&self, key: &str) -> Result<Option<Vec<u8>>> {
        if !self.table_exists(None, "meta")? {
            return Ok(None);
        }
        let query = "SELECT value FROM meta WHERE key = ?1";
        self.query_row(query, [key], |row| row.get(0)).optional()
    }

    fn record(&self, key: &str, value: &[u8]) -> Result<()> {
        let insert = "INSERT INTO meta (key, value) VALUES (?1, ?2) \
                      ON CONFLICT (key) DO UPDATE SET value = excluded.value";
        self.execute(insert, (key, value)).map(|_| ())
    }

    fn forget(&self, key: &str) -> Result<()> {
        self.execute("DELETE FROM meta WHERE key = ?1", [key]).map(|_| ())
    }
}
