//! Logos: at most one per tenant.

use crate::domain::id::TenantId;
use crate::domain::tenants::logo::LogoName;
use crate::store::sql::dialect::{is_active, live_tenant};
use crate::store::sql::engine::Engine;
use crate::store::sql::failed::Result;
use crate::store::sql::store::SqlStore;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;
use crate::store::{LogoStore, TenantChange, Verb};

impl<E: Engine> LogoStore for SqlStore<E> {
    fn logo(&self, name: LogoName) -> Verb<'_, Option<Vec<u8>>> {
        self.read(move |tx| content(tx, &name))
    }
}

/// Returns the content of a logo. Two tenants may have the same one.
fn content(tx: &dyn Tx, name: &LogoName) -> Result<Option<Vec<u8>>> {
    let sql = concat!(
        "SELECT o.content FROM logos o JOIN tenants t ON t.id = o.tenant ",
        live_tenant!(),
        " WHERE o.name = ?1 AND ",
        is_active!(),
        " LIMIT 1"
    );
    tx.first(sql, with![name.as_str()], |row| row.get())
}

/// Returns the content of a tenant's logo.
pub fn of(tx: &dyn Tx, tenant: TenantId) -> Result<Option<Vec<u8>>> {
    tx.first("SELECT content FROM logos WHERE tenant = ?1", with![tenant], |row| row.get())
}

/// Stores the logo that the settings of a tenant name, and deletes any other.
pub fn keep(tx: &dyn Tx, change: &TenantChange) -> Result<()> {
    match (&change.settings.logo, &change.logo) {
        (None, _) => tx.later("DELETE FROM logos WHERE tenant = ?1", with![change.tenant]),
        (Some(name), Some(content)) => {
            let sql = "INSERT INTO logos (tenant, name, content) VALUES (?1, ?2, ?3) \
                       ON CONFLICT (tenant) DO UPDATE SET name = excluded.name, content = excluded.content";
            tx.later(sql, with![change.tenant, name.as_str(), content])
        }
        (Some(_), None) => Ok(()),
    }
}
