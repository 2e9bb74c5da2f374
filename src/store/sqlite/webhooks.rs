//! Endpoints of webhooks: added, changed, deleted.

use rusqlite::{Connection, OptionalExtension, Row};

use crate::domain::id::TenantId;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::secret::Sealed;
use crate::domain::time::Timestamp;
use crate::domain::webhooks::event::EventKinds;
use crate::domain::webhooks::url::WebhookUrl;
use crate::domain::webhooks::webhook::{
    DisabledFor, MAX_WEBHOOKS, Webhook, WebhookDeliveryStatus, WebhookHandle, WebhookId,
};
use crate::store::{WebhookChange, WebhookRotation};

use super::group::Group;
use super::row;
use crate::store::sql::audit::About;

const COLUMNS: &str = "id, handle, tenant, url, description, events, enabled, disabled_for, secrets, created_at, \
                       waiting, failing_since";

pub(super) fn add(group: &Group, new: &Webhook) -> rusqlite::Result<bool> {
    let sql = "SELECT count(*) FROM webhooks WHERE tenant = ?1";
    let count: i64 = group.prepare_cached(sql)?.query_row([new.tenant.0], |row| row.get(0))?;
    if count >= MAX_WEBHOOKS as i64 {
        return Ok(false);
    }
    let sql = "INSERT INTO webhooks (id, handle, tenant, url, description, events, enabled, secrets, created_at, \
               last_event, waiting, held) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, 0, 0)";
    group.prepare_cached(sql)?.execute((
        new.id.0,
        new.handle.as_str(),
        new.tenant.0,
        new.url.as_str(),
        &new.description,
        new.events.bits(),
        new.enabled,
        &new.secrets.0,
        new.created_at.as_millis(),
    ))?;
    note(group, new.tenant, AuditEvent::WebhookAdded, new.created_at)?;
    Ok(true)
}

/// Writes down what was done to a tenant's endpoint.
pub(super) fn note(
    group: &Group,
    tenant: TenantId,
    event: AuditEvent,
    now: Timestamp,
) -> rusqlite::Result<()> {
    group.note(now, event, About { tenant: Some(tenant), ..About::default() })
}

pub(super) fn all(connection: &Connection, tenant: TenantId) -> rusqlite::Result<Vec<Webhook>> {
    let sql = format!("SELECT {COLUMNS} FROM webhooks WHERE tenant = ?1 ORDER BY id");
    let mut query = connection.prepare_cached(&sql)?;
    query.query_map([tenant.0], read)?.collect()
}

pub(super) fn find(
    connection: &Connection,
    tenant: TenantId,
    handle: &WebhookHandle,
) -> rusqlite::Result<Option<Webhook>> {
    let sql = format!("SELECT {COLUMNS} FROM webhooks WHERE tenant = ?1 AND handle = ?2");
    connection.prepare_cached(&sql)?.query_row((tenant.0, handle.as_str()), read).optional()
}

fn read(row: &Row) -> rusqlite::Result<Webhook> {
    let reason = row.get::<_, Option<String>>("disabled_for")?;
    Ok(Webhook {
        id: WebhookId(row.get("id")?),
        handle: row::word(row, "handle", WebhookHandle::parse)?,
        tenant: TenantId(row.get("tenant")?),
        url: row::word(row, "url", WebhookUrl::kept)?,
        description: row.get("description")?,
        events: EventKinds::from_bits(row.get("events")?),
        enabled: row.get("enabled")?,
        disabled_for: reason.as_deref().and_then(DisabledFor::parse),
        secrets: Sealed(row.get("secrets")?),
        created_at: row::moment(row, "created_at")?,
        waiting: row.get("waiting")?,
        failing_since: row::maybe_moment(row, "failing_since")?,
    })
}

pub(super) fn change(
    group: &Group,
    change: &WebhookChange,
    now: Timestamp,
) -> rusqlite::Result<Option<Webhook>> {
    let Some(found) = find(group, change.tenant, &change.handle)? else { return Ok(None) };
    let (url, events) = (change.url.as_ref().unwrap_or(&found.url), change.events.unwrap_or(found.events));
    let description = change.description.as_ref().unwrap_or(&found.description);
    let enabled = change.enabled.unwrap_or(found.enabled);
    let sql = "UPDATE webhooks SET url = ?2, events = ?3, description = ?4, enabled = ?5 WHERE id = ?1";
    let parameters = (found.id.0, url.as_str(), events.bits(), description, enabled);
    group.prepare_cached(sql)?.execute(parameters)?;
    match (found.enabled, enabled) {
        (true, false) => empty(group, found.id, now)?,
        (false, true) => renew(group, found.id)?,
        _ if change.url.is_some() => renew(group, found.id)?,
        _ => {}
    }
    note(group, change.tenant, AuditEvent::WebhookChanged, now)?;
    find(group, change.tenant, &change.handle)
}

/// Forgets that an endpoint has failed: what waits for it is tried as it is due.
fn renew(connection: &Connection, id: WebhookId) -> rusqlite::Result<()> {
    let sql = "UPDATE webhooks SET disabled_for = NULL, failing_since = NULL, \
               due_at = (SELECT min(due_at) FROM webhook_deliveries WHERE webhook = ?1 AND due_at IS NOT NULL) \
               WHERE id = ?1";
    connection.prepare_cached(sql)?.execute([id.0])?;
    Ok(())
}

/// Ends everything that an endpoint was still to be told.
pub(super) fn empty(connection: &Connection, id: WebhookId, now: Timestamp) -> rusqlite::Result<()> {
    let sql = "UPDATE webhook_deliveries SET status = ?2, due_at = NULL, ended_at = ?3 \
               WHERE webhook = ?1 AND due_at IS NOT NULL";
    let canceled = WebhookDeliveryStatus::Canceled.as_str();
    connection.prepare_cached(sql)?.execute((id.0, canceled, now.as_millis()))?;
    let sql = "UPDATE webhooks SET waiting = 0, due_at = NULL, failing_since = NULL WHERE id = ?1";
    connection.prepare_cached(sql)?.execute([id.0])?;
    Ok(())
}

pub(super) fn rotate(group: &Group, rotation: &WebhookRotation, now: Timestamp) -> rusqlite::Result<bool> {
    let sql = "UPDATE webhooks SET secrets = ?4 WHERE tenant = ?1 AND handle = ?2 AND secrets = ?3";
    let parameters = (rotation.tenant.0, rotation.handle.as_str(), &rotation.seen.0, &rotation.secrets.0);
    let is_done = group.prepare_cached(sql)?.execute(parameters)? > 0;
    if is_done {
        note(group, rotation.tenant, AuditEvent::WebhookRotated, now)?;
    }
    Ok(is_done)
}

/// Deletes an endpoint. What it was told goes with the sweep, a little at a time.
pub(super) fn delete(
    group: &Group,
    tenant: TenantId,
    handle: &WebhookHandle,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let Some(found) = find(group, tenant, handle)? else { return Ok(false) };
    empty(group, found.id, now)?;
    group.prepare_cached("DELETE FROM webhooks WHERE id = ?1")?.execute([found.id.0])?;
    note(group, tenant, AuditEvent::WebhookDeleted, now)?;
    Ok(true)
}
