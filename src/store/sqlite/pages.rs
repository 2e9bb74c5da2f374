//! What a caller without a tenant may see, and the pages that tenants allow.

use rusqlite::{Connection, OptionalExtension, Row};

use crate::domain::challenges::challenge::{Challenge, ChallengeStatus};
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::tenants::tenant::{Tenant, TenantSettings, TenantStatus};
use crate::domain::time::Timestamp;
use crate::domain::web_origin::WebOrigin;
use crate::store::{PageStore, Verb};

use super::{SqliteStore, challenges, tenants};

impl PageStore for SqliteStore {
    fn is_allowed_page(&self, page: WebOrigin) -> Verb<'_, bool> {
        self.engine.look(move |connection| is_allowed(connection, &page))
    }

    fn held_challenge(
        &self,
        id: ChallengeId,
        page: Option<WebOrigin>,
        now: Timestamp,
    ) -> Verb<'_, Option<(Tenant, Challenge)>> {
        self.engine.look(move |connection| held(connection, id, page.as_ref(), now))
    }
}

/// Whether an active tenant allows this page.
fn is_allowed(connection: &Connection, page: &WebOrigin) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM origins o JOIN tenants t ON t.id = o.tenant \
               LEFT JOIN tenants l ON l.id = t.sandbox_of \
               WHERE o.origin = ?1 AND t.status = ?2 AND ifnull(l.status, ?2) = ?2)";
    let parameters = (page.as_str(), TenantStatus::Active.as_str());
    connection.prepare_cached(sql)?.query_row(parameters, |row| row.get(0))
}

fn held(
    connection: &Connection,
    id: ChallengeId,
    page: Option<&WebOrigin>,
    now: Timestamp,
) -> rusqlite::Result<Option<(Tenant, Challenge)>> {
    let Some(tenant) = owner(connection, id, page, now)? else { return Ok(None) };
    let challenge = challenges::find(connection, tenant, id)?;
    Ok(tenants::by_id(connection, tenant)?.zip(challenge))
}

/// Whose a challenge is, if it is pending, its tenant is active, and the page may ask; what is no page
/// may. One lookup, whatever the challenge is like: how long it takes tells nothing either.
pub(super) fn owner(
    connection: &Connection,
    id: ChallengeId,
    page: Option<&WebOrigin>,
    now: Timestamp,
) -> rusqlite::Result<Option<TenantId>> {
    let sql = "SELECT c.tenant FROM challenges c JOIN tenants t ON t.id = c.tenant \
               LEFT JOIN tenants l ON l.id = t.sandbox_of \
               WHERE c.id = ?1 AND c.status = ?2 AND c.expires_at > ?3 \
               AND t.status = ?4 AND ifnull(l.status, ?4) = ?4 \
               AND (?5 IS NULL OR EXISTS (SELECT 1 FROM origins o WHERE o.tenant = t.id AND o.origin = ?5))";
    let parameters = (
        id.0,
        ChallengeStatus::Pending.as_str(),
        now.as_millis(),
        TenantStatus::Active.as_str(),
        page.map(WebOrigin::as_str),
    );
    let read = |row: &Row| row.get(0).map(TenantId);
    connection.prepare_cached(sql)?.query_row(parameters, read).optional()
}

/// Notes the pages of a tenant's settings, and no others.
pub(super) fn keep(
    connection: &Connection,
    tenant: TenantId,
    settings: &TenantSettings,
) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM origins WHERE tenant = ?1")?.execute([tenant.0])?;
    let mut add =
        connection.prepare_cached("INSERT OR IGNORE INTO origins (tenant, origin) VALUES (?1, ?2)")?;
    for origin in &settings.allowed_origins {
        add.execute((tenant.0, origin.as_str()))?;
    }
    Ok(())
}
