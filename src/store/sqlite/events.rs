//! Events: queued in the transaction of what happened, for each endpoint that wants to be told.

use rusqlite::{Connection, Row};

use crate::domain::id::{self, ChallengeId, TenantId};
use crate::domain::time::Timestamp;
use crate::domain::webhooks::event::EventId;
use crate::domain::webhooks::event::{self, EventKind};
use crate::domain::webhooks::webhook::{MAX_WAITING, WebhookDeliveryStatus};

use super::challenges::{self, Affected};

/// Queues what happened to a challenge. Comes after the change, so that what is told is how the
/// challenge stands then. A tenant without webhooks costs nothing.
pub(super) fn tell(
    connection: &Connection,
    Affected { id: challenge, has_webhooks, .. }: &Affected,
    kind: EventKind,
    now: Timestamp,
) -> rusqlite::Result<()> {
    if !has_webhooks {
        return Ok(());
    }
    let challenge = *challenge;
    let Some((tenant, webhooks)) = wanting(connection, challenge, kind)? else { return Ok(()) };
    if waiting(connection, tenant)? >= MAX_WAITING {
        metrics::counter!("otpmint_webhooks_total", "outcome" => "dropped").increment(1);
        return Ok(());
    }
    let Some(found) = challenges::find(connection, tenant, challenge)? else { return Ok(()) };
    let snapshot = event::snapshot(&found, now);
    let event = next(connection, tenant, now)?;
    for webhook in webhooks {
        queue(connection, webhook, &New { event, kind, at: now, about: Some((challenge, &snapshot)) })?;
    }
    Ok(())
}

/// The tenant of a challenge and its endpoints that want to be told; `None` when there are none.
fn wanting(
    connection: &Connection,
    challenge: ChallengeId,
    kind: EventKind,
) -> rusqlite::Result<Option<(TenantId, Vec<i64>)>> {
    let sql = "SELECT w.tenant, w.id FROM challenges c JOIN webhooks w ON w.tenant = c.tenant \
               WHERE c.id = ?1 AND w.enabled AND w.events & ?2";
    let mut query = connection.prepare_cached(sql)?;
    let read = |row: &Row| Ok((TenantId(row.get(0)?), row.get(1)?));
    let found = query.query_map((challenge.0, kind.bit()), read)?;
    let found: Vec<(TenantId, i64)> = found.collect::<rusqlite::Result<_>>()?;
    let tenant = found.first().map(|(tenant, _)| *tenant);
    Ok(tenant.map(|tenant| (tenant, found.into_iter().map(|(_, webhook)| webhook).collect())))
}

/// Deliveries of a tenant that have not ended.
pub(super) fn waiting(connection: &Connection, tenant: TenantId) -> rusqlite::Result<i64> {
    let sql = "SELECT ifnull(sum(waiting), 0) FROM webhooks WHERE tenant = ?1";
    connection.prepare_cached(sql)?.query_row([tenant.0], |row| row.get(0))
}

/// The number of a tenant's next event: of its own, so that it tells nothing of other tenants.
pub(super) fn next(connection: &Connection, tenant: TenantId, now: Timestamp) -> rusqlite::Result<EventId> {
    let sql = "SELECT max(?2, 1 + ifnull(max(last_event), 0)) FROM webhooks WHERE tenant = ?1";
    let parameters = (tenant.0, id::first_at(now));
    connection.prepare_cached(sql)?.query_row(parameters, |row| row.get(0)).map(EventId)
}

/// An event to be queued.
pub(super) struct New<'a> {
    pub(super) event: EventId,
    pub(super) kind: EventKind,
    pub(super) at: Timestamp,
    pub(super) about: Option<(ChallengeId, &'a str)>,
}

/// Queues an event for one endpoint, due at once.
pub(super) fn queue(connection: &Connection, webhook: i64, new: &New) -> rusqlite::Result<()> {
    let sql = "INSERT INTO webhook_deliveries (webhook, event, kind, at, challenge, snapshot, status, tries, due_at) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?4)";
    connection.prepare_cached(sql)?.execute((
        webhook,
        new.event.0,
        new.kind.as_str(),
        new.at.as_millis(),
        new.about.map(|(challenge, _)| challenge.0),
        new.about.map(|(_, snapshot)| snapshot),
        WebhookDeliveryStatus::Waiting.as_str(),
    ))?;
    let sql = "UPDATE webhooks SET waiting = waiting + 1, last_event = ?2 WHERE id = ?1";
    connection.prepare_cached(sql)?.execute((webhook, new.event.0))?;
    hurry(connection, webhook, new.at)
}

/// Has an endpoint looked after at `at`, unless that is to happen earlier, or it is failing and
/// waits for its next try.
pub(super) fn hurry(connection: &Connection, webhook: i64, at: Timestamp) -> rusqlite::Result<()> {
    let sql = "UPDATE webhooks SET due_at = iif(failing_since IS NULL, min(ifnull(due_at, ?2), ?2), ifnull(due_at, ?2)) \
               WHERE id = ?1";
    connection.prepare_cached(sql)?.execute((webhook, at.as_millis()))?;
    Ok(())
}
