//! Operations on tenants that only the operator performs.

use crate::domain::id::TenantId;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::tenants::tenant::{Tenant, TenantStatus};
use crate::domain::time::Timestamp;
use crate::store::sql::audit::About;
use crate::store::sql::engine::Engine;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::store::SqlStore;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;
use crate::store::{Changed, NewLimits, OperatorStore, Verb};

use super::deletion;
use super::tenant_row::{self, limits_column, tenant_columns};
use super::verbs;

impl<E: Engine> OperatorStore for SqlStore<E> {
    fn tenants_after(&self, after: Option<TenantId>, limit: usize) -> Verb<'_, Vec<Tenant>> {
        self.read(move |tx| after_one(tx, after, limit))
    }

    fn tenants_like(&self, text: String, after: Option<TenantId>, limit: usize) -> Verb<'_, Vec<Tenant>> {
        self.read(move |tx| like(tx, &text, after, limit))
    }

    fn set_limits(&self, new: NewLimits, now: Timestamp) -> Verb<'_, Changed> {
        self.write(move |group| set_limits(group, &new, now))
    }
}

fn set_limits(group: &Group, new: &NewLimits, now: Timestamp) -> Result<Changed> {
    if new.status == Some(TenantStatus::Active) && deletion::is_known(group, new.tenant)? {
        return Ok(Changed::Conflict);
    }
    let sql = "UPDATE tenants SET limits = ?3, revision = revision + 1 \
               WHERE id = ?1 AND revision = ?2 AND sandbox_of IS NULL";
    let limits = limits_column(&new.limits);
    if group.change(sql, with![new.tenant, new.seen, limits.as_deref()])? == 0 {
        return Ok(Changed::Conflict);
    }
    let about = About::tenant(new.tenant, &new.by);
    group.note(now, AuditEvent::LimitsChanged, about)?;
    if let Some(status) = new.status {
        verbs::set_status(group, About::tenant(new.tenant, &new.by), status, now)?;
    }
    Ok(Changed::Changed)
}

/// Comes before every tenant.
const FIRST: TenantId = TenantId(i64::MIN);

fn after_one(tx: &dyn Tx, after: Option<TenantId>, limit: usize) -> Result<Vec<Tenant>> {
    let sql = concat!("SELECT ", tenant_columns!(), " FROM tenants t WHERE t.id > ?1 ORDER BY t.id LIMIT ?2");
    tx.all(sql, with![after.unwrap_or(FIRST), limit], tenant_row::read)
}

fn like(tx: &dyn Tx, text: &str, after: Option<TenantId>, limit: usize) -> Result<Vec<Tenant>> {
    let sql = concat!(
        "SELECT ",
        tenant_columns!(),
        " FROM tenants t WHERE t.id > ?1 AND (lower(t.name) LIKE lower(?3) ESCAPE '~' \
         OR t.handle LIKE lower(?3) ESCAPE '~') ORDER BY t.id LIMIT ?2"
    );
    tx.all(sql, with![after.unwrap_or(FIRST), limit, &anywhere(text)], tenant_row::read)
}

/// Returns the pattern that matches texts containing `text`, which is escaped.
fn anywhere(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '~') {
            pattern.push('~');
        }
        pattern.push(letter);
    }
    pattern + "%"
}
