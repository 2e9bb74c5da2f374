//! The row of a tenant.

use crate::domain::id::TenantId;
use crate::domain::policy::GrantedLimits;
use crate::domain::tenants::tenant::{Tenant, TenantHandle, TenantSettings, TenantStatus};
use crate::store::sql::failed::Result;
use crate::store::sql::row::Row;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

/// The columns of `tenants t` that [`read`] reads. The limits of a sandbox are those of its live tenant.
macro_rules! tenant_columns {
    () => {
        "t.id, t.handle, t.name, t.status, t.created_at, t.sandbox_of, t.settings, t.revision, t.routes, \
         CASE WHEN t.sandbox_of IS NULL THEN t.limits \
         ELSE (SELECT o.limits FROM tenants o WHERE o.id = t.sandbox_of) END, t.suspicion"
    };
}
pub(crate) use tenant_columns;

/// Returns the tenant of a row.
pub fn by_id(tx: &dyn Tx, id: TenantId) -> Result<Option<Tenant>> {
    let sql = concat!("SELECT ", tenant_columns!(), " FROM tenants t WHERE t.id = ?1");
    tx.first(sql, with![id], read)
}

/// Returns the sandbox of a live tenant.
pub fn sandbox_of(tx: &dyn Tx, live: TenantId) -> Result<Option<Tenant>> {
    let sql = concat!("SELECT ", tenant_columns!(), " FROM tenants t WHERE t.sandbox_of = ?1");
    tx.first(sql, with![live], read)
}

pub fn read(row: &mut Row) -> Result<Tenant> {
    Ok(Tenant {
        id: row.get()?,
        handle: row.word(TenantHandle::parse)?,
        name: row.get()?,
        status: row.word(TenantStatus::parse)?,
        created_at: row.get()?,
        sandbox_of: row.get()?,
        settings: row.json()?,
        revision: row.get()?,
        routes: row.get()?,
        limits: row.json()?,
        suspicion: row.json()?,
    })
}

pub fn settings_column(settings: &TenantSettings) -> String {
    // Texts and numbers always serialise.
    serde_json::to_string(settings).unwrap_or_else(|_| "{}".to_owned())
}

/// Serialises limits for storage; `None` if there are none.
pub fn limits_column(limits: &GrantedLimits) -> Option<String> {
    // Texts and numbers always serialise.
    (!limits.is_empty()).then(|| serde_json::to_string(limits).unwrap_or_default())
}
