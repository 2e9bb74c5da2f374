//! Sessions of the console.

use std::net::IpAddr;
use std::time::Duration;

use crate::domain::id::TenantId;
use crate::domain::operator::{ConsoleUser, OperatorId, OperatorName, Role};
use crate::domain::reports::actor::{Actor, Author};
use crate::domain::reports::audit::AuditEvent;
use crate::domain::secret::{SecretKeyHash, TokenHash};
use crate::domain::tenants::allowed_networks::AllowedNetworks;
use crate::domain::tenants::credential::{KeyHandle, Scope, Scopes};
use crate::domain::tenants::tenant::TenantHandle;
use crate::domain::time::Timestamp;
use crate::store::sql::audit::About;
use crate::store::sql::dialect::{is_active, live_tenant};
use crate::store::sql::failed::{Failed, Result};
use crate::store::sql::group::Group;
use crate::store::sql::row::Row;
use crate::store::sql::tenants::networks;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;
use crate::store::{NewSession, Session, SessionTimes};

/// Begins a session, and ends the former one of the same browser, whoever's it was.
pub fn begin(tx: &dyn Tx, user: &ConsoleUser, new: &NewSession, now: Timestamp) -> Result<()> {
    for former in &new.former {
        tx.later("DELETE FROM sessions WHERE hash = ?1", with![former])?;
    }
    let sql = "INSERT INTO sessions (hash, operator, tenant, key, began_at, seen_at, ends_at, proved_at) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?5)";
    let (operator, tenant, key) = match user {
        ConsoleUser::Operator(id) => (Some(*id), None, None),
        ConsoleUser::Tenant(id, key) => (None, Some(*id), Some(key.as_str())),
    };
    tx.later(sql, with![&new.hash, operator, tenant, key, now, new.ends_at])
}

/// Returns the session with one of these hashes, unless it has ended at `now`.
pub fn find(tx: &dyn Tx, hashes: &[TokenHash], idle: Duration, now: Timestamp) -> Result<Option<Session>> {
    let sql = "SELECT operator, tenant, key, seen_at, proved_at FROM sessions \
               WHERE hash = ?1 AND ends_at > ?2 AND seen_at > ?3";
    for hash in hashes {
        let found =
            tx.first(sql, with![hash, now, now - idle], |row| Ok((user(row)?, row.get()?, row.get()?)))?;
        let Some((user, seen_at, proved_at)) = found else { continue };
        let Some(Present { name, tenant, role, has_totp, networks }) = present(tx, &user, now)? else {
            return Ok(None);
        };
        let hash = *hash;
        return Ok(Some(Session { hash, user, name, tenant, role, has_totp, seen_at, proved_at, networks }));
    }
    Ok(None)
}

fn user(row: &mut Row) -> Result<ConsoleUser> {
    let (operator, tenant, key) = (row.get()?, row.get::<Option<_>>()?, row.maybe_word(KeyHandle::parse)?);
    match (operator, tenant.zip(key)) {
        (Some(id), _) => Ok(ConsoleUser::Operator(id)),
        (None, Some((tenant, key))) => Ok(ConsoleUser::Tenant(tenant, key)),
        (None, None) => Err(Failed::Operation("a session that is nobody's".into())),
    }
}

/// What the store knows of a signed-in user at this moment.
pub struct Present {
    name: String,
    tenant: Option<TenantHandle>,
    role: Option<Role>,
    has_totp: bool,
    networks: AllowedNetworks,
}

/// Returns the signed-in user, if the user may still use the console.
fn present(tx: &dyn Tx, user: &ConsoleUser, now: Timestamp) -> Result<Option<Present>> {
    match user {
        ConsoleUser::Operator(id) => {
            let sql =
                "SELECT name, role, CASE WHEN totp IS NULL THEN 0 ELSE 1 END FROM operators WHERE id = ?1";
            tx.first(sql, with![*id], |row| {
                let (name, role) = (row.get()?, Some(row.word(Role::parse)?));
                let networks = AllowedNetworks::everywhere();
                Ok(Present { name, tenant: None, role, has_totp: row.get()?, networks })
            })
        }
        ConsoleUser::Tenant(id, key) => tenant(tx, *id, key, now),
    }
}

/// Returns an active tenant whose key is live and may manage it.
pub fn tenant(tx: &dyn Tx, id: TenantId, key: &KeyHandle, now: Timestamp) -> Result<Option<Present>> {
    let sql = concat!(
        "SELECT t.name, t.handle, k.networks, k.scopes FROM secret_keys k JOIN tenants t ON t.id = k.tenant ",
        live_tenant!(),
        " WHERE k.handle = ?1 AND k.tenant = ?2 AND (k.expires_at IS NULL OR k.expires_at > ?3) AND ",
        is_active!()
    );
    let found = tx.first(sql, with![key.as_str(), id, now], |row| {
        let (name, handle) = (row.get()?, row.word(TenantHandle::parse)?);
        let networks = networks(row)?;
        let present = Present { name, tenant: Some(handle), role: None, has_totp: false, networks };
        Ok((present, row.word(Scopes::from_words)?))
    })?;
    Ok(found.filter(|(_, scopes)| scopes.has(Scope::Manage)).map(|(present, _)| present))
}

/// Returns the first secret key that has one of these hashes.
pub fn key_of(tx: &dyn Tx, hashes: &[SecretKeyHash]) -> Result<Option<(TenantId, KeyHandle)>> {
    let sql = "SELECT tenant, handle FROM secret_keys WHERE hash = ?1";
    for hash in hashes {
        let found = tx.first(sql, with![hash], |row| Ok((row.get()?, row.word(KeyHandle::parse)?)))?;
        if let Some(found) = found {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Records that a session was used. A session that has ended meanwhile is not revived.
pub fn touch(tx: &dyn Tx, hash: TokenHash, now: Timestamp) -> Result<()> {
    let sql = "UPDATE sessions SET seen_at = ?2 WHERE hash = ?1 AND seen_at < ?2";
    tx.later(sql, with![&hash, now])
}

/// Records that the user of a session proved its secrets.
pub fn step_up(tx: &dyn Tx, hash: TokenHash, now: Timestamp) -> Result<()> {
    tx.later("UPDATE sessions SET proved_at = ?2 WHERE hash = ?1", with![&hash, now])
}

/// Returns the user of a session at this address.
pub fn actor(session: &Session, client_ip: Option<IpAddr>) -> Actor {
    let author = match &session.user {
        ConsoleUser::Operator(_) => {
            OperatorName::parse(&session.name).map_or(Author::Nobody, Author::Operator)
        }
        ConsoleUser::Tenant(_, key) => Author::Key(key.clone()),
    };
    Actor { author, client_ip }
}

/// Ends a session.
pub fn end(group: &Group, session: &Session, client_ip: Option<IpAddr>, now: Timestamp) -> Result<()> {
    let ended = group.change("DELETE FROM sessions WHERE hash = ?1", with![&session.hash])?;
    if ended > 0 && matches!(session.user, ConsoleUser::Operator(_)) {
        group.note(now, AuditEvent::OperatorSignedOut, About::by(&actor(session, client_ip)))?;
    }
    Ok(())
}

/// Ends all sessions of a tenant and of its sandbox.
pub fn end_of_tenant(tx: &dyn Tx, tenant: Option<TenantId>) -> Result<()> {
    let sql =
        "DELETE FROM sessions WHERE tenant IN (SELECT id FROM tenants WHERE id = ?1 OR sandbox_of = ?1)";
    tx.later(sql, with![tenant])
}

/// Returns the sessions of an operator that have not ended at `now`, latest first.
pub fn of_operator(
    tx: &dyn Tx,
    operator: OperatorId,
    idle: Duration,
    now: Timestamp,
) -> Result<Vec<SessionTimes>> {
    let sql = "SELECT hash, began_at, seen_at FROM sessions \
               WHERE operator = ?1 AND ends_at > ?2 AND seen_at > ?3 ORDER BY began_at DESC, hash";
    tx.all(sql, with![operator, now, now - idle], |row| {
        Ok(SessionTimes { hash: row.get()?, began_at: row.get()?, seen_at: row.get()? })
    })
}

/// Ends the other sessions of an operator and returns how many there were. Does nothing if this
/// session has ended itself, so that a session that was signed out cannot sign out the one that did
/// it.
pub fn end_those_beside(tx: &dyn Tx, session: &Session) -> Result<usize> {
    let ConsoleUser::Operator(operator) = session.user else { return Ok(0) };
    let sql = "DELETE FROM sessions WHERE operator = ?1 AND hash <> ?2 \
               AND EXISTS (SELECT 1 FROM sessions WHERE hash = ?2)";
    tx.change(sql, with![operator, &session.hash])
}

/// Ends the sessions of an operator, except one.
pub fn end_others(tx: &dyn Tx, operator: OperatorId, keep: Option<TokenHash>) -> Result<()> {
    match keep {
        Some(keep) => {
            tx.later("DELETE FROM sessions WHERE operator = ?1 AND hash <> ?2", with![operator, &keep])
        }
        None => tx.later("DELETE FROM sessions WHERE operator = ?1", with![operator]),
    }
}

/// Deletes some of the expired sessions and setup links.
pub fn delete_old(tx: &dyn Tx, now: Timestamp, limit: usize) -> Result<usize> {
    let sql = "DELETE FROM setup_links WHERE expires_at <= ?1";
    tx.later(sql, with![now])?;
    let sql = "DELETE FROM sessions WHERE hash IN (SELECT hash FROM sessions WHERE ends_at <= ?1 LIMIT ?2)";
    tx.change(sql, with![now, limit])
}
