//! The latest mail of a sandbox.

use crate::domain::id::TenantId;
use crate::store::sql::failed::Result;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

/// Returns the number of the latest mail of a sandbox; 0 if it has none.
pub fn latest(tx: &dyn Tx, tenant: TenantId) -> Result<i64> {
    let sql = "SELECT coalesce(max(id), 0) FROM sandbox_mails WHERE tenant = ?1";
    tx.one(sql, with![tenant], |row| row.get())
}
