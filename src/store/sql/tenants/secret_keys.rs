//! A tenant's additional secret keys.

use crate::domain::id::TenantId;
use crate::domain::reports::actor::Actor;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::secret::SecretKeyHash;
use crate::domain::tenants::allowed_networks::AllowedNetworks;
use crate::domain::tenants::credential::{KeyChange, KeyHandle, KeyInfo, KeyTerms, Scope, Scopes};
use crate::domain::time::Timestamp;
use crate::store::sql::audit::About;
use crate::store::sql::engine::Engine;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::row::Row;
use crate::store::sql::store::SqlStore;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;
use crate::store::{
    Added, AddedKey, KeyRotation, LastManager, NewKey, Revoked, Rotated, SecretKeyStore, UseOfKey, Verb,
};

use super::key_uses;

impl<E: Engine> SecretKeyStore for SqlStore<E> {
    fn secret_keys(&self, tenant: TenantId, now: Timestamp) -> Verb<'_, Vec<KeyInfo>> {
        self.read(move |tx| live(tx, tenant, now))
    }

    fn ending_keys(
        &self,
        (from, until): (Timestamp, Timestamp),
        limit: usize,
    ) -> Verb<'_, Vec<(TenantId, String, Timestamp)>> {
        self.read(move |tx| {
            let sql = "SELECT tenant, name, expires_at FROM secret_keys \
                       WHERE expires_at IS NOT NULL AND expires_at > ?1 AND expires_at < ?2 \
                       AND replaced_at IS NULL ORDER BY expires_at LIMIT ?3";
            tx.all(sql, with![from, until, limit], |row| Ok((row.get()?, row.get()?, row.get()?)))
        })
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
            let about = About::thing(tenant, key.as_str(), &by);
            let revoked = revoke(group, tenant, (&key, last), now)?;
            if let Revoked::Revoked(_) = revoked {
                group.note(now, AuditEvent::KeyRevoked, about)?;
            }
            Ok(revoked)
        })
    }

    fn change_secret_key(
        &self,
        tenant: TenantId,
        key: KeyHandle,
        (change, by): (KeyChange, Actor),
        now: Timestamp,
    ) -> Verb<'_, Option<KeyInfo>> {
        self.write(move |group| {
            let changed = alter(group, tenant, (&key, &change), now)?;
            if changed.is_some() {
                group.note(now, AuditEvent::KeyChanged, About::tenant(tenant, &by))?;
            }
            Ok(changed)
        })
    }

    fn note_key_uses(&self, uses: Vec<UseOfKey>) -> Verb<'_, ()> {
        self.write_unhurried(move |group| key_uses::note(group, &uses))
    }

    fn note_refused_use(&self, tenant: TenantId, key: KeyHandle, by: Actor, now: Timestamp) -> Verb<'_, ()> {
        self.write(move |group| key_uses::note_refused(group, About::tenant(tenant, &by), &key, now))
    }
}

/// Returns a tenant's live keys, those that were not replaced first.
pub fn live(tx: &dyn Tx, tenant: TenantId, now: Timestamp) -> Result<Vec<KeyInfo>> {
    let sql = "SELECT handle, name, scopes, hint, created_at, expires_at, networks, replaced_at, last_used_at, \
               revision \
               FROM secret_keys WHERE tenant = ?1 AND (expires_at IS NULL OR expires_at > ?2) \
               ORDER BY replaced_at IS NOT NULL, id DESC";
    tx.all(sql, with![tenant, now], info)
}

fn info(row: &mut Row) -> Result<KeyInfo> {
    Ok(KeyInfo {
        handle: row.word(KeyHandle::parse)?,
        name: row.get()?,
        scopes: row.word(Scopes::from_words)?,
        hint: row.get()?,
        created_at: row.get()?,
        terms: KeyTerms { expires_at: row.get()?, networks: networks(row)? },
        replaced_at: row.get()?,
        last_used_at: row.get()?,
        revision: row.get()?,
    })
}

/// Reads from where a key may be used.
pub fn networks(row: &mut Row) -> Result<AllowedNetworks> {
    Ok(row.maybe_word(AllowedNetworks::from_words)?.unwrap_or_default())
}

/// Adds a key. Every refusal comes before the first write.
fn add(group: &Group, new: &AddedKey, now: Timestamp) -> Result<Added> {
    let keys = live(group, new.tenant, now)?;
    if keys.len() >= new.most {
        return Ok(Added::TooMany);
    }
    if keys.iter().any(|key| key.name == new.key.name && key.replaced_at.is_none()) {
        return Ok(Added::NameTaken);
    }
    if is_taken(group, &new.key.hash)? {
        return Ok(Added::Taken);
    }
    let sql = "DELETE FROM secret_keys WHERE tenant = ?1 AND expires_at <= ?2";
    group.later(sql, with![new.tenant, now])?;
    insert(group, new.tenant, &new.key, now)?;
    note_added(group, (new.tenant, &new.key), &new.by, now)?;
    Ok(Added::Added(new.key.info(now)))
}

/// Records that a tenant was given a key.
pub fn note_added(
    group: &Group,
    (tenant, key): (TenantId, &NewKey),
    by: &Actor,
    now: Timestamp,
) -> Result<()> {
    group.note(now, AuditEvent::KeyAdded, About::thing(tenant, key.handle.as_str(), by))
}

/// Deletes a live key. The last one that can manage the tenant and was not replaced may have to stay.
fn revoke(
    tx: &dyn Tx,
    tenant: TenantId,
    (handle, last): (&KeyHandle, LastManager),
    now: Timestamp,
) -> Result<Revoked> {
    let keys = live(tx, tenant, now)?;
    let manages = |key: &&KeyInfo| key.scopes.has(Scope::Manage) && key.replaced_at.is_none();
    let Some(key) = keys.iter().find(|key| key.handle == *handle) else { return Ok(Revoked::Unknown) };
    if last == LastManager::Stays && manages(&key) && keys.iter().filter(manages).count() == 1 {
        return Ok(Revoked::LastManager);
    }
    let sql = "DELETE FROM secret_keys WHERE tenant = ?1 AND handle = ?2";
    tx.later(sql, with![tenant, handle.as_str()])?;
    let terms = KeyTerms { expires_at: Some(now), ..key.terms.clone() };
    Ok(Revoked::Revoked(KeyInfo { terms, ..key.clone() }))
}

/// Changes a live key that was not replaced.
fn alter(
    tx: &dyn Tx,
    tenant: TenantId,
    (handle, change): (&KeyHandle, &KeyChange),
    now: Timestamp,
) -> Result<Option<KeyInfo>> {
    let keys = live(tx, tenant, now)?;
    let found = keys.into_iter().find(|key| key.handle == *handle && key.replaced_at.is_none());
    let Some(mut key) = found else { return Ok(None) };
    let former = key.terms.clone();
    change.apply(&mut key.terms);
    key.revision += 1;
    let sql =
        "UPDATE secret_keys SET networks = ?3, revision = revision + 1 WHERE tenant = ?1 AND handle = ?2";
    tx.later(sql, with![tenant, handle.as_str(), key.terms.networks.to_words().as_deref()])?;
    // A warning that was given is repeated only for another end.
    if key.terms.expires_at != former.expires_at {
        let sql = "UPDATE secret_keys SET expires_at = ?3, warn_at = ?4 WHERE tenant = ?1 AND handle = ?2";
        tx.later(sql, with![tenant, handle.as_str(), key.terms.expires_at, key.terms.warn_at(now)])?;
    }
    Ok(Some(key))
}

/// Replaces a key by a new one, which lives as long as was chosen for the replaced one. That stays valid for the
/// overlap, within its own end; its own predecessor is deleted.
pub fn rotate(group: &Group, new: &KeyRotation, now: Timestamp) -> Result<Rotated> {
    if is_taken(group, &new.hash)? {
        return Ok(Rotated::Taken);
    }
    let keys = live(group, new.tenant, now)?;
    let is_wanted = |key: &&KeyInfo| new.replaced.as_ref().is_none_or(|handle| key.handle == *handle);
    let found = keys.iter().filter(|key| key.replaced_at.is_none()).find(is_wanted);
    let Some(replaced) = found else { return Ok(Rotated::Unknown) };
    let sql = "DELETE FROM secret_keys WHERE tenant = ?1 AND name = ?2 \
               AND (replaced_at IS NOT NULL OR expires_at <= ?3)";
    group.later(sql, with![new.tenant, &replaced.name, now])?;
    let chosen = replaced.terms.expires_at;
    let overlap = now + new.overlap;
    let end = chosen.map_or(overlap, |chosen| chosen.min(overlap));
    let sql = "UPDATE secret_keys SET expires_at = ?2, replaced_at = ?3, warn_at = NULL, \
               revision = revision + 1 WHERE handle = ?1";
    group.later(sql, with![replaced.handle.as_str(), end, now])?;
    let expires_at = chosen.map(|chosen| now + chosen.since(replaced.created_at));
    let key = NewKey {
        hash: new.hash,
        handle: new.handle.clone(),
        name: replaced.name.clone(),
        scopes: replaced.scopes,
        hint: new.hint.clone(),
        terms: KeyTerms { expires_at, networks: replaced.terms.networks.clone() },
    };
    insert(group, new.tenant, &key, now)?;
    let about = About::thing(new.tenant, replaced.handle.as_str(), &new.by);
    group.note(now, AuditEvent::KeyRotated, about)?;
    note_added(group, (new.tenant, &key), &new.by, now)?;
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
    let sql = "INSERT INTO secret_keys (hash, handle, tenant, name, scopes, hint, created_at, expires_at, warn_at, \
               networks) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    let (handle, scopes) = (key.handle.as_str(), key.scopes.to_words());
    let (end, warn_at) = (key.terms.expires_at, key.terms.warn_at(now));
    let networks = key.terms.networks.to_words();
    tx.later(
        sql,
        with![
            &key.hash,
            handle,
            tenant,
            &key.name,
            scopes.as_str(),
            &key.hint,
            now,
            end,
            warn_at,
            networks.as_deref()
        ],
    )
}
