//! A tenant's additional secret keys.

use crate::domain::id::TenantId;
use crate::domain::reports::audit::{Actor, AuditEvent};
use crate::domain::secret::SecretKeyHash;
use crate::domain::tenants::credential::{KeyHandle, KeyInfo, Scope, Scopes};
use crate::domain::time::Timestamp;
use crate::store::sql::audit::About;
use crate::store::sql::engine::Engine;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::store::SqlStore;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;
use crate::store::{
    Added, AddedKey, KeyRotation, LastManager, NewKey, Revoked, Rotated, SecretKeyStore, Verb,
};

impl<E: Engine> SecretKeyStore for SqlStore<E> {
    fn secret_keys(&self, tenant: TenantId, now: Timestamp) -> Verb<'_, Vec<KeyInfo>> {
        self.read(move |tx| live(tx, tenant, now))
    }

    fn add_secret_key(&self, new: AddedKey, now: Timestamp) -> Verb<'_, Added> {
        self.write(move |group| add(group, &new, now))
    }

    fn revoke_secret_key(
        &self,
        tenant: TenantId,
        key: KeyHandle,
        (by, last): (Actor, LastManager),
        now: Timestamp,
    ) -> Verb<'_, Revoked> {
        self.write(move |group| {
            let about = About::tenant(tenant, &by);
            let revoked = revoke(group, tenant, (&key, last), now)?;
            if let Revoked::Revoked(_) = revoked {
                group.note(now, AuditEvent::KeyRevoked, about)?;
            }
            Ok(revoked)
        })
    }
}

/// Returns a tenant's live keys, those that were not replaced first.
pub fn live(tx: &dyn Tx, tenant: TenantId, now: Timestamp) -> Result<Vec<KeyInfo>> {
    let sql = "SELECT handle, name, scopes, hint, created_at, expires_at FROM secret_keys \
               WHERE tenant = ?1 AND (expires_at IS NULL OR expires_at > ?2) \
               ORDER BY expires_at IS NOT NULL, id DESC";
    tx.all(sql, with![tenant, now], |row| {
        Ok(KeyInfo {
            handle: row.word(KeyHandle::parse)?,
            name: row.get()?,
            scopes: row.word(Scopes::from_words)?,
            hint: row.get()?,
            created_at: row.get()?,
            expires_at: row.get()?,
        })
    })
}

/// Adds a key. Every refusal comes before the first write.
fn add(group: &Group, new: &AddedKey, now: Timestamp) -> Result<Added> {
    let keys = live(group, new.tenant, now)?;
    if keys.len() >= new.most {
        return Ok(Added::TooMany);
    }
    if keys.iter().any(|key| key.name == new.key.name && key.expires_at.is_none()) {
        return Ok(Added::NameTaken);
    }
    if is_taken(group, &new.key.hash)? {
        return Ok(Added::Taken);
    }
    let sql = "DELETE FROM secret_keys WHERE tenant = ?1 AND expires_at <= ?2";
    group.later(sql, with![new.tenant, now])?;
    insert(group, new.tenant, &new.key, now)?;
    let about = About::tenant(new.tenant, &new.by);
    group.note(now, AuditEvent::KeyAdded, about)?;
    Ok(Added::Added(new.key.info(now)))
}

/// Deletes a live key. The last one that can manage the tenant and was not replaced may have to stay.
fn revoke(
    tx: &dyn Tx,
    tenant: TenantId,
    (handle, last): (&KeyHandle, LastManager),
    now: Timestamp,
) -> Result<Revoked> {
    let keys = live(tx, tenant, now)?;
    let manages = |key: &&KeyInfo| key.scopes.has(Scope::Manage) && key.expires_at.is_none();
    let Some(key) = keys.iter().find(|key| key.handle == *handle) else { return Ok(Revoked::Unknown) };
    if last == LastManager::Stays && manages(&key) && keys.iter().filter(manages).count() == 1 {
        return Ok(Revoked::LastManager);
    }
    let sql = "DELETE FROM secret_keys WHERE tenant = ?1 AND handle = ?2";
    tx.later(sql, with![tenant, handle.as_str()])?;
    Ok(Revoked::Revoked(KeyInfo { expires_at: Some(now), ..key.clone() }))
}

/// Replaces a key by a new one. The replaced key stays valid for the overlap; its own predecessor
/// is deleted.
pub fn rotate(group: &Group, new: &KeyRotation, now: Timestamp) -> Result<Rotated> {
    if is_taken(group, &new.hash)? {
        return Ok(Rotated::Taken);
    }
    let sql = "SELECT handle, name, scopes FROM secret_keys WHERE tenant = ?1 AND expires_at IS NULL \
               AND (CAST(?2 AS TEXT) IS NULL OR handle = ?2) ORDER BY id DESC LIMIT 1";
    let replaced = new.replaced.as_ref().map(KeyHandle::as_str);
    let found = group.first(sql, with![new.tenant, replaced], |row| {
        Ok((row.get::<String>()?, row.get::<String>()?, row.word(Scopes::from_words)?))
    })?;
    let Some((replaced, name, scopes)) = found else { return Ok(Rotated::Unknown) };
    let sql = "DELETE FROM secret_keys WHERE tenant = ?1 AND name = ?2 AND expires_at IS NOT NULL";
    group.later(sql, with![new.tenant, &name])?;
    let sql = "UPDATE secret_keys SET expires_at = ?2 WHERE handle = ?1";
    group.later(sql, with![&replaced, now + new.overlap])?;
    let key = NewKey { hash: new.hash, handle: new.handle.clone(), name, scopes, hint: new.hint.clone() };
    insert(group, new.tenant, &key, now)?;
    let about = About::tenant(new.tenant, &new.by);
    group.note(now, AuditEvent::KeyRotated, about)?;
    Ok(Rotated::Rotated(key.info(now)))
}

/// Returns the number of live keys of a tenant.
pub fn count(tx: &dyn Tx, tenant: TenantId, now: Timestamp) -> Result<usize> {
    let sql = "SELECT count(*) FROM secret_keys \
               WHERE tenant = ?1 AND (expires_at IS NULL OR expires_at > ?2)";
    let count: u32 = tx.one(sql, with![tenant, now], |row| row.get())?;
    Ok(count as usize)
}

/// Returns whether a key with this hash exists, for any tenant.
pub fn is_taken(tx: &dyn Tx, key: &SecretKeyHash) -> Result<bool> {
    tx.has("SELECT 1 FROM secret_keys WHERE hash = ?1", with![key])
}

/// Inserts a new key.
pub fn insert(tx: &dyn Tx, tenant: TenantId, key: &NewKey, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO secret_keys (hash, handle, tenant, name, scopes, hint, created_at) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let (handle, scopes) = (key.handle.as_str(), key.scopes.to_words());
    tx.later(sql, with![&key.hash, handle, tenant, &key.name, scopes.as_str(), &key.hint, now])
}
