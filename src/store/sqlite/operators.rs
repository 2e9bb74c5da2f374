//! What only the operator does.

use rusqlite::Connection;

use crate::domain::id::TenantId;
use crate::domain::tenant::Tenant;
use crate::store::{OperatorStore, Verb};

use super::{SqliteStore, tenants};

impl OperatorStore for SqliteStore {
    fn tenants_after(&self, after: Option<TenantId>, limit: usize) -> Verb<'_, Vec<Tenant>> {
        self.read(move |connection| after_one(connection, after, limit))
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
