//! Logos: one for each tenant at most.

use rusqlite::{Connection, OptionalExtension};

use crate::domain::tenants::logo::LogoName;
use crate::domain::tenants::tenant::TenantStatus;
use crate::store::{LogoStore, TenantChange, Verb};

use super::SqliteStore;

impl LogoStore for SqliteStore {
    fn logo(&self, name: LogoName) -> Verb<'_, Option<Vec<u8>>> {
        self.read(move |connection| content(connection, &name))
    }
}

/// Two tenants may have the same one.
fn content(connection: &Connection, name: &LogoName) -> rusqlite::Result<Option<Vec<u8>>> {
    let sql = "SELECT o.content FROM logos o JOIN tenants t ON t.id = o.tenant \
               LEFT JOIN tenants l ON l.id = t.sandbox_of \
               WHERE o.name = ?1 AND t.status = ?2 AND ifnull(l.status, ?2) = ?2 LIMIT 1";
    let parameters = (name.as_str(), TenantStatus::Active.as_str());
    connection.prepare_cached(sql)?.query_row(parameters, |row| row.get(0)).optional()
}

/// Keeps the logo that the settings of a tenant name, and no other.
pub(super) fn keep(connection: &Connection, change: &TenantChange) -> rusqlite::Result<()> {
    match (&change.settings.logo, &change.logo) {
        (None, _) => {
            connection.prepare_cached("DELETE FROM logos WHERE tenant = ?1")?.execute([change.tenant.0])?;
        }
        (Some(name), Some(content)) => {
            let sql = "INSERT OR REPLACE INTO logos (tenant, name, content) VALUES (?1, ?2, ?3)";
            connection.prepare_cached(sql)?.execute((change.tenant.0, name.as_str(), content))?;
        }
        (Some(_), None) => {}
    }
    Ok(())
}
