//! What is kept of the logins of routes.

use crate::domain::id::TenantId;
use crate::domain::secret::Sealed;
use crate::domain::tenants::oauth::{LoginId, TokenRefusal};
use crate::domain::tenants::route::RouteHandle;
use crate::domain::time::Timestamp;
use crate::domain::webhooks::event::EventKind;
use crate::domain::webhooks::snapshot::route_snapshot;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::row::Row;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;
use crate::store::sql::webhooks::events::queue_tenant_event;
use crate::store::{RouteLogin, SeenLogin};

/// Makes a row for each of a tenant's logins that has none, and deletes all others. A change of
/// what is kept needs the row, so nothing is ever kept of a login that is gone.
pub fn keep(group: &Group, tenant: TenantId, logins: &[(LoginId, RouteHandle)]) -> Result<()> {
    for known in all(group, tenant)? {
        if !logins.iter().any(|(login, _)| *login == known.login) {
            group.later("DELETE FROM route_logins WHERE id = ?1", with![known.login])?;
        }
    }
    let sql = "INSERT INTO route_logins (id, tenant, route, revision) VALUES (?1, ?2, ?3, 0) \
               ON CONFLICT (id) DO NOTHING";
    logins.iter().try_for_each(|(login, route)| group.later(sql, with![*login, tenant, route.as_str()]))
}

/// Returns what is kept of a tenant's logins.
pub fn all(tx: &dyn Tx, tenant: TenantId) -> Result<Vec<RouteLogin>> {
    let sql = "SELECT id, route, revision, refresh_token, refusal, refused_at FROM route_logins \
               WHERE tenant = ?1 ORDER BY id";
    tx.all(sql, with![tenant], read)
}

/// Returns what is kept of one login.
pub fn find(tx: &dyn Tx, tenant: TenantId, login: LoginId) -> Result<Option<RouteLogin>> {
    let sql = "SELECT id, route, revision, refresh_token, refusal, refused_at FROM route_logins \
               WHERE id = ?1 AND tenant = ?2";
    tx.first(sql, with![login, tenant], read)
}

fn read(row: &mut Row) -> Result<RouteLogin> {
    let (login, route) = (row.get()?, row.word(RouteHandle::parse)?);
    let (revision, refresh_token) = (row.get()?, row.get()?);
    let (refusal, at): (Option<String>, Option<Timestamp>) = (row.get()?, row.get()?);
    let refused = refusal.as_deref().and_then(TokenRefusal::parse).zip(at);
    Ok(RouteLogin { login, route, revision, refresh_token, refused })
}

/// Keeps a refresh token.
pub fn keep_token(tx: &dyn Tx, seen: SeenLogin, token: &Sealed) -> Result<bool> {
    let sql = "UPDATE route_logins SET refresh_token = ?4, revision = revision + 1 \
               WHERE id = ?1 AND tenant = ?2 AND revision = ?3";
    Ok(tx.change(sql, with![seen.login, seen.tenant, seen.revision, token])? > 0)
}

/// Records a refusal, and tells the tenant of the first one.
pub fn stop(group: &Group, seen: SeenLogin, refusal: TokenRefusal, now: Timestamp) -> Result<bool> {
    let Some(known) = find(group, seen.tenant, seen.login)? else { return Ok(false) };
    let sql = "UPDATE route_logins SET refusal = ?4, refused_at = ?5, revision = revision + 1 \
               WHERE id = ?1 AND tenant = ?2 AND revision = ?3";
    let with = with![seen.login, seen.tenant, seen.revision, refusal.as_str(), now];
    if group.change(sql, with)? == 0 {
        return Ok(false);
    }
    if known.refused.is_none() {
        let snapshot = route_snapshot(&known.route, refusal);
        queue_tenant_event(group, seen.tenant, EventKind::RouteFailed, &snapshot, now)?;
    }
    Ok(true)
}

/// Takes a refusal back.
pub fn resume(tx: &dyn Tx, seen: SeenLogin) -> Result<bool> {
    let sql = "UPDATE route_logins SET refusal = NULL, refused_at = NULL, revision = revision + 1 \
               WHERE id = ?1 AND tenant = ?2 AND revision = ?3";
    Ok(tx.change(sql, with![seen.login, seen.tenant, seen.revision])? > 0)
}
