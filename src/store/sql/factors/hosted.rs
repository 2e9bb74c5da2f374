//! The pages of factors, and their results, which their apps fetch once.

use crate::domain::factors::factor::{Factor, FactorHandle, FactorId};
use crate::domain::id::TenantId;
use crate::domain::secret::ResultHash;
use crate::domain::tenants::tenant::Tenant;
use crate::domain::time::Timestamp;
use crate::store::NewFactorResult;
use crate::store::sql::dialect::{is_active, live_tenant};
use crate::store::sql::failed::Result;
use crate::store::sql::row::Row;
use crate::store::sql::tenants::tenant_row;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

use super::rows;

/// Returns a factor of an active tenant.
pub fn hosted(tx: &dyn Tx, id: FactorId) -> Result<Option<(Tenant, Factor)>> {
    let sql = concat!(
        "SELECT f.tenant, f.handle FROM factors f JOIN tenants t ON t.id = f.tenant ",
        live_tenant!(),
        " WHERE f.id = ?1 AND ",
        is_active!()
    );
    let read = |row: &mut Row| Ok((row.get()?, row.word(FactorHandle::parse)?));
    let Some((tenant, handle)) = tx.first(sql, with![id], read)? else { return Ok(None) };
    Ok(tenant_row::by_id(tx, tenant)?.zip(rows::find(tx, tenant, &handle)?))
}

/// Records the result of a factor that is confirmed in this transaction by the code of `step`.
pub fn add(tx: &dyn Tx, factor: &Factor, step: i64, new: NewFactorResult) -> Result<()> {
    let sql =
        "INSERT INTO factor_results (hash, tenant, factor, step, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)";
    tx.later(sql, with![&new.hash, factor.tenant, factor.handle.as_str(), step, new.expires_at])
}

/// Deletes a result and returns its factor, so that it is returned only once.
pub fn take(
    tx: &dyn Tx,
    tenant: TenantId,
    hashes: &[ResultHash],
    now: Timestamp,
) -> Result<Option<(Factor, i64)>> {
    let sql = "DELETE FROM factor_results WHERE hash = ?1 AND tenant = ?2 AND expires_at > ?3 \
               RETURNING factor, step";
    for hash in hashes {
        let read = |row: &mut Row| Ok((row.word(FactorHandle::parse)?, row.get()?));
        let Some((handle, step)) = tx.first(sql, with![hash, tenant, now], read)? else { continue };
        return Ok(rows::find(tx, tenant, &handle)?.map(|factor| (factor, step)));
    }
    Ok(None)
}

/// Deletes some of the results that nobody fetched in time.
pub fn delete_old(tx: &dyn Tx, now: Timestamp, limit: usize) -> Result<usize> {
    let sql = "DELETE FROM factor_results WHERE hash IN \
               (SELECT hash FROM factor_results WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)";
    tx.change(sql, with![now, limit])
}
