//! Tenants: registering, changing, enabling and disabling them.

use crate::domain::id::TenantId;
use crate::domain::reports::actor::Actor;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::secret::SecretKeyHash;
use crate::domain::tenants::credential::{KeyHandle, KeyInfo, Scopes};
use crate::domain::tenants::tenant::{Tenant, TenantHandle, TenantStatus};
use crate::domain::time::Timestamp;
use crate::store::sql::audit::About;
use crate::store::sql::console::sessions;
use crate::store::sql::dialect::{is_active, live_tenant};
use crate::store::sql::engine::Engine;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::row::Row;
use crate::store::sql::store::SqlStore;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;
use crate::store::{Changed, KeyRotation, NewTenant, Rotated, TenantChange, TenantStore, UsableKey, Verb};

use super::tenant_row::{by_id, limits_column, read, settings_column, tenant_columns};
use super::{allowed_pages, deletion, logins, logos, secret_keys};

impl<E: Engine> TenantStore for SqlStore<E> {
    fn add_tenant(&self, new: NewTenant) -> Verb<'_, bool> {
        self.write(move |group| add(group, &new))
    }

    fn tenant_by_key(&self, key: SecretKeyHash, now: Timestamp) -> Verb<'_, Option<(Tenant, UsableKey)>> {
        self.read(move |tx| by_key(tx, key, now))
    }

    fn tenant(&self, id: TenantId) -> Verb<'_, Option<Tenant>> {
        self.read(move |tx| by_id(tx, id))
    }

    fn tenant_by_handle(
        &self,
        handle: TenantHandle,
        now: Timestamp,
    ) -> Verb<'_, Option<(Tenant, Vec<KeyInfo>)>> {
        self.read(move |tx| by_handle(tx, &handle, now))
    }

    fn tenants(&self) -> Verb<'_, Vec<Tenant>> {
        self.read(|tx| {
            let sql = concat!("SELECT ", tenant_columns!(), " FROM tenants t ORDER BY t.id");
            tx.all(sql, &[], read)
        })
    }

    fn set_tenant_status(
        &self,
        id: TenantId,
        status: TenantStatus,
        by: Actor,
        now: Timestamp,
    ) -> Verb<'_, bool> {
        self.write(move |group| set_status(group, About::tenant(id, &by), status, now))
    }

    fn change_tenant(&self, change: TenantChange, now: Timestamp) -> Verb<'_, Changed> {
        self.write(move |group| apply(group, &change, now))
    }

    fn rotate_key(&self, new: KeyRotation, now: Timestamp) -> Verb<'_, Rotated> {
        self.write(move |group| secret_keys::rotate(group, &new, now))
    }
}

/// Adds a tenant with its first key, unless the key is taken.
fn add(group: &Group, new: &NewTenant) -> Result<bool> {
    if secret_keys::is_taken(group, &new.key.hash)? {
        return Ok(false);
    }
    let tenant = &new.tenant;
    deletion::refuse_former(group, &tenant.handle)?;
    group.later(
        "INSERT INTO tenants (id, handle, name, status, created_at, sandbox_of, settings, revision, routes, \
         limits) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        with![
            tenant.id,
            tenant.handle.as_str(),
            &tenant.name,
            tenant.status.as_str(),
            tenant.created_at,
            tenant.sandbox_of,
            &settings_column(&tenant.settings),
            tenant.revision,
            tenant.routes.as_ref(),
            limits_column(&tenant.limits).as_deref(),
        ],
    )?;
    logins::keep(group, tenant.id, &new.logins)?;
    allowed_pages::keep(group, tenant.id, &tenant.settings)?;
    secret_keys::insert(group, tenant.id, &new.key, tenant.created_at)?;
    let about = About::thing(tenant.id, new.key.handle.as_str(), &new.by);
    group.note(tenant.created_at, AuditEvent::TenantRegistered, about)?;
    Ok(true)
}

/// Changes a tenant, unless somebody else has changed it since the caller read it.
fn apply(group: &Group, change: &TenantChange, now: Timestamp) -> Result<Changed> {
    let sql = "UPDATE tenants SET name = ?3, settings = ?4, routes = ?5, revision = revision + 1 \
               WHERE id = ?1 AND revision = ?2";
    let settings = settings_column(&change.settings);
    let with = with![change.tenant, change.seen, &change.name, &settings, change.routes.as_ref()];
    if group.change(sql, with)? == 0 {
        return Ok(Changed::Conflict);
    }
    allowed_pages::keep(group, change.tenant, &change.settings)?;
    logos::keep(group, change)?;
    if let Some(logins) = &change.logins {
        logins::keep(group, change.tenant, logins)?;
    }
    if change.happened.is_empty() {
        group.note(now, AuditEvent::TenantChanged, About::tenant(change.tenant, &change.by))?;
    }
    for (event, route) in &change.happened {
        group.note(now, *event, About::thing(change.tenant, route.as_str(), &change.by))?;
    }
    Ok(Changed::Changed)
}

/// Enables or disables a tenant. One that is to be deleted stays disabled.
pub fn set_status(group: &Group, about: About, status: TenantStatus, now: Timestamp) -> Result<bool> {
    if status == TenantStatus::Active
        && let Some(tenant) = about.tenant
        && deletion::is_known(group, tenant)?
    {
        return Ok(false);
    }
    let sql = "UPDATE tenants SET status = ?2, revision = revision + 1 WHERE id = ?1";
    if group.change(sql, with![about.tenant, status.as_str()])? == 0 {
        return Ok(false);
    }
    let event = match status {
        TenantStatus::Active => AuditEvent::TenantEnabled,
        TenantStatus::Disabled => {
            // Signed-in users must prove again that they have a key, once the tenant is enabled again.
            sessions::end_of_tenant(group, about.tenant)?;
            AuditEvent::TenantDisabled
        }
    };
    group.note(now, event, about)?;
    Ok(true)
}

/// Returns the active tenant of a live key, and the key. A sandbox is active only if its tenant is.
fn by_key(tx: &dyn Tx, key: SecretKeyHash, now: Timestamp) -> Result<Option<(Tenant, UsableKey)>> {
    let sql = concat!(
        "SELECT ",
        tenant_columns!(),
        ", k.handle, k.scopes, k.networks, k.last_used_at, k.refused_at \
         FROM secret_keys k JOIN tenants t ON t.id = k.tenant ",
        live_tenant!(),
        " WHERE k.hash = ?1 AND (k.expires_at IS NULL OR k.expires_at > ?2) AND ",
        is_active!()
    );
    tx.first(sql, with![&key, now], |row| Ok((read(row)?, usable(row)?)))
}

fn usable(row: &mut Row) -> Result<UsableKey> {
    Ok(UsableKey {
        handle: row.word(KeyHandle::parse)?,
        scopes: row.word(Scopes::from_words)?,
        networks: secret_keys::networks(row)?,
        last_used_at: row.get()?,
        refused_at: row.get()?,
    })
}

/// Returns the tenant with a handle, and its live keys, the current one first.
fn by_handle(tx: &dyn Tx, handle: &TenantHandle, now: Timestamp) -> Result<Option<(Tenant, Vec<KeyInfo>)>> {
    let sql = concat!("SELECT ", tenant_columns!(), " FROM tenants t WHERE t.handle = ?1");
    let Some(tenant) = tx.first(sql, with![handle.as_str()], read)? else { return Ok(None) };
    let keys = secret_keys::live(tx, tenant.id, now)?;
    Ok(Some((tenant, keys)))
}
