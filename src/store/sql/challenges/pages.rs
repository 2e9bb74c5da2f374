//! The view of callers without a tenant.

use crate::domain::challenges::challenge::{Challenge, ChallengeStatus};
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::tenants::tenant::Tenant;
use crate::domain::time::Timestamp;
use crate::domain::web_origin::WebOrigin;
use crate::store::sql::dialect::{is_active, live_tenant};
use crate::store::sql::engine::Engine;
use crate::store::sql::failed::Result;
use crate::store::sql::rows::find_shown;
use crate::store::sql::store::SqlStore;
use crate::store::sql::tenants::{allowed_pages, tenant_row};
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;
use crate::store::{PageStore, Verb};

impl<E: Engine> PageStore for SqlStore<E> {
    fn is_allowed_page(&self, page: WebOrigin) -> Verb<'_, bool> {
        self.read(move |tx| allowed_pages::is_allowed(tx, &page))
    }

    fn held_challenge(
        &self,
        id: ChallengeId,
        page: Option<WebOrigin>,
        now: Timestamp,
    ) -> Verb<'_, Option<(Tenant, Challenge)>> {
        self.read(move |tx| {
            let Some(tenant) = owner(tx, id, page.as_ref(), now)? else { return Ok(None) };
            let challenge = find_shown(tx, tenant, id)?;
            Ok(tenant_row::by_id(tx, tenant)?.zip(challenge))
        })
    }
}

/// Returns the tenant of a challenge, if the challenge is pending, the tenant is active and the
/// page, if any, is allowed. It is a single lookup in all cases, so its duration reveals nothing
/// either. It does not see what a unit of work has changed in memory.
pub fn owner(
    tx: &dyn Tx,
    id: ChallengeId,
    page: Option<&WebOrigin>,
    now: Timestamp,
) -> Result<Option<TenantId>> {
    let sql = concat!(
        "SELECT c.tenant FROM challenges c JOIN tenants t ON t.id = c.tenant ",
        live_tenant!(),
        " WHERE c.id = ?1 AND c.status = ?2 AND c.expires_at > ?3 AND ",
        is_active!(),
        " AND (CAST(?4 AS TEXT) IS NULL \
           OR EXISTS (SELECT 1 FROM origins o WHERE o.tenant = t.id AND o.origin = ?4))"
    );
    let (pending, page) = (ChallengeStatus::Pending.as_str(), page.map(WebOrigin::as_str));
    tx.first(sql, with![id, pending, now, page], |row| row.get())
}
