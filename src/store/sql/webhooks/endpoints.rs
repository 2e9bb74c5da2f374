//! Webhook endpoints: adding, changing and deleting them.

use crate::domain::id::TenantId;
use crate::domain::outbound_url::OutboundUrl;
use crate::domain::reports::actor::Actor;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::time::Timestamp;
use crate::domain::webhooks::event::EventKinds;
use crate::domain::webhooks::webhook::{
    DisabledFor, MAX_WEBHOOKS, Webhook, WebhookDeliveryStatus, WebhookHandle, WebhookId,
};
use crate::store::sql::audit::About;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::row::Row;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;
use crate::store::{WebhookChange, WebhookRotation};

/// The columns of `webhooks w` that [`read`] reads.
macro_rules! columns {
    () => {
        "w.id, w.handle, w.tenant, w.url, w.description, w.events, w.enabled, w.disabled_for, w.secrets, \
         w.created_at, (SELECT count(*) FROM webhook_deliveries d WHERE d.webhook = w.id \
         AND d.due_at IS NOT NULL), w.failing_since, w.revision"
    };
}

/// Returns the events that at least one enabled endpoint of a tenant wants.
pub fn wanted(tx: &dyn Tx, tenant: TenantId) -> Result<EventKinds> {
    let sql = "SELECT events FROM webhooks WHERE tenant = ?1 AND enabled <> 0";
    let each = tx.all(sql, with![tenant], |row| row.get().map(EventKinds::from_bits))?;
    Ok(each.into_iter().fold(EventKinds::none(), EventKinds::and))
}

pub fn add(group: &Group, new: &Webhook, by: &Actor) -> Result<bool> {
    let sql = "SELECT count(*) FROM webhooks WHERE tenant = ?1";
    let count: i64 = group.one(sql, with![new.tenant], |row| row.get())?;
    if count >= MAX_WEBHOOKS as i64 {
        return Ok(false);
    }
    let sql = "INSERT INTO webhooks (id, handle, tenant, url, description, events, enabled, secrets, created_at) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    group.change(
        sql,
        with![
            new.id,
            new.handle.as_str(),
            new.tenant,
            new.url.as_str(),
            &new.description,
            new.events.bits(),
            new.enabled,
            &new.secrets,
            new.created_at,
        ],
    )?;
    let about = About::thing(new.tenant, new.handle.as_str(), by);
    group.note(new.created_at, AuditEvent::WebhookAdded, about)?;
    Ok(true)
}

pub fn all(tx: &dyn Tx, tenant: TenantId) -> Result<Vec<Webhook>> {
    let sql = concat!("SELECT ", columns!(), " FROM webhooks w WHERE w.tenant = ?1 ORDER BY w.id");
    tx.all(sql, with![tenant], read)
}

pub fn find(tx: &dyn Tx, tenant: TenantId, handle: &WebhookHandle) -> Result<Option<Webhook>> {
    let sql = concat!("SELECT ", columns!(), " FROM webhooks w WHERE w.tenant = ?1 AND w.handle = ?2");
    tx.first(sql, with![tenant, handle.as_str()], read)
}

fn read(row: &mut Row) -> Result<Webhook> {
    Ok(Webhook {
        id: row.get()?,
        handle: row.word(WebhookHandle::parse)?,
        tenant: row.get()?,
        url: row.word(OutboundUrl::kept)?,
        description: row.get()?,
        events: EventKinds::from_bits(row.get()?),
        enabled: row.get()?,
        disabled_for: row.get::<Option<String>>()?.as_deref().and_then(DisabledFor::parse),
        secrets: row.get()?,
        created_at: row.get()?,
        waiting: row.get()?,
        failing_since: row.get()?,
        revision: row.get()?,
    })
}

pub fn change(group: &Group, change: &WebhookChange, now: Timestamp) -> Result<Option<Webhook>> {
    let Some(found) = find(group, change.tenant, &change.handle)? else { return Ok(None) };
    let (url, events) = (change.url.as_ref().unwrap_or(&found.url), change.events.unwrap_or(found.events));
    let description = change.description.as_ref().unwrap_or(&found.description);
    let enabled = change.enabled.unwrap_or(found.enabled);
    let sql = "UPDATE webhooks SET url = ?2, events = ?3, description = ?4, enabled = ?5, \
               revision = revision + 1 WHERE id = ?1";
    group.later(sql, with![found.id, url.as_str(), events.bits(), description, enabled])?;
    match (found.enabled, enabled) {
        (true, false) => empty(group, found.id, now)?,
        (false, true) => renew(group, found.id)?,
        _ if change.url.is_some() => renew(group, found.id)?,
        _ => {}
    }
    let about = About::thing(change.tenant, change.handle.as_str(), &change.by);
    group.note(now, AuditEvent::WebhookChanged, about)?;
    find(group, change.tenant, &change.handle)
}

/// Clears the failure state of an endpoint, so that its deliveries are tried when they are due.
fn renew(tx: &dyn Tx, id: WebhookId) -> Result<()> {
    let sql =
        "UPDATE webhooks SET disabled_for = NULL, failing_since = NULL, paused_until = NULL WHERE id = ?1";
    tx.later(sql, with![id])
}

/// Cancels all waiting deliveries of an endpoint.
pub fn empty(tx: &dyn Tx, id: WebhookId, now: Timestamp) -> Result<()> {
    let sql = "UPDATE webhook_deliveries SET status = ?2, due_at = NULL, ended_at = ?3 \
               WHERE webhook = ?1 AND due_at IS NOT NULL";
    tx.later(sql, with![id, WebhookDeliveryStatus::Canceled.as_str(), now])?;
    let sql = "UPDATE webhooks SET failing_since = NULL, paused_until = NULL WHERE id = ?1";
    tx.later(sql, with![id])
}

pub fn rotate(group: &Group, rotation: &WebhookRotation, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE webhooks SET secrets = ?4, revision = revision + 1 \
               WHERE tenant = ?1 AND handle = ?2 AND secrets = ?3";
    let WebhookRotation { tenant, handle, seen, secrets, by } = rotation;
    let is_done = group.change(sql, with![*tenant, handle.as_str(), seen, secrets])? > 0;
    if is_done {
        group.note(now, AuditEvent::WebhookRotated, About::thing(*tenant, handle.as_str(), by))?;
    }
    Ok(is_done)
}

/// Deletes an endpoint. Its deliveries are deleted by the sweep, a few at a time.
pub fn delete(
    group: &Group,
    (tenant, handle): (TenantId, &WebhookHandle),
    by: &Actor,
    now: Timestamp,
) -> Result<bool> {
    let Some(found) = find(group, tenant, handle)? else { return Ok(false) };
    empty(group, found.id, now)?;
    group.later("DELETE FROM webhooks WHERE id = ?1", with![found.id])?;
    group.note(now, AuditEvent::WebhookDeleted, About::thing(tenant, handle.as_str(), by))?;
    Ok(true)
}
