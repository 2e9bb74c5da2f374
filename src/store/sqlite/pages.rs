//! What a caller without a tenant may see, and the pages that tenants allow.

use rusqlite::{Connection, OptionalExtension, Row};

use crate::domain::challenges::challenge::{Challenge, ChallengeStatus};
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::tenants::tenant::{Tenant, TenantStatus};
use crate::domain::time::Timestamp;
use crate::domain::web_origin::WebOrigin;
use crate::store::{PageStore, Verb};

use super::group::Former;
use super::tx::SqliteTx;
use super::{SqliteStore, challenges};
use crate::store::sql::tenants::{allowed_pages, rows};

impl PageStore for SqliteStore {
    fn is_allowed_page(&self, page: WebOrigin) -> Verb<'_, bool> {
        self.read(move |tx| allowed_pages::is_allowed(tx, &page))
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

fn held(
    connection: &Connection,
    id: ChallengeId,
    page: Option<&WebOrigin>,
    now: Timestamp,
) -> rusqlite::Result<Option<(Tenant, Challenge)>> {
    let Some(tenant) = owner(connection, id, page, now)? else { return Ok(None) };
    let challenge = challenges::find(connection, tenant, id)?;
    Ok(rows::by_id(&SqliteTx(connection), tenant).map_err(Former::error)?.zip(challenge))
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
