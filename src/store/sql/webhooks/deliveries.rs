//! The queue of each endpoint: listing, requeuing and sweeping.

use std::rc::Rc;

use crate::domain::challenges::idempotency::Made;
use crate::domain::id::TenantId;
use crate::domain::time::Timestamp;
use crate::domain::webhooks::event::EventId;
use crate::domain::webhooks::event::EventKind;
use crate::domain::webhooks::webhook::{WebhookDelivery, WebhookDeliveryStatus, WebhookHandle, WebhookId};
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::row::Row;
use crate::store::sql::rows::{EventState, Owner};
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;
use crate::store::{EventQueued, SweptWebhooks, WebhookDeliveryPage};

use super::{endpoints, events};

/// The number of rows that one round of sweeping deletes.
const ROUND: usize = 500;

/// Returns the deliveries to an endpoint, newest first.
pub fn page(
    tx: &dyn Tx,
    tenant: TenantId,
    handle: &WebhookHandle,
    page: WebhookDeliveryPage,
) -> Result<Option<Vec<WebhookDelivery>>> {
    let Some(webhook) = endpoints::find(tx, tenant, handle)? else { return Ok(None) };
    let before = page.before.map_or(i64::MAX, |event| event.0);
    let rows = match page.status {
        None => tx.all(ALL, with![webhook.id, before, page.limit], read)?,
        Some(status) => tx.all(OF_STATUS, with![webhook.id, before, page.limit, status.as_str()], read)?,
    };
    Ok(Some(rows))
}

/// Returns the delivery of one event.
pub fn one(tx: &dyn Tx, (webhook, event): (i64, i64)) -> Result<Option<WebhookDelivery>> {
    let sql = "SELECT event, kind, at, challenge, status, tries, due_at, ended_at, last_at, last_status, last_error \
               FROM webhook_deliveries WHERE webhook = ?1 AND event = ?2";
    tx.first(sql, with![webhook, event], read)
}

const ALL: &str = "SELECT event, kind, at, challenge, status, tries, due_at, ended_at, last_at, last_status, \
                   last_error FROM webhook_deliveries WHERE webhook = ?1 AND event < ?2 \
                   ORDER BY event DESC LIMIT ?3";

const OF_STATUS: &str = "SELECT event, kind, at, challenge, status, tries, due_at, ended_at, last_at, \
                         last_status, last_error FROM webhook_deliveries \
                         WHERE webhook = ?1 AND event < ?2 AND status = ?4 ORDER BY event DESC LIMIT ?3";

fn read(row: &mut Row) -> Result<WebhookDelivery> {
    Ok(WebhookDelivery {
        event: row.get()?,
        kind: row.word(EventKind::parse)?,
        at: row.get()?,
        challenge: row.get()?,
        status: row.word(WebhookDeliveryStatus::parse)?,
        tries: row.get()?,
        due_at: row.get()?,
        ended_at: row.get()?,
        last_at: row.get()?,
        last_status: row.get()?,
        last_error: row.get()?,
    })
}

/// Returns the endpoint and its tenant, if another delivery may be queued for it.
fn open_for(
    group: &Group,
    tenant: TenantId,
    handle: &WebhookHandle,
) -> Result<Result<(WebhookId, Rc<Owner>), EventQueued>> {
    let found = endpoints::find(group, tenant, handle)?.zip(group.owner(tenant)?);
    let Some((webhook, owner)) = found else { return Ok(Err(EventQueued::Unknown)) };
    Ok(match (webhook.enabled, events::is_full(group, &owner, tenant)?) {
        (false, _) => Err(EventQueued::Disabled),
        (true, true) => Err(EventQueued::Full),
        (true, false) => Ok((webhook.id, owner)),
    })
}

/// Queues an event again.
pub fn replay(
    group: &Group,
    tenant: TenantId,
    handle: &WebhookHandle,
    event: EventId,
    now: Timestamp,
) -> Result<EventQueued> {
    let (webhook, owner) = match open_for(group, tenant, handle)? {
        Ok(found) => found,
        Err(refused) => return Ok(refused),
    };
    let sql = "SELECT due_at FROM webhook_deliveries WHERE webhook = ?1 AND event = ?2";
    let found: Option<Option<Timestamp>> = group.first(sql, with![webhook, event], |row| row.get())?;
    let Some(due_at) = found else { return Ok(EventQueued::UnknownEvent) };
    let sql = "UPDATE webhook_deliveries SET status = ?3, tries = 0, due_at = ?4, ended_at = NULL \
               WHERE webhook = ?1 AND event = ?2";
    group.later(sql, with![webhook, event, WebhookDeliveryStatus::Waiting.as_str(), now])?;
    if due_at.is_none() {
        let known = owner.events(group, tenant)?;
        owner.set_events(EventState { waiting: known.waiting + 1, ..known });
    }
    at_once(group, webhook)?;
    group.made(Made::Event(event));
    Ok(EventQueued::Queued(event))
}

/// Queues a test event.
pub fn ping(group: &Group, tenant: TenantId, handle: &WebhookHandle, now: Timestamp) -> Result<EventQueued> {
    let (webhook, owner) = match open_for(group, tenant, handle)? {
        Ok(found) => found,
        Err(refused) => return Ok(refused),
    };
    let event = events::next(group, &owner, tenant, now)?;
    let new = events::NewEvent { event, kind: EventKind::Ping, at: now, challenge: None, snapshot: None };
    events::queue(group, (&owner, tenant), webhook, &new)?;
    at_once(group, webhook)?;
    group.made(Made::Event(event));
    Ok(EventQueued::Queued(event))
}

/// Ends the pause of an endpoint, because a delivery that somebody requested is tried now, even if
/// the endpoint has failed before.
fn at_once(tx: &dyn Tx, webhook: WebhookId) -> Result<()> {
    tx.later("UPDATE webhooks SET paused_until = NULL WHERE id = ?1", with![webhook])
}

/// Runs one round of deleting deliveries that ended before `cutoff`.
pub fn sweep(tx: &dyn Tx, cutoff: Timestamp) -> Result<SweptWebhooks> {
    let sql = "DELETE FROM webhook_deliveries WHERE (webhook, event) IN \
               (SELECT webhook, event FROM webhook_deliveries WHERE ended_at < ?1 ORDER BY ended_at LIMIT ?2)";
    let deleted = tx.change(sql, with![cutoff, ROUND])?;
    let sql = "SELECT count(*) FROM webhook_deliveries WHERE due_at IS NOT NULL";
    let waiting = tx.one(sql, &[], |row| row.get())?;
    Ok(SweptWebhooks { deleted, waiting })
}
