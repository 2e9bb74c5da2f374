//! The queue of each endpoint: claimed, settled, looked at, queued again, swept.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Row};

use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::reports::audit::AuditEvent;
use crate::domain::secret::Sealed;
use crate::domain::tenants::tenant::{TenantHandle, TenantStatus};
use crate::domain::time::Timestamp;
use crate::domain::webhooks::event::EventId;
use crate::domain::webhooks::event::EventKind;
use crate::domain::webhooks::url::WebhookUrl;
use crate::domain::webhooks::webhook::{
    Answer, DisabledFor, GIVE_UP, MAX_WAITING, Tried, Webhook, WebhookDelivery, WebhookDeliveryStatus,
    WebhookHandle, WebhookId,
};
use crate::store::{ClaimedWebhook, ClaimedWebhookDelivery, Queued, SweptWebhooks, WebhookDeliveryPage};

use super::group::Group;
use super::{events, row, webhooks};

/// An endpoint that fails is tried again after at least as long as it has failed, within these: with
/// a long queue it would otherwise keep the sender busy all the time.
const PAUSE: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(300));

/// Rows that one round of sweeping deletes.
const ROUND: usize = 500;

/// Whether anything is due. What a disabled tenant has queued, or its sandbox, waits for it to be
/// switched on again.
pub(super) fn any_due(connection: &Connection, now: Timestamp) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM webhooks w JOIN tenants t ON t.id = w.tenant \
               LEFT JOIN tenants l ON l.id = t.sandbox_of \
               WHERE w.due_at <= ?1 AND w.held = 0 AND t.status = ?2 AND ifnull(l.status, ?2) = ?2)";
    let parameters = (now.as_millis(), TenantStatus::Active.as_str());
    connection.prepare_cached(sql)?.query_row(parameters, |row| row.get(0))
}

pub(super) fn claim(
    connection: &Connection,
    now: Timestamp,
    limit: usize,
    each: usize,
) -> rusqlite::Result<Vec<ClaimedWebhook>> {
    let sql = "SELECT w.id, w.tenant, t.handle, w.url, w.secrets FROM webhooks w JOIN tenants t ON t.id = w.tenant \
               LEFT JOIN tenants l ON l.id = t.sandbox_of \
               WHERE w.due_at <= ?1 AND w.held = 0 AND t.status = ?2 AND ifnull(l.status, ?2) = ?2 \
               ORDER BY w.due_at LIMIT ?3";
    let mut query = connection.prepare_cached(sql)?;
    let parameters = (now.as_millis(), TenantStatus::Active.as_str(), limit as i64);
    let found = query.query_map(parameters, read_endpoint)?.collect::<rusqlite::Result<Vec<_>>>()?;
    let mut claimed = Vec::new();
    for endpoint in found {
        let posts = due(connection, endpoint.webhook, now, each)?;
        if posts.is_empty() {
            let_go(connection, endpoint.webhook, now)?;
        } else {
            let hold = "UPDATE webhooks SET held = 1 WHERE id = ?1";
            connection.prepare_cached(hold)?.execute([endpoint.webhook.0])?;
            claimed.push(ClaimedWebhook { posts, ..endpoint });
        }
    }
    Ok(claimed)
}

fn read_endpoint(row: &Row) -> rusqlite::Result<ClaimedWebhook> {
    Ok(ClaimedWebhook {
        webhook: WebhookId(row.get("id")?),
        tenant: TenantId(row.get("tenant")?),
        tenant_handle: row::word(row, "handle", TenantHandle::parse)?,
        url: row::word(row, "url", WebhookUrl::kept)?,
        secrets: Sealed(row.get("secrets")?),
        posts: Vec::new(),
    })
}

fn due(
    connection: &Connection,
    webhook: WebhookId,
    now: Timestamp,
    limit: usize,
) -> rusqlite::Result<Vec<ClaimedWebhookDelivery>> {
    let sql = "SELECT event, kind, at, challenge, snapshot, tries FROM webhook_deliveries \
               WHERE webhook = ?1 AND due_at <= ?2 ORDER BY due_at, event LIMIT ?3";
    let mut query = connection.prepare_cached(sql)?;
    let read = |row: &Row| {
        let challenge = row.get::<_, Option<i64>>("challenge")?.map(ChallengeId);
        let snapshot = row.get::<_, Option<String>>("snapshot")?;
        Ok(ClaimedWebhookDelivery {
            event: EventId(row.get("event")?),
            kind: row::word(row, "kind", EventKind::parse)?,
            at: row::moment(row, "at")?,
            challenge: challenge.zip(snapshot),
            tries: row.get("tries")?,
        })
    };
    query.query_map((webhook.0, now.as_millis(), limit as i64), read)?.collect()
}

/// Lets go of an endpoint until its next delivery is due; while it fails, not before its pause.
fn let_go(connection: &Connection, webhook: WebhookId, now: Timestamp) -> rusqlite::Result<()> {
    let sql = "UPDATE webhooks SET held = 0, \
               due_at = (SELECT max(min(d.due_at), ?2) FROM webhook_deliveries d \
                         WHERE d.webhook = ?1 AND d.due_at IS NOT NULL) WHERE id = ?1";
    let sql_since = "SELECT failing_since FROM webhooks WHERE id = ?1";
    let since = connection.prepare_cached(sql_since)?.query_row([webhook.0], |row| row.get(0)).optional()?;
    let since = since.flatten().map(Timestamp::from_millis);
    let not_before =
        since.map_or(Timestamp::default(), |since| now + now.since(since).clamp(PAUSE.0, PAUSE.1));
    connection.prepare_cached(sql)?.execute((webhook.0, not_before.as_millis()))?;
    Ok(())
}

pub(super) fn settle(
    group: &Group,
    webhook: WebhookId,
    tried: &[Tried],
    now: Timestamp,
) -> rusqlite::Result<Option<DisabledFor>> {
    let mut ended = 0;
    for one in tried {
        ended += record(group, webhook, one, now)?;
    }
    let is_good = tried.iter().any(|one| one.answer.is_success());
    let sql = "UPDATE webhooks SET waiting = max(0, waiting - ?2), \
               failing_since = iif(?3 OR NOT enabled, NULL, ifnull(failing_since, ?4)) WHERE id = ?1 \
               RETURNING tenant, enabled, failing_since";
    let read = |row: &Row| Ok((TenantId(row.get(0)?), row.get::<_, bool>(1)?, row.get::<_, Option<i64>>(2)?));
    let parameters = (webhook.0, ended as i64, is_good, now.as_millis());
    let found = group.prepare_cached(sql)?.query_row(parameters, read).optional()?;
    let Some((tenant, enabled, since)) = found else { return Ok(None) };
    let_go(group, webhook, now)?;
    let has_failed_long = since.is_some_and(|since| now.since(Timestamp::from_millis(since)) >= GIVE_UP);
    let reason = match tried.iter().any(|one| one.answer.is_gone()) {
        true => DisabledFor::Gone,
        false if has_failed_long => DisabledFor::Failing,
        false => return Ok(None),
    };
    if !enabled {
        return Ok(None);
    }
    let sql = "UPDATE webhooks SET enabled = 0, disabled_for = ?2 WHERE id = ?1";
    group.prepare_cached(sql)?.execute((webhook.0, reason.as_str()))?;
    webhooks::empty(group, webhook, now)?;
    webhooks::note(group, tenant, AuditEvent::WebhookDisabled, now)?;
    Ok(Some(reason))
}

/// Records one try; how many deliveries ended by it. One that ended meanwhile stays as it is.
fn record(
    connection: &Connection,
    webhook: WebhookId,
    tried: &Tried,
    now: Timestamp,
) -> rusqlite::Result<usize> {
    let status = match (tried.answer.is_success(), tried.again_at) {
        (true, _) => WebhookDeliveryStatus::Sent,
        (false, Some(_)) => WebhookDeliveryStatus::Waiting,
        (false, None) => WebhookDeliveryStatus::Failed,
    };
    let again_at = tried.again_at.filter(|_| status == WebhookDeliveryStatus::Waiting);
    let (code, error) = match tried.answer {
        Answer::Status(code) => (Some(code), None),
        Answer::None(error) => (None, Some(error.as_str())),
    };
    let sql = "UPDATE webhook_deliveries SET status = ?3, tries = tries + 1, due_at = ?4, ended_at = ?5, \
               last_at = ?6, last_status = ?7, last_error = ?8 \
               WHERE webhook = ?1 AND event = ?2 AND due_at IS NOT NULL";
    let ended_at = again_at.is_none().then_some(now.as_millis());
    let changed = connection.prepare_cached(sql)?.execute((
        webhook.0,
        tried.event.0,
        status.as_str(),
        again_at.map(Timestamp::as_millis),
        ended_at,
        now.as_millis(),
        code,
        error,
    ))?;
    Ok(if again_at.is_none() { changed } else { 0 })
}

pub(super) fn page(
    connection: &Connection,
    tenant: TenantId,
    handle: &WebhookHandle,
    page: WebhookDeliveryPage,
) -> rusqlite::Result<Option<Vec<WebhookDelivery>>> {
    let Some(webhook) = webhooks::find(connection, tenant, handle)? else { return Ok(None) };
    let columns =
        "event, kind, at, challenge, status, tries, due_at, ended_at, last_at, last_status, last_error";
    let wanted = page.status.map_or("", |_| "AND status = ?4");
    let sql = format!(
        "SELECT {columns} FROM webhook_deliveries WHERE webhook = ?1 AND event < ?2 {wanted} \
         ORDER BY event DESC LIMIT ?3"
    );
    let mut query = connection.prepare_cached(&sql)?;
    let before = page.before.map_or(i64::MAX, |event| event.0);
    let rows = match page.status {
        None => {
            query.query_map((webhook.id.0, before, page.limit as i64), read)?.collect::<Result<_, _>>()?
        }
        Some(status) => query
            .query_map((webhook.id.0, before, page.limit as i64, status.as_str()), read)?
            .collect::<Result<_, _>>()?,
    };
    Ok(Some(rows))
}

fn read(row: &Row) -> rusqlite::Result<WebhookDelivery> {
    Ok(WebhookDelivery {
        event: EventId(row.get("event")?),
        kind: row::word(row, "kind", EventKind::parse)?,
        at: row::moment(row, "at")?,
        challenge: row.get::<_, Option<i64>>("challenge")?.map(ChallengeId),
        status: row::word(row, "status", WebhookDeliveryStatus::parse)?,
        tries: row.get("tries")?,
        due_at: row::maybe_moment(row, "due_at")?,
        ended_at: row::maybe_moment(row, "ended_at")?,
        last_at: row::maybe_moment(row, "last_at")?,
        last_status: row.get("last_status")?,
        last_error: row.get("last_error")?,
    })
}

/// The endpoint, if one more delivery may be queued for it.
fn open_for(
    connection: &Connection,
    tenant: TenantId,
    handle: &WebhookHandle,
) -> rusqlite::Result<Result<Webhook, Queued>> {
    let Some(webhook) = webhooks::find(connection, tenant, handle)? else { return Ok(Err(Queued::Unknown)) };
    Ok(match (webhook.enabled, events::waiting(connection, tenant)?) {
        (false, _) => Err(Queued::Disabled),
        (true, MAX_WAITING..) => Err(Queued::Full),
        (true, _) => Ok(webhook),
    })
}

pub(super) fn replay(
    connection: &Connection,
    tenant: TenantId,
    handle: &WebhookHandle,
    event: EventId,
    now: Timestamp,
) -> rusqlite::Result<Queued> {
    let webhook = match open_for(connection, tenant, handle)? {
        Ok(webhook) => webhook.id.0,
        Err(refused) => return Ok(refused),
    };
    let sql = "SELECT due_at IS NULL FROM webhook_deliveries WHERE webhook = ?1 AND event = ?2";
    let found = connection.prepare_cached(sql)?.query_row((webhook, event.0), |row| row.get(0)).optional()?;
    let Some(had_ended) = found else { return Ok(Queued::UnknownEvent) };
    let sql = "UPDATE webhook_deliveries SET status = ?3, tries = 0, due_at = ?4, ended_at = NULL \
               WHERE webhook = ?1 AND event = ?2";
    let waiting = WebhookDeliveryStatus::Waiting.as_str();
    connection.prepare_cached(sql)?.execute((webhook, event.0, waiting, now.as_millis()))?;
    if had_ended {
        connection
            .prepare_cached("UPDATE webhooks SET waiting = waiting + 1 WHERE id = ?1")?
            .execute([webhook])?;
    }
    at_once(connection, webhook, now)?;
    Ok(Queued::Queued(event))
}

pub(super) fn ping(
    connection: &Connection,
    tenant: TenantId,
    handle: &WebhookHandle,
    now: Timestamp,
) -> rusqlite::Result<Queued> {
    let webhook = match open_for(connection, tenant, handle)? {
        Ok(webhook) => webhook.id.0,
        Err(refused) => return Ok(refused),
    };
    let event = events::next(connection, tenant, now)?;
    events::queue(connection, webhook, &events::New { event, kind: EventKind::Ping, at: now, about: None })?;
    at_once(connection, webhook, now)?;
    Ok(Queued::Queued(event))
}

/// What somebody asks for is tried now, whether or not the endpoint has failed before.
fn at_once(connection: &Connection, webhook: i64, now: Timestamp) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE webhooks SET due_at = ?2 WHERE id = ?1")?
        .execute((webhook, now.as_millis()))?;
    Ok(())
}

pub(super) fn sweep(connection: &Connection, cutoff: Timestamp) -> rusqlite::Result<SweptWebhooks> {
    let sql = "DELETE FROM webhook_deliveries WHERE (webhook, event) IN \
               (SELECT webhook, event FROM webhook_deliveries WHERE ended_at < ?1 ORDER BY ended_at LIMIT ?2)";
    let deleted = connection.prepare_cached(sql)?.execute((cutoff.as_millis(), ROUND as i64))?;
    let sql = "SELECT ifnull(sum(waiting), 0) FROM webhooks";
    let waiting = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    Ok(SweptWebhooks { deleted, waiting })
}
