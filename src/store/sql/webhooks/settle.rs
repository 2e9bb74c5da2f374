//! Recording the outcomes of webhook deliveries.

use std::time::Duration;

use crate::domain::id::TenantId;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::time::Timestamp;
use crate::domain::webhooks::event::EventKind;
use crate::domain::webhooks::snapshot::webhook_snapshot;
use crate::domain::webhooks::webhook::{
    DisabledFor, GIVE_UP, WebhookDeliveryStatus, WebhookHandle, WebhookId, WebhookResponse, WebhookTry,
};
use crate::store::sql::audit::About;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::row::Row;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

use super::{endpoints, events};

/// The bounds of the pause after a failure. A failing endpoint is paused for as long as it has been
/// failing, within these bounds; otherwise one with a long queue would keep the sender busy all the
/// time.
const PAUSE: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(300));

/// Records the tries, and releases the endpoint, with a pause if it failed. Returns the reason if
/// this disables it.
pub fn settle(
    group: &Group,
    webhook: WebhookId,
    tried: &[WebhookTry],
    now: Timestamp,
) -> Result<Option<DisabledFor>> {
    for one in tried {
        record(group, webhook, one, now)?;
    }
    let sql = "SELECT tenant, handle, description, enabled, failing_since FROM webhooks WHERE id = ?1";
    let found = group.first(sql, with![webhook], Settled::read)?;
    let Some(Settled { tenant, handle, description, enabled, since }) = found else { return Ok(None) };
    let fails = enabled && !tried.iter().any(|one| one.response.is_success());
    let since = fails.then(|| since.unwrap_or(now));
    let paused_until = since.map(|since| now + now.since(since).clamp(PAUSE.0, PAUSE.1));
    let sql = "UPDATE webhooks SET holder = NULL, failing_since = ?2, paused_until = ?3 WHERE id = ?1";
    group.later(sql, with![webhook, since, paused_until])?;
    let reason = match tried.iter().any(|one| one.response.is_gone()) {
        true => DisabledFor::Gone,
        false if since.is_some_and(|since| now.since(since) >= GIVE_UP) => DisabledFor::Failing,
        false => return Ok(None),
    };
    if !enabled {
        return Ok(None);
    }
    let sql = "UPDATE webhooks SET enabled = 0, disabled_for = ?2 WHERE id = ?1";
    group.later(sql, with![webhook, reason.as_str()])?;
    endpoints::empty(group, webhook, now)?;
    let about = About { tenant: Some(tenant), object: Some(handle.as_str()), ..About::default() };
    group.note(now, AuditEvent::WebhookDisabled, about)?;
    let snapshot = webhook_snapshot(&handle, &description, reason);
    events::queue_tenant_event(group, tenant, EventKind::WebhookDisabled, &snapshot, now)?;
    Ok(Some(reason))
}

/// An endpoint to which tries are recorded.
struct Settled {
    tenant: TenantId,
    handle: WebhookHandle,
    description: String,
    enabled: bool,
    since: Option<Timestamp>,
}

impl Settled {
    fn read(row: &mut Row) -> Result<Self> {
        Ok(Self {
            tenant: row.get()?,
            handle: row.word(WebhookHandle::parse)?,
            description: row.get()?,
            enabled: row.get()?,
            since: row.get()?,
        })
    }
}

/// Records one try. A delivery that has ended meanwhile is not changed.
fn record(tx: &dyn Tx, webhook: WebhookId, tried: &WebhookTry, now: Timestamp) -> Result<()> {
    let status = match (tried.response.is_success(), tried.again_at) {
        (true, _) => WebhookDeliveryStatus::Sent,
        (false, Some(_)) => WebhookDeliveryStatus::Waiting,
        (false, None) => WebhookDeliveryStatus::Failed,
    };
    let again_at = tried.again_at.filter(|_| status == WebhookDeliveryStatus::Waiting);
    let (code, error) = match tried.response {
        WebhookResponse::Status(code) => (Some(code), None),
        WebhookResponse::None(error) => (None, Some(error.as_str())),
    };
    let sql = "UPDATE webhook_deliveries SET status = ?3, tries = tries + 1, due_at = ?4, ended_at = ?5, \
               last_at = ?6, last_status = ?7, last_error = ?8 \
               WHERE webhook = ?1 AND event = ?2 AND due_at IS NOT NULL";
    let ended_at = again_at.is_none().then_some(now);
    tx.later(sql, with![webhook, tried.event, status.as_str(), again_at, ended_at, now, code, error])
}
