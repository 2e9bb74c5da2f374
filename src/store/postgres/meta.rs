//! Single facts about a database: rows of `meta`.

use crate::store::sql::failed::Result;

use super::session::Session;

/// Returns a fact.
pub(super) fn read(session: &Session, key: &str) -> Result<Option<Vec<u8>>> {
    let sql = "SELECT value FROM meta WHERE key = $1";
    let found = session.wire.wait(session.wire.client.query_opt(sql, &[&key]))?;
    Ok(found.map(|row| row.try_get(0)).transpose()?)
}

/// Records a fact.
pub(super) fn write(session: &Session, key: &str, value: &[u8]) -> Result<()> {
    let sql = "INSERT INTO meta (key, value) VALUES ($1, $2) \
               ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    session.wire.wait(session.wire.client.execute(sql, &[&key, &value])).map(|_| ())
}

/// Forgets a fact.
pub(super) fn remove(session: &Session, key: &str) -> Result<()> {
    let sql = "DELETE FROM meta WHERE key = $1";
    session.wire.wait(session.wire.client.execute(sql, &[&key])).map(|_| ())
}
