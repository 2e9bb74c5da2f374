//! Hosted pages: the challenge of a page, and the result that its app fetches once.

use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::secret::ResultHash;
use crate::domain::time::Timestamp;
use crate::store::sql::dialect::{is_active, live_tenant};
use crate::store::sql::engine::Engine;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::needs::Needs;
use crate::store::sql::row::Row;
use crate::store::sql::rows::find_shown;
use crate::store::sql::store::SqlStore;
use crate::store::sql::tenants::tenant_row;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;
use crate::store::{Hosted, NewResult, ResultStore, TakenResult, Verb};

impl<E: Engine> ResultStore for SqlStore<E> {
    fn hosted_challenge(&self, id: ChallengeId) -> Verb<'_, Option<Hosted>> {
        self.read(move |tx| hosted(tx, id))
    }

    fn take_result(
        &self,
        tenant: TenantId,
        hashes: Vec<ResultHash>,
        now: Timestamp,
    ) -> Verb<'_, Option<TakenResult>> {
        self.write_held(Needs::NOTHING, move |group| take(group, tenant, &hashes, now))
    }
}

fn hosted(tx: &dyn Tx, id: ChallengeId) -> Result<Option<Hosted>> {
    let sql = concat!(
        "SELECT c.tenant, c.payload, c.space FROM challenges c JOIN tenants t ON t.id = c.tenant ",
        live_tenant!(),
        " WHERE c.id = ?1 AND ",
        is_active!()
    );
    let found = tx.first(sql, with![id], |row| Ok((row.get()?, row.get()?, row.get()?)))?;
    let Some((tenant, payload, space)) = found else { return Ok(None) };
    let found = tenant_row::by_id(tx, tenant)?.zip(find_shown(tx, tenant, id)?);
    Ok(found.map(|(tenant, challenge)| Hosted { tenant, challenge, payload, space }))
}

/// Records the result of a challenge that is verified in this transaction.
pub fn add(tx: &dyn Tx, tenant: TenantId, challenge: ChallengeId, new: &NewResult) -> Result<()> {
    let sql =
        "INSERT INTO results (hash, tenant, challenge, recipient, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)";
    tx.later(sql, with![&new.hash, tenant, challenge, &new.recipient, new.expires_at])
}

/// Deletes a result and returns it, so that it is returned only once.
fn take(
    group: &Group,
    tenant: TenantId,
    hashes: &[ResultHash],
    now: Timestamp,
) -> Result<Option<TakenResult>> {
    let sql = "DELETE FROM results WHERE hash = ?1 AND tenant = ?2 AND expires_at > ?3 \
               RETURNING challenge, recipient";
    for hash in hashes {
        let read = |row: &mut Row| Ok((row.get()?, row.get()?));
        let taken = group.first(sql, with![hash, tenant, now], read)?;
        let Some((challenge, recipient)) = taken else { continue };
        let challenge = group.challenge_of(tenant, challenge)?.map(|held| held.get().shown.clone());
        return Ok(challenge.map(|challenge| TakenResult { challenge, recipient }));
    }
    Ok(None)
}

/// Deletes some of the results that nobody fetched in time.
pub fn delete_old(tx: &dyn Tx, now: Timestamp, limit: usize) -> Result<usize> {
    let sql = "DELETE FROM results WHERE hash IN \
               (SELECT hash FROM results WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)";
    tx.change(sql, with![now, limit])
}
