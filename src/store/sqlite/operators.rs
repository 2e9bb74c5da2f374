//! What only the operator does.

use rusqlite::Connection;

use crate::domain::audit::AuditEvent;
use crate::domain::id::TenantId;
use crate::domain::tenant::Tenant;
use crate::domain::time::Timestamp;
use crate::store::{KeyGrant, OperatorStore, Verb};

use super::audit::{About, Trail};
use super::{SqliteStore, tenants};

impl OperatorStore for SqliteStore {
    fn tenants_after(&self, after: Option<TenantId>, limit: usize) -> Verb<'_, Vec<Tenant>> {
        self.read(move |connection| after_one(connection, after, limit))
    }

    fn grant_key(&self, grant: KeyGrant, now: Timestamp) -> Verb<'_, bool> {
        self.audited(move |connection, trail| add(connection, trail, &grant, now))
    }
}

fn after_one(
    connection: &Connection,
    after: Option<TenantId>,
    limit: usize,
) -> rusqlite::Result<Vec<Tenant>> {
    let sql = format!("SELECT {} FROM tenants t WHERE t.id > ?1 ORDER BY t.id LIMIT ?2", tenants::COLUMNS);
    let mut query = connection.prepare_cached(&sql)?;
    let found = query.query_map((after.map_or(i64::MIN, |id| id.0), limit as i64), tenants::read)?;
    found.collect()
}

fn add(connection: &Connection, trail: &Trail, grant: &KeyGrant, now: Timestamp) -> rusqlite::Result<bool> {
    if tenants::is_taken(connection, grant.key.hash)? {
        return Ok(false);
    }
    tenants::add_key(connection, grant.tenant, &grant.key, now)?;
    let about = About { tenant: Some(grant.tenant), origin: grant.origin, ..About::default() };
    trail.note(now, AuditEvent::KeyAdded, about)?;
    Ok(true)
}
