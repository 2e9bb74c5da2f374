//! What only the operator does.

use rusqlite::Connection;

use crate::domain::id::TenantId;
use crate::domain::policy::GrantedLimits;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::tenants::tenant::Tenant;
use crate::domain::time::Timestamp;
use crate::store::{Changed, NewLimits, OperatorStore, Verb};

use super::group::Group;
use super::{SqliteStore, tenants};
use crate::store::sql::audit::About;

impl OperatorStore for SqliteStore {
    fn tenants_after(&self, after: Option<TenantId>, limit: usize) -> Verb<'_, Vec<Tenant>> {
        self.engine.look(move |connection| after_one(connection, after, limit))
    }

    fn tenants_like(&self, text: String, after: Option<TenantId>, limit: usize) -> Verb<'_, Vec<Tenant>> {
        self.engine.look(move |connection| like(connection, &text, after, limit))
    }

    fn set_limits(&self, new: NewLimits, now: Timestamp) -> Verb<'_, Changed> {
        self.engine.writer.write(move |group| set_limits(group, &new, now))
    }
}

fn set_limits(group: &Group, new: &NewLimits, now: Timestamp) -> rusqlite::Result<Changed> {
    let sql = "UPDATE tenants SET limits = ?3, revision = revision + 1 \
               WHERE id = ?1 AND revision = ?2 AND sandbox_of IS NULL";
    if group.execute(sql, (new.tenant.0, new.seen, limits_column(&new.limits)))? == 0 {
        return Ok(Changed::Conflict);
    }
    let about = About::tenant(new.tenant, &new.by);
    group.note(now, AuditEvent::LimitsChanged, about)?;
    Ok(Changed::Changed)
}

/// As they are kept: nothing, where there are none.
pub(super) fn limits_column(limits: &GrantedLimits) -> Option<String> {
    // Texts and numbers always serialise.
    (!limits.is_empty()).then(|| serde_json::to_string(limits).unwrap_or_default())
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

fn like(
    connection: &Connection,
    text: &str,
    after: Option<TenantId>,
    limit: usize,
) -> rusqlite::Result<Vec<Tenant>> {
    let sql = format!(
        "SELECT {} FROM tenants t WHERE t.id > ?1 AND (instr(lower(t.name), lower(?3)) > 0 \
         OR instr(t.handle, lower(?3)) > 0) ORDER BY t.id LIMIT ?2",
        tenants::COLUMNS
    );
    let mut query = connection.prepare_cached(&sql)?;
    let parameters = (after.map_or(i64::MIN, |id| id.0), limit as i64, text);
    let found = query.query_map(parameters, tenants::read)?;
    found.collect()
}
