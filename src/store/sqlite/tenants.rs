//! Tenants and their secret keys.

use rusqlite::{Connection, OptionalExtension, Row};

use crate::domain::audit::AuditEvent;
use crate::domain::id::TenantId;
use crate::domain::secret::{Sealed, SecretKeyHash};
use crate::domain::tenant::{KeyInfo, Tenant, TenantHandle, TenantStatus};
use crate::domain::time::Timestamp;
use crate::store::{NewKey, NewTenant, TenantStore, Verb};

use super::audit::{About, Trail};
use super::{SqliteStore, row};

impl TenantStore for SqliteStore {
    fn add_tenant(&self, new: NewTenant) -> Verb<'_, bool> {
        self.audited(move |connection, trail| add(connection, trail, &new))
    }

    fn tenant_by_key(&self, key: SecretKeyHash, now: Timestamp) -> Verb<'_, Option<Tenant>> {
        self.read(move |connection| by_key(connection, key, now))
    }

    fn tenant(&self, id: TenantId) -> Verb<'_, Option<Tenant>> {
        self.read(move |connection| by_id(connection, id))
    }

    fn tenant_by_handle(
        &self,
        handle: TenantHandle,
        now: Timestamp,
    ) -> Verb<'_, Option<(Tenant, Vec<KeyInfo>)>> {
        self.read(move |connection| by_handle(connection, &handle, now))
    }

    fn tenants(&self) -> Verb<'_, Vec<Tenant>> {
        self.read(all)
    }

    fn set_tenant_status(&self, id: TenantId, status: TenantStatus, now: Timestamp) -> Verb<'_, bool> {
        self.audited(move |connection, trail| set_status(connection, trail, id, status, now))
    }

    fn rotate_key(&self, new: NewKey, now: Timestamp) -> Verb<'_, bool> {
        self.audited(move |connection, trail| rotate_key(connection, trail, &new, now))
    }
}

const COLUMNS: &str = "t.id, t.handle, t.name, t.status, t.created_at, t.smtp";

/// Adds a tenant with its first key, unless the key is taken.
fn add(connection: &Connection, trail: &Trail, new: &NewTenant) -> rusqlite::Result<bool> {
    if is_taken(connection, new.key)? {
        return Ok(false);
    }
    let tenant = &new.tenant;
    connection.execute(
        "INSERT INTO tenants (id, handle, name, status, created_at, smtp) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        (
            tenant.id.0,
            tenant.handle.as_str(),
            &tenant.name,
            tenant.status.as_str(),
            tenant.created_at.as_millis(),
            &tenant.smtp.0,
        ),
    )?;
    add_key(connection, tenant.id, new.key, &new.key_hint, tenant.created_at)?;
    let about = About { tenant: Some(tenant.id), origin: new.origin, ..About::default() };
    trail.note(tenant.created_at, AuditEvent::TenantRegistered, about)?;
    Ok(true)
}

/// Gives a tenant a new key. The present one lives on for the overlap, an older one ends.
fn rotate_key(
    connection: &Connection,
    trail: &Trail,
    new: &NewKey,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    if is_taken(connection, new.key)? {
        return Ok(false);
    }
    connection
        .execute("DELETE FROM secret_keys WHERE tenant = ?1 AND expires_at IS NOT NULL", [new.tenant.0])?;
    connection.execute(
        "UPDATE secret_keys SET expires_at = ?2 WHERE tenant = ?1",
        (new.tenant.0, (now + new.overlap).as_millis()),
    )?;
    add_key(connection, new.tenant, new.key, &new.hint, now)?;
    trail.note(now, AuditEvent::KeyRotated, About { tenant: Some(new.tenant), ..About::default() })?;
    Ok(true)
}

/// Switches a tenant on or off.
fn set_status(
    connection: &Connection,
    trail: &Trail,
    id: TenantId,
    status: TenantStatus,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let sql = "UPDATE tenants SET status = ?2 WHERE id = ?1";
    if connection.execute(sql, (id.0, status.as_str()))? == 0 {
        return Ok(false);
    }
    let event = match status {
        TenantStatus::Active => AuditEvent::TenantEnabled,
        TenantStatus::Disabled => AuditEvent::TenantDisabled,
    };
    trail.note(now, event, About { tenant: Some(id), ..About::default() })?;
    Ok(true)
}

/// The active tenant of a live key.
fn by_key(connection: &Connection, key: SecretKeyHash, now: Timestamp) -> rusqlite::Result<Option<Tenant>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM secret_keys k JOIN tenants t ON t.id = k.tenant \
         WHERE k.hash = ?1 AND (k.expires_at IS NULL OR k.expires_at > ?2) AND t.status = ?3"
    );
    let parameters = (key.0, now.as_millis(), TenantStatus::Active.as_str());
    connection.prepare_cached(&sql)?.query_row(parameters, read).optional()
}

/// The tenant of a row.
fn by_id(connection: &Connection, id: TenantId) -> rusqlite::Result<Option<Tenant>> {
    let sql = format!("SELECT {COLUMNS} FROM tenants t WHERE t.id = ?1");
    connection.prepare_cached(&sql)?.query_row([id.0], read).optional()
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
    let mut query = connection.prepare_cached(
        "SELECT hint, created_at, expires_at FROM secret_keys \
         WHERE tenant = ?1 AND (expires_at IS NULL OR expires_at > ?2) ORDER BY expires_at NULLS FIRST",
    )?;
    let keys = query.query_map((tenant.id.0, now.as_millis()), |row| {
        Ok(KeyInfo {
            hint: row.get(0)?,
            created_at: row::moment(row, "created_at")?,
            expires_at: row::maybe_moment(row, "expires_at")?,
        })
    })?;
    let keys = keys.collect::<rusqlite::Result<_>>()?;
    Ok(Some((tenant, keys)))
}

/// All tenants, in order of registration.
fn all(connection: &Connection) -> rusqlite::Result<Vec<Tenant>> {
    let mut query = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM tenants t ORDER BY t.id"))?;
    let tenants = query.query_map([], read)?;
    tenants.collect()
}

fn is_taken(connection: &Connection, key: SecretKeyHash) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM secret_keys WHERE hash = ?1)";
    connection.prepare_cached(sql)?.query_row([key.0], |row| row.get(0))
}

fn add_key(
    connection: &Connection,
    tenant: TenantId,
    key: SecretKeyHash,
    hint: &str,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO secret_keys (hash, tenant, hint, created_at) VALUES (?1, ?2, ?3, ?4)";
    connection.execute(sql, (key.0, tenant.0, hint, now.as_millis()))?;
    Ok(())
}

fn read(row: &Row) -> rusqlite::Result<Tenant> {
    Ok(Tenant {
        id: TenantId(row.get("id")?),
        handle: row::word(row, "handle", TenantHandle::parse)?,
        name: row.get("name")?,
        status: row::word(row, "status", TenantStatus::parse)?,
        created_at: row::moment(row, "created_at")?,
        smtp: Sealed(row.get("smtp")?),
    })
}
