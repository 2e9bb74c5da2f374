//! Hosted pages: the challenge of one, and the result that its app fetches once.

use rusqlite::{Connection, OptionalExtension, Row};

use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::secret::{ResultHash, Sealed};
use crate::domain::tenants::tenant::TenantStatus;
use crate::domain::time::Timestamp;
use crate::store::{Hosted, NewResult, ResultStore, TakenResult, Verb};

use super::group::Former;
use super::tx::SqliteTx;
use super::{SqliteStore, challenges};
use crate::store::sql::tenants::rows;

impl ResultStore for SqliteStore {
    fn hosted_challenge(&self, id: ChallengeId) -> Verb<'_, Option<Hosted>> {
        self.engine.look(move |connection| hosted(connection, id))
    }

    fn take_result(
        &self,
        tenant: TenantId,
        hashes: Vec<ResultHash>,
        now: Timestamp,
    ) -> Verb<'_, Option<TakenResult>> {
        self.engine.writer.write(move |connection| take(connection, tenant, &hashes, now))
    }
}

fn hosted(connection: &Connection, id: ChallengeId) -> rusqlite::Result<Option<Hosted>> {
    let sql = "SELECT c.tenant, c.payload FROM challenges c JOIN tenants t ON t.id = c.tenant \
               LEFT JOIN tenants l ON l.id = t.sandbox_of \
               WHERE c.id = ?1 AND t.status = ?2 AND ifnull(l.status, ?2) = ?2";
    let read = |row: &Row| Ok((TenantId(row.get(0)?), row.get::<_, Option<Vec<u8>>>(1)?.map(Sealed)));
    let parameters = (id.0, TenantStatus::Active.as_str());
    let found = connection.prepare_cached(sql)?.query_row(parameters, read).optional()?;
    let Some((tenant, payload)) = found else { return Ok(None) };
    let challenge = challenges::find(connection, tenant, id)?;
    let found = rows::by_id(&SqliteTx(connection), tenant).map_err(Former::error)?.zip(challenge);
    Ok(found.map(|(tenant, challenge)| Hosted { tenant, challenge, payload }))
}

/// Records the result of a challenge that is verified in this transaction.
pub(super) fn add(
    connection: &Connection,
    tenant: TenantId,
    challenge: ChallengeId,
    new: &NewResult,
) -> rusqlite::Result<()> {
    let sql =
        "INSERT INTO results (hash, tenant, challenge, recipient, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)";
    let expires_at = new.expires_at.as_millis();
    let parameters = (new.hash.0, tenant.0, challenge.0, &new.recipient.0, expires_at);
    connection.prepare_cached(sql)?.execute(parameters)?;
    Ok(())
}

/// Deletes what it answers, so that it is answered once.
fn take(
    connection: &Connection,
    tenant: TenantId,
    hashes: &[ResultHash],
    now: Timestamp,
) -> rusqlite::Result<Option<TakenResult>> {
    let sql = "DELETE FROM results WHERE hash = ?1 AND tenant = ?2 AND expires_at > ?3 \
               RETURNING challenge, recipient";
    let read = |row: &Row| Ok((ChallengeId(row.get(0)?), Sealed(row.get(1)?)));
    let mut query = connection.prepare_cached(sql)?;
    for hash in hashes {
        let taken = query.query_row((hash.0, tenant.0, now.as_millis()), read).optional()?;
        let Some((challenge, recipient)) = taken else { continue };
        let challenge = challenges::find(connection, tenant, challenge)?;
        return Ok(challenge.map(|challenge| TakenResult { challenge, recipient }));
    }
    Ok(None)
}

/// Deletes some of the results that nobody has fetched in time.
pub(super) fn delete_old(connection: &Connection, now: Timestamp, limit: usize) -> rusqlite::Result<usize> {
    let sql = "DELETE FROM results WHERE hash IN (SELECT hash FROM results WHERE expires_at <= ?1 LIMIT ?2)";
    connection.prepare_cached(sql)?.execute((now.as_millis(), limit as i64))
}
