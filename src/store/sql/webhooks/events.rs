//! Events: queued in the transaction in which they happen, for each endpoint that subscribes to
//! them. The row of the endpoint is not touched, because many events happen concurrently.

use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::time::Timestamp;
use crate::domain::trace::TraceContext;
use crate::domain::webhooks::event::{EventId, EventKind};
use crate::domain::webhooks::snapshot::challenge_snapshot;
use crate::domain::webhooks::webhook::{MAX_WAITING, WebhookDeliveryStatus, WebhookId};
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::hold::HeldChallenge;
use crate::store::sql::rows::{EventState, Owner};
use crate::store::sql::value::with;
use crate::telemetry::traces;

/// Queues an event of a challenge. Call it after the change, so that the event describes the new
/// state. A tenant without webhooks costs nothing.
pub fn queue_event(group: &Group, challenge: &HeldChallenge, kind: EventKind, now: Timestamp) -> Result<()> {
    let (tenant, id) = (challenge.get().tenant, challenge.get().shown.id);
    let Some(owner) = group.owner(tenant)? else { return Ok(()) };
    tell(group, (&owner, tenant), kind, now, || (Some(id), challenge_snapshot(&challenge.get().shown, now)))
}

/// Queues an event of a tenant that is about no challenge, described by `snapshot`.
pub fn queue_tenant_event(
    group: &Group,
    tenant: TenantId,
    kind: EventKind,
    snapshot: &str,
    now: Timestamp,
) -> Result<()> {
    let Some(owner) = group.owner(tenant)? else { return Ok(()) };
    tell(group, (&owner, tenant), kind, now, || (None, snapshot.to_owned()))
}

/// Queues an event for each endpoint that wants it.
fn tell(
    group: &Group,
    (owner, tenant): (&Owner, TenantId),
    kind: EventKind,
    now: Timestamp,
    about: impl FnOnce() -> (Option<ChallengeId>, String),
) -> Result<()> {
    let endpoints = owner.endpoints(group, tenant)?;
    if !endpoints.iter().any(|endpoint| endpoint.wants(kind)) {
        return Ok(());
    }
    if is_full(group, owner, tenant)? {
        metrics::counter!("otpmint_webhooks_total", "outcome" => "dropped").increment(1);
        return Ok(());
    }
    let (challenge, snapshot) = about();
    let event = next(group, owner, tenant, now)?;
    let new = NewEvent { event, kind, at: now, challenge, snapshot: Some(&snapshot) };
    for endpoint in endpoints.iter().filter(|endpoint| endpoint.wants(kind)) {
        queue(group, (owner, tenant), endpoint.webhook, &new)?;
    }
    Ok(())
}

/// Returns whether a tenant has the maximum number of waiting deliveries.
pub fn is_full(group: &Group, owner: &Owner, tenant: TenantId) -> Result<bool> {
    Ok(owner.events(group, tenant)?.waiting >= MAX_WAITING)
}

/// Returns the number of a tenant's next event. The numbers are separate for each tenant, so that
/// they reveal nothing about others.
pub fn next(group: &Group, owner: &Owner, tenant: TenantId, now: Timestamp) -> Result<EventId> {
    let known = owner.events(group, tenant)?;
    let next = group.first_of_lane(now).max(known.last + 1);
    owner.set_events(EventState { last: next, ..known });
    Ok(EventId(next))
}

/// An event to queue.
pub struct NewEvent<'a> {
    pub event: EventId,
    pub kind: EventKind,
    pub at: Timestamp,
    /// The challenge, if it is about one.
    pub challenge: Option<ChallengeId>,
    /// What it is about, as it stands.
    pub snapshot: Option<&'a str>,
}

/// Queues an event for one endpoint, due immediately.
pub fn queue(
    group: &Group,
    (owner, tenant): (&Owner, TenantId),
    webhook: WebhookId,
    new: &NewEvent,
) -> Result<()> {
    let sql = "INSERT INTO webhook_deliveries (webhook, event, tenant, kind, at, challenge, snapshot, status, tries, \
               due_at, trace_context) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?5, ?9)";
    let waiting = WebhookDeliveryStatus::Waiting.as_str();
    let trace_context = traces::current().as_ref().map(TraceContext::to_string);
    group.later(
        sql,
        with![
            webhook,
            new.event,
            tenant,
            new.kind.as_str(),
            new.at,
            new.challenge,
            new.snapshot,
            waiting,
            trace_context.as_deref()
        ],
    )?;
    let known = owner.events(group, tenant)?;
    owner.set_events(EventState { waiting: known.waiting + 1, ..known });
    Ok(())
}
