//! Sessions of the console.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Row};

use crate::domain::id::TenantId;
use crate::domain::operator::{OperatorId, Who};
use crate::domain::reports::audit::AuditEvent;
use crate::domain::secret::{SecretKeyHash, TokenHash};
use crate::domain::tenants::credential::{KeyHandle, Scope, Scopes};
use crate::domain::tenants::tenant::{TenantHandle, TenantStatus};
use crate::domain::time::Timestamp;
use crate::store::{NewSession, Session, SessionTimes};

use super::group::Group;
use super::row;
use crate::store::sql::audit::About;

/// Begins a session.
pub(super) fn begin(
    connection: &Connection,
    who: &Who,
    new: NewSession,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO sessions (hash, operator, tenant, key, began_at, seen_at, ends_at) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6)";
    let (operator, tenant, key) = match who {
        Who::Operator(id) => (Some(id.0), None, None),
        Who::Tenant(id, key) => (None, Some(id.0), Some(key.as_str())),
    };
    let parameters = (new.hash.0, operator, tenant, key, now.as_millis(), new.ends_at.as_millis());
    connection.prepare_cached(sql)?.execute(parameters)?;
    Ok(())
}

/// The session of one of these hashes that goes on at `now`.
pub(super) fn find(
    connection: &Connection,
    hashes: &[TokenHash],
    idle: Duration,
    now: Timestamp,
) -> rusqlite::Result<Option<Session>> {
    let sql = "SELECT operator, tenant, key, seen_at FROM sessions \
               WHERE hash = ?1 AND ends_at > ?2 AND seen_at > ?3";
    let mut query = connection.prepare_cached(sql)?;
    for hash in hashes {
        let parameters = (hash.0, now.as_millis(), (now - idle).as_millis());
        let found = query.query_row(parameters, |row| Ok((who(row)?, row::moment(row, "seen_at")?)));
        let Some((who, seen_at)) = found.optional()? else { continue };
        let Some((name, tenant)) = present(connection, &who, now)? else { return Ok(None) };
        return Ok(Some(Session { hash: *hash, who, name, tenant, seen_at }));
    }
    Ok(None)
}

fn who(row: &Row) -> rusqlite::Result<Who> {
    match row.get::<_, Option<i64>>("operator")? {
        Some(id) => Ok(Who::Operator(OperatorId(id))),
        None => Ok(Who::Tenant(TenantId(row.get("tenant")?), row::word(row, "key", KeyHandle::parse)?)),
    }
}

/// The name of whoever has signed in, and the tenant's handle, if they may still be here.
fn present(
    connection: &Connection,
    who: &Who,
    now: Timestamp,
) -> rusqlite::Result<Option<(String, Option<TenantHandle>)>> {
    match who {
        Who::Operator(id) => {
            let sql = "SELECT name FROM operators WHERE id = ?1";
            let name = connection.prepare_cached(sql)?.query_row([id.0], |row| row.get(0)).optional()?;
            Ok(name.map(|name| (name, None)))
        }
        Who::Tenant(id, key) => {
            let found = tenant(connection, *id, key, now)?;
            Ok(found.map(|(name, handle)| (name, Some(handle))))
        }
    }
}

/// Name and handle of an active tenant whose key lives and may look after it.
pub(super) fn tenant(
    connection: &Connection,
    id: TenantId,
    key: &KeyHandle,
    now: Timestamp,
) -> rusqlite::Result<Option<(String, TenantHandle)>> {
    let sql = "SELECT t.name, t.handle, k.scopes FROM secret_keys k JOIN tenants t ON t.id = k.tenant \
               LEFT JOIN tenants l ON l.id = t.sandbox_of \
               WHERE k.handle = ?1 AND k.tenant = ?2 AND (k.expires_at IS NULL OR k.expires_at > ?3) \
               AND t.status = ?4 AND ifnull(l.status, ?4) = ?4";
    let parameters = (key.as_str(), id.0, now.as_millis(), TenantStatus::Active.as_str());
    let read = |row: &Row| {
        let scopes = row::word(row, "scopes", Scopes::from_words)?;
        Ok((row.get(0)?, row::word(row, "handle", TenantHandle::parse)?, scopes))
    };
    let found = connection.prepare_cached(sql)?.query_row(parameters, read).optional()?;
    let manages = found.filter(|(_, _, scopes)| scopes.has(Scope::Manage));
    Ok(manages.map(|(name, handle, _)| (name, handle)))
}

/// The first secret key that has one of these hashes.
pub(super) fn key_of(
    connection: &Connection,
    hashes: &[SecretKeyHash],
) -> rusqlite::Result<Option<(TenantId, KeyHandle)>> {
    let mut query = connection.prepare_cached("SELECT tenant, handle FROM secret_keys WHERE hash = ?1")?;
    for hash in hashes {
        let read = |row: &Row| Ok((TenantId(row.get(0)?), row::word(row, "handle", KeyHandle::parse)?));
        if let Some(found) = query.query_row([hash.0], read).optional()? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Notes that a session was used. One that has ended meanwhile stays so.
pub(super) fn touch(connection: &Connection, hash: TokenHash, now: Timestamp) -> rusqlite::Result<()> {
    let sql = "UPDATE sessions SET seen_at = ?2 WHERE hash = ?1 AND seen_at < ?2";
    connection.prepare_cached(sql)?.execute((hash.0, now.as_millis()))?;
    Ok(())
}

/// Ends a session.
pub(super) fn end(group: &Group, session: &Session, about: About, now: Timestamp) -> rusqlite::Result<()> {
    let ended = group.prepare_cached("DELETE FROM sessions WHERE hash = ?1")?.execute([session.hash.0])?;
    if ended > 0 && matches!(session.who, Who::Operator(_)) {
        group.note(now, AuditEvent::OperatorSignedOut, about)?;
    }
    Ok(())
}

/// Ends all sessions of a tenant and of its sandbox.
pub(super) fn end_of_tenant(connection: &Connection, tenant: Option<TenantId>) -> rusqlite::Result<()> {
    let sql =
        "DELETE FROM sessions WHERE tenant IN (SELECT id FROM tenants WHERE id = ?1 OR sandbox_of = ?1)";
    connection.execute(sql, [tenant.map(|id| id.0)])?;
    Ok(())
}

/// The sessions of an operator that go on at `now`, the latest first.
pub(super) fn of_operator(
    connection: &Connection,
    operator: OperatorId,
    idle: Duration,
    now: Timestamp,
) -> rusqlite::Result<Vec<SessionTimes>> {
    let sql = "SELECT hash, began_at, seen_at FROM sessions \
               WHERE operator = ?1 AND ends_at > ?2 AND seen_at > ?3 ORDER BY began_at DESC, hash";
    let mut query = connection.prepare_cached(sql)?;
    let parameters = (operator.0, now.as_millis(), (now - idle).as_millis());
    let found = query.query_map(parameters, |row| {
        let (began_at, seen_at) = (row::moment(row, "began_at")?, row::moment(row, "seen_at")?);
        Ok(SessionTimes { hash: TokenHash(row.get("hash")?), began_at, seen_at })
    })?;
    found.collect()
}

/// Ends the other sessions of an operator, and answers how many. Whoever was signed out meanwhile must
/// not be able to do so to who did it.
pub(super) fn end_those_beside(connection: &Connection, session: &Session) -> rusqlite::Result<usize> {
    let Who::Operator(operator) = session.who else { return Ok(0) };
    let sql = "DELETE FROM sessions WHERE operator = ?1 AND hash != ?2 \
               AND EXISTS (SELECT 1 FROM sessions WHERE hash = ?2)";
    connection.prepare_cached(sql)?.execute((operator.0, session.hash.0))
}

/// Ends the sessions of an operator, but for one.
pub(super) fn end_others(
    connection: &Connection,
    operator: OperatorId,
    keep: Option<TokenHash>,
) -> rusqlite::Result<()> {
    let sql = "DELETE FROM sessions WHERE operator = ?1 AND (?2 IS NULL OR hash != ?2)";
    connection.prepare_cached(sql)?.execute((operator.0, keep.map(|hash| hash.0)))?;
    Ok(())
}

/// Deletes some of the sessions and setup links whose time is over.
pub(super) fn delete_old(connection: &Connection, now: Timestamp, limit: usize) -> rusqlite::Result<usize> {
    let sql = "DELETE FROM setup_links WHERE expires_at <= ?1";
    connection.prepare_cached(sql)?.execute([now.as_millis()])?;
    let sql = "DELETE FROM sessions WHERE hash IN (SELECT hash FROM sessions WHERE ends_at <= ?1 LIMIT ?2)";
    connection.prepare_cached(sql)?.execute((now.as_millis(), limit as i64))
}
