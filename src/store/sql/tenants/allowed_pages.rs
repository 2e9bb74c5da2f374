//! The web pages that tenants allow to call for them, as listed in their settings, indexed by origin.

use crate::domain::id::TenantId;
use crate::domain::tenants::tenant::TenantSettings;
use crate::domain::web_origin::WebOrigin;
use crate::store::sql::dialect::{is_active, live_tenant};
use crate::store::sql::failed::Result;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

/// Returns whether an active tenant allows this page.
pub fn is_allowed(tx: &dyn Tx, page: &WebOrigin) -> Result<bool> {
    let sql = concat!(
        "SELECT 1 FROM origins o JOIN tenants t ON t.id = o.tenant ",
        live_tenant!(),
        " WHERE o.origin = ?1 AND ",
        is_active!(),
        " LIMIT 1"
    );
    tx.has(sql, with![page.as_str()])
}

/// Stores the pages of a tenant's settings, replacing the previous ones.
pub fn keep(tx: &dyn Tx, tenant: TenantId, settings: &TenantSettings) -> Result<()> {
    tx.later("DELETE FROM origins WHERE tenant = ?1", with![tenant])?;
    let sql = "INSERT INTO origins (tenant, origin) VALUES (?1, ?2) ON CONFLICT (origin, tenant) DO NOTHING";
    settings.allowed_origins.iter().try_for_each(|page| tx.later(sql, with![tenant, page.as_str()]))
}
