//! Single facts about a database: rows of `meta`.

use crate::store::sql::failed::Failed;

use super::open_failed::OpenFailed;
use super::session::Session;

type Result<T> = std::result::Result<T, OpenFailed>;

/// Returns a fact.
pub(super) fn read(session: &Session, key: &str) -> Result<Option<Vec<u8>>> {
    let sql = "SELECT value FROM meta WHERE key = $1";
    let found = session.wire.wait(session.wire.client.query_opt(sql, &[&key])).map_err(statement)?;
    found.map(|row| row.try_get(0)).transpose().map_err(|error| OpenFailed::Statement(error.to_string()))
}

/// Records a fact.
pub(super) fn write(session: &Session, key: &str, value: &[u8]) -> Result<()> {
    let sql = "INSERT INTO meta (key, value) VALUES ($1, $2) \
               ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    session.wire.wait(session.wire.client.execute(sql, &[&key, &value])).map(|_| ()).map_err(statement)
}

/// Forgets a fact.
pub(super) fn remove(session: &Session, key: &str) -> Result<()> {
    let sql = "DELETE FROM meta WHERE key = $1";
    session.wire.wait(session.wire.client.execute(sql, &[&key])).map(|_| ()).map_err(statement)
}

pub(super) fn statement(failed: Failed) -> OpenFailed {
    OpenFailed::Statement(failed.to_string())
}
