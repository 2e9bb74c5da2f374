//! Tenants and their secret keys.

use rusqlite::{Connection, OptionalExtension, Row};

use crate::domain::id::TenantId;
use crate::domain::reports::audit::{Actor, AuditEvent};
use crate::domain::secret::{Sealed, SecretKeyHash};
use crate::domain::tenants::credential::{KeyHandle, KeyInfo, Scopes};
use crate::domain::tenants::tenant::{Tenant, TenantHandle, TenantSettings, TenantStatus};
use crate::domain::time::Timestamp;
use crate::store::{Changed, KeyRotation, NewKey, NewTenant, Rotated, TenantChange, TenantStore, Verb};

use super::group::{Former, Group};
use super::{SqliteStore, operators, pages, row, secret_keys, sessions};
use crate::store::sql;
use crate::store::sql::audit::About;

impl TenantStore for SqliteStore {
    fn add_tenant(&self, new: NewTenant) -> Verb<'_, bool> {
        self.engine.writer.write(move |group| add(group, &new))
    }

    fn tenant_by_key(&self, key: SecretKeyHash, now: Timestamp) -> Verb<'_, Option<(Tenant, Scopes)>> {
        self.engine.look(move |connection| by_key(connection, key, now))
    }

    fn tenant(&self, id: TenantId) -> Verb<'_, Option<Tenant>> {
        self.engine.look(move |connection| by_id(connection, id))
    }

    fn tenant_by_handle(
        &self,
        handle: TenantHandle,
        now: Timestamp,
    ) -> Verb<'_, Option<(Tenant, Vec<KeyInfo>)>> {
        self.engine.look(move |connection| by_handle(connection, &handle, now))
    }

    fn tenants(&self) -> Verb<'_, Vec<Tenant>> {
        self.engine.look(all)
    }

    fn set_tenant_status(
        &self,
        id: TenantId,
        status: TenantStatus,
        by: Actor,
        now: Timestamp,
    ) -> Verb<'_, bool> {
        self.engine.writer.write(move |group| set_status(group, About::tenant(id, &by), status, now))
    }

    fn change_tenant(&self, change: TenantChange, now: Timestamp) -> Verb<'_, Changed> {
        self.engine.writer.write(move |group| apply(group, &change, now))
    }

    fn rotate_key(&self, new: KeyRotation, now: Timestamp) -> Verb<'_, Rotated> {
        self.engine.writer.write(move |group| rotate_key(group, &new, now))
    }
}

/// What [`read`] reads. The limits of a sandbox are those of its tenant.
pub(super) const COLUMNS: &str = "t.id, t.handle, t.name, t.status, t.created_at, t.sandbox_of, t.settings, t.revision, t.smtp, \
     iif(t.sandbox_of IS NULL, t.limits, (SELECT o.limits FROM tenants o WHERE o.id = t.sandbox_of)) AS limits";

/// Adds a tenant with its first key, unless the key is taken.
fn add(group: &Group, new: &NewTenant) -> rusqlite::Result<bool> {
    if is_taken(group, new.key.hash)? {
        return Ok(false);
    }
    let tenant = &new.tenant;
    group.execute(
        "INSERT INTO tenants (id, handle, name, status, created_at, sandbox_of, settings, revision, smtp, \
         limits) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        (
            tenant.id.0,
            tenant.handle.as_str(),
            &tenant.name,
            tenant.status.as_str(),
            tenant.created_at.as_millis(),
            tenant.sandbox_of.map(|id| id.0),
            settings_column(&tenant.settings),
            tenant.revision,
            tenant.smtp.as_ref().map(|sealed| sealed.0.as_slice()),
            operators::limits_column(&tenant.limits),
        ),
    )?;
    pages::keep(group, tenant.id, &tenant.settings)?;
    add_key(group, tenant.id, &new.key, tenant.created_at)?;
    let about = About::tenant(tenant.id, &new.by);
    group.note(tenant.created_at, AuditEvent::TenantRegistered, about)?;
    Ok(true)
}

/// Replaces a key by a new one. The replaced one lives on for the overlap; what it had replaced ends.
fn rotate_key(group: &Group, new: &KeyRotation, now: Timestamp) -> rusqlite::Result<Rotated> {
    if is_taken(group, new.hash)? {
        return Ok(Rotated::Taken);
    }
    let sql = "SELECT handle, name, scopes FROM secret_keys WHERE tenant = ?1 AND expires_at IS NULL \
               AND (?2 IS NULL OR handle = ?2) ORDER BY id DESC LIMIT 1";
    let replaced = new.replaced.as_ref().map(KeyHandle::as_str);
    let read = |row: &Row| {
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, String>(1)?,
            row::word(row, "scopes", Scopes::from_words)?,
        ))
    };
    let found = group.prepare_cached(sql)?.query_row((new.tenant.0, replaced), read).optional()?;
    let Some((replaced, name, scopes)) = found else { return Ok(Rotated::Unknown) };
    group.execute(
        "DELETE FROM secret_keys WHERE tenant = ?1 AND name = ?2 AND expires_at IS NOT NULL",
        (new.tenant.0, &name),
    )?;
    group.execute(
        "UPDATE secret_keys SET expires_at = ?2 WHERE handle = ?1",
        (replaced, (now + new.overlap).as_millis()),
    )?;
    let key = NewKey { hash: new.hash, handle: new.handle.clone(), name, scopes, hint: new.hint.clone() };
    add_key(group, new.tenant, &key, now)?;
    let about = About::tenant(new.tenant, &new.by);
    group.note(now, AuditEvent::KeyRotated, about)?;
    Ok(Rotated::Rotated(key.told(now)))
}

/// Changes a tenant, unless somebody else did since the caller looked.
fn apply(group: &Group, change: &TenantChange, now: Timestamp) -> rusqlite::Result<Changed> {
    let sql = "UPDATE tenants SET name = ?3, settings = ?4, smtp = ?5, revision = revision + 1 \
               WHERE id = ?1 AND revision = ?2";
    let smtp = change.smtp.as_ref().map(|sealed| sealed.0.as_slice());
    let parameters = (change.tenant.0, change.seen, &change.name, settings_column(&change.settings), smtp);
    if group.prepare_cached(sql)?.execute(parameters)? == 0 {
        return Ok(Changed::Conflict);
    }
    pages::keep(group, change.tenant, &change.settings)?;
    sql::tenants::logos::keep(group.unit, change).map_err(Former::error)?;
    let about = About::tenant(change.tenant, &change.by);
    group.note(now, AuditEvent::TenantChanged, about)?;
    Ok(Changed::Changed)
}

/// Switches a tenant on or off.
fn set_status(group: &Group, about: About, status: TenantStatus, now: Timestamp) -> rusqlite::Result<bool> {
    let sql = "UPDATE tenants SET status = ?2 WHERE id = ?1";
    if group.execute(sql, (about.tenant.map(|id| id.0), status.as_str()))? == 0 {
        return Ok(false);
    }
    let event = match status {
        TenantStatus::Active => AuditEvent::TenantEnabled,
        TenantStatus::Disabled => {
            // Whoever was here has to prove again that it still has a key, once there is a tenant again.
            sessions::end_of_tenant(group, about.tenant)?;
            AuditEvent::TenantDisabled
        }
    };
    group.note(now, event, about)?;
    Ok(true)
}

/// The active tenant of a live key, and what the key may do. A sandbox is as active as its tenant.
fn by_key(
    connection: &Connection,
    key: SecretKeyHash,
    now: Timestamp,
) -> rusqlite::Result<Option<(Tenant, Scopes)>> {
    let sql = format!(
        "SELECT {COLUMNS}, k.scopes FROM secret_keys k JOIN tenants t ON t.id = k.tenant \
         LEFT JOIN tenants l ON l.id = t.sandbox_of \
         WHERE k.hash = ?1 AND (k.expires_at IS NULL OR k.expires_at > ?2) AND t.status = ?3 \
         AND ifnull(l.status, ?3) = ?3"
    );
    let parameters = (key.0, now.as_millis(), TenantStatus::Active.as_str());
    let read = |row: &Row| Ok((read(row)?, row::word(row, "scopes", Scopes::from_words)?));
    connection.prepare_cached(&sql)?.query_row(parameters, read).optional()
}

/// The tenant of a row.
pub(super) fn by_id(connection: &Connection, id: TenantId) -> rusqlite::Result<Option<Tenant>> {
    let sql = format!("SELECT {COLUMNS} FROM tenants t WHERE t.id = ?1");
    connection.prepare_cached(&sql)?.query_row([id.0], read).optional()
}

/// The sandbox of a live tenant.
pub(super) fn sandbox_of(connection: &Connection, live: TenantId) -> rusqlite::Result<Option<Tenant>> {
    let sql = format!("SELECT {COLUMNS} FROM tenants t WHERE t.sandbox_of = ?1");
    connection.prepare_cached(&sql)?.query_row([live.0], read).optional()
}

/// How many live keys a tenant has.
pub(super) fn count_keys(
    connection: &Connection,
    tenant: TenantId,
    now: Timestamp,
) -> rusqlite::Result<usize> {
    let sql = "SELECT count(*) FROM secret_keys \
               WHERE tenant = ?1 AND (expires_at IS NULL OR expires_at > ?2)";
    let count = |row: &Row| row.get::<_, u32>(0);
    Ok(connection.prepare_cached(sql)?.query_row((tenant.0, now.as_millis()), count)? as usize)
}

/// The tenant of a handle, with its live keys, the current one first.
fn by_handle(
    connection: &Connection,
    handle: &TenantHandle,
    now: Timestamp,
) -> rusqlite::Result<Option<(Tenant, Vec<KeyInfo>)>> {
    let sql = format!("SELECT {COLUMNS} FROM tenants t WHERE t.handle = ?1");
    let found = connection.prepare_cached(&sql)?.query_row([handle.as_str()], read).optional()?;
    let Some(tenant) = found else { return Ok(None) };
    let keys = secret_keys::live(connection, tenant.id, now)?;
    Ok(Some((tenant, keys)))
}

/// All tenants, in order of registration.
fn all(connection: &Connection) -> rusqlite::Result<Vec<Tenant>> {
    let mut query = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM tenants t ORDER BY t.id"))?;
    let tenants = query.query_map([], read)?;
    tenants.collect()
}

pub(super) fn is_taken(connection: &Connection, key: SecretKeyHash) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM secret_keys WHERE hash = ?1)";
    connection.prepare_cached(sql)?.query_row([key.0], |row| row.get(0))
}

pub(super) fn add_key(
    connection: &Connection,
    tenant: TenantId,
    key: &NewKey,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO secret_keys (hash, handle, tenant, name, scopes, hint, created_at) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    connection.execute(
        sql,
        (
            key.hash.0,
            key.handle.as_str(),
            tenant.0,
            &key.name,
            key.scopes.to_words(),
            &key.hint,
            now.as_millis(),
        ),
    )?;
    Ok(())
}

fn settings_column(settings: &TenantSettings) -> String {
    // Texts and numbers always serialise.
    serde_json::to_string(settings).unwrap_or_else(|_| "{}".to_owned())
}

pub(super) fn read(row: &Row) -> rusqlite::Result<Tenant> {
    Ok(Tenant {
        id: TenantId(row.get("id")?),
        handle: row::word(row, "handle", TenantHandle::parse)?,
        name: row.get("name")?,
        status: row::word(row, "status", TenantStatus::parse)?,
        created_at: row::moment(row, "created_at")?,
        sandbox_of: row.get::<_, Option<i64>>("sandbox_of")?.map(TenantId),
        settings: row::json(row, "settings")?,
        limits: row::json(row, "limits")?,
        revision: row.get("revision")?,
        smtp: row.get::<_, Option<_>>("smtp")?.map(Sealed),
    })
}
