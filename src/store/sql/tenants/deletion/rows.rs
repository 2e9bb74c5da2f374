//! The rows of deletions, which outlast the tenants.

use crate::domain::id::TenantId;
use crate::domain::tenants::deletion::Deletion;
use crate::domain::tenants::tenant::TenantHandle;
use crate::domain::time::Timestamp;
use crate::store::sql::failed::{Failed, Result};
use crate::store::sql::row::Row;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

/// The columns of `deletions d` that [`read`] reads.
macro_rules! columns {
    () => {
        "d.tenant, d.handle, d.name, d.sandbox_of, d.due_at, d.begun_at, d.deleted_at"
    };
}

pub fn of(tx: &dyn Tx, tenant: TenantId) -> Result<Option<Deletion>> {
    let sql = concat!("SELECT ", columns!(), " FROM deletions d WHERE d.tenant = ?1");
    tx.first(sql, with![tenant], read)
}

pub fn by_handle(tx: &dyn Tx, handle: &TenantHandle) -> Result<Option<Deletion>> {
    let sql = concat!("SELECT ", columns!(), " FROM deletions d WHERE d.handle = ?1");
    tx.first(sql, with![handle.as_str()], read)
}

pub fn all(tx: &dyn Tx) -> Result<Vec<Deletion>> {
    tx.all(concat!("SELECT ", columns!(), " FROM deletions d ORDER BY d.tenant"), &[], read)
}

fn read(row: &mut Row) -> Result<Deletion> {
    Ok(Deletion {
        tenant: row.get()?,
        handle: row.word(TenantHandle::parse)?,
        name: row.get()?,
        sandbox_of: row.get()?,
        due_at: row.get()?,
        begun_at: row.get()?,
        deleted_at: row.get()?,
    })
}

/// Returns whether the deletion of a tenant was decided.
pub fn is_known(tx: &dyn Tx, tenant: TenantId) -> Result<bool> {
    tx.has("SELECT 1 FROM deletions WHERE tenant = ?1", with![tenant])
}

/// Fails if a tenant that was deleted had this handle. They are drawn from so many that it never happens, but what the
/// audit trail has of one tenant must not look like another's.
pub fn refuse_former(tx: &dyn Tx, handle: &TenantHandle) -> Result<()> {
    match by_handle(tx, handle)? {
        None => Ok(()),
        Some(_) => Err(Failed::Operation("the handle of a tenant that was deleted".into())),
    }
}

/// Erases at most `limit` names of tenants that were deleted before `cutoff`: nothing names them any more.
pub fn forget_names(tx: &dyn Tx, cutoff: Timestamp, limit: usize) -> Result<usize> {
    let sql = "UPDATE deletions SET name = '' WHERE tenant IN \
               (SELECT tenant FROM deletions WHERE deleted_at < ?1 AND name <> '' LIMIT ?2)";
    tx.change(sql, with![cutoff, limit])
}
