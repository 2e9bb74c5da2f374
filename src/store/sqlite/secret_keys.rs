//! A tenant's further secret keys.

use rusqlite::Connection;

use crate::domain::id::TenantId;
use crate::domain::reports::audit::{Actor, AuditEvent};
use crate::domain::tenants::credential::{KeyHandle, KeyInfo, Scope, Scopes};
use crate::domain::time::Timestamp;
use crate::store::{Added, AddedKey, Revoked, SecretKeyStore, Verb};

use super::group::Group;
use super::tenants::{add_key, is_taken};
use super::{SqliteStore, row};
use crate::store::sql::audit::About;

impl SecretKeyStore for SqliteStore {
    fn secret_keys(&self, tenant: TenantId, now: Timestamp) -> Verb<'_, Vec<KeyInfo>> {
        self.engine.look(move |connection| live(connection, tenant, now))
    }

    fn add_secret_key(&self, new: AddedKey, now: Timestamp) -> Verb<'_, Added> {
        self.engine.writer.write(move |group| add(group, &new, now))
    }

    fn revoke_secret_key(
        &self,
        tenant: TenantId,
        key: KeyHandle,
        by: Actor,
        now: Timestamp,
    ) -> Verb<'_, Revoked> {
        self.engine.writer.write(move |group| {
            let about = About::tenant(tenant, &by);
            let revoked = revoke(group, tenant, &key, now)?;
            if let Revoked::Revoked(_) = revoked {
                group.note(now, AuditEvent::KeyRevoked, about)?;
            }
            Ok(revoked)
        })
    }
}

/// A tenant's live keys, those that were not replaced first.
pub(super) fn live(
    connection: &Connection,
    tenant: TenantId,
    now: Timestamp,
) -> rusqlite::Result<Vec<KeyInfo>> {
    let mut query = connection.prepare_cached(
        "SELECT handle, name, scopes, hint, created_at, expires_at FROM secret_keys \
         WHERE tenant = ?1 AND (expires_at IS NULL OR expires_at > ?2) \
         ORDER BY expires_at IS NOT NULL, id DESC",
    )?;
    let keys = query.query_map((tenant.0, now.as_millis()), |row| {
        Ok(KeyInfo {
            handle: row::word(row, "handle", KeyHandle::parse)?,
            name: row.get("name")?,
            scopes: row::word(row, "scopes", Scopes::from_words)?,
            hint: row.get("hint")?,
            created_at: row::moment(row, "created_at")?,
            expires_at: row::maybe_moment(row, "expires_at")?,
        })
    })?;
    keys.collect()
}

/// Adds a key. A refusal comes before the first write.
fn add(group: &Group, new: &AddedKey, now: Timestamp) -> rusqlite::Result<Added> {
    let keys = live(group, new.tenant, now)?;
    if keys.len() >= new.most {
        return Ok(Added::TooMany);
    }
    if keys.iter().any(|key| key.name == new.key.name && key.expires_at.is_none()) {
        return Ok(Added::NameTaken);
    }
    if is_taken(group, new.key.hash)? {
        return Ok(Added::Taken);
    }
    let sql = "DELETE FROM secret_keys WHERE tenant = ?1 AND expires_at <= ?2";
    group.prepare_cached(sql)?.execute((new.tenant.0, now.as_millis()))?;
    add_key(group, new.tenant, &new.key, now)?;
    let about = About::tenant(new.tenant, &new.by);
    group.note(now, AuditEvent::KeyAdded, about)?;
    Ok(Added::Added(new.key.told(now)))
}

/// Deletes a live key, unless no other that was not replaced could manage.
fn revoke(
    connection: &Connection,
    tenant: TenantId,
    handle: &KeyHandle,
    now: Timestamp,
) -> rusqlite::Result<Revoked> {
    let keys = live(connection, tenant, now)?;
    let manages = |key: &&KeyInfo| key.scopes.has(Scope::Manage) && key.expires_at.is_none();
    let Some(key) = keys.iter().find(|key| key.handle == *handle) else { return Ok(Revoked::Unknown) };
    if manages(&key) && keys.iter().filter(manages).count() == 1 {
        return Ok(Revoked::LastManager);
    }
    let sql = "DELETE FROM secret_keys WHERE tenant = ?1 AND handle = ?2";
    connection.prepare_cached(sql)?.execute((tenant.0, handle.as_str()))?;
    Ok(Revoked::Revoked(KeyInfo { expires_at: Some(now), ..key.clone() }))
}
