//! Single facts about a database: rows of `meta`.

use crate::store::copy::Facts;
use crate::store::sql::failed::{Failed, Result};

use super::session::Session;

impl Facts for Session {
    type Error = Failed;

    fn fact(&self, key: &str) -> Result<Option<Vec<u8>>> {
        let sql = "SELECT value FROM meta WHERE key = $1";
        let found = self.wire.wait(self.wire.client.query_opt(sql, &[&key]))?;
        Ok(found.map(|row| row.try_get(0)).transpose()?)
    }

    fn record(&self, key: &str, value: &[u8]) -> Result<()> {
        let sql = "INSERT INTO meta (key, value) VALUES ($1, $2) \
                   ON CONFLICT (key) DO UPDATE SET value = excluded.value";
        self.wire.wait(self.wire.client.execute(sql, &[&key, &value])).map(|_| ())
    }

    fn forget(&self, key: &str) -> Result<()> {
        let sql = "DELETE FROM meta WHERE key = $1";
        self.wire.wait(self.wire.client.execute(sql, &[&key])).map(|_| ())
    }
}
