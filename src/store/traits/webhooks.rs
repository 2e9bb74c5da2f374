//! The verbs for webhooks: endpoints, and the queue of deliveries of each.
//!
//! An event of a challenge is queued by the verb that causes it, in the same transaction.

use std::time::Duration;

use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::outbound_url::OutboundUrl;
use crate::domain::reports::actor::Actor;
use crate::domain::secret::Sealed;
use crate::domain::tenants::tenant::TenantHandle;
use crate::domain::time::Timestamp;
use crate::domain::trace::TraceContext;
use crate::domain::webhooks::event::EventId;
use crate::domain::webhooks::event::{EventKind, EventKinds};
use crate::domain::webhooks::webhook::{
    DisabledFor, Webhook, WebhookDelivery, WebhookDeliveryStatus, WebhookHandle, WebhookId, WebhookTry,
};

use super::verb::Verb;

/// Webhooks.
pub trait WebhookStore {
    /// Adds an endpoint. Returns `false` if its tenant has the maximum number.
    fn add_webhook(&self, new: Webhook, by: Actor) -> Verb<'_, bool>;

    /// Returns a tenant's endpoints, in order of creation.
    fn webhooks(&self, tenant: TenantId) -> Verb<'_, Vec<Webhook>>;

    /// Returns the events that at least one enabled endpoint of a tenant wants.
    fn wanted_events(&self, tenant: TenantId) -> Verb<'_, EventKinds>;

    /// Returns a tenant's endpoint.
    fn webhook(&self, tenant: TenantId, handle: WebhookHandle) -> Verb<'_, Option<Webhook>>;

    /// Changes an endpoint; returns `None` if it does not exist. Disabling it cancels its waiting
    /// deliveries; enabling it clears its failures.
    fn change_webhook(&self, change: WebhookChange, now: Timestamp) -> Verb<'_, Option<Webhook>>;

    /// Replaces the secrets of an endpoint, if they have not changed since the caller read them.
    fn rotate_webhook(&self, rotation: WebhookRotation, now: Timestamp) -> Verb<'_, bool>;

    /// Deletes an endpoint, with its waiting deliveries. Returns `false` if it does not exist.
    fn delete_webhook(
        &self,
        tenant: TenantId,
        handle: WebhookHandle,
        done: (Actor, Timestamp),
    ) -> Verb<'_, bool>;

    /// Returns the deliveries to a tenant's endpoint, newest first; `None` if the endpoint does not
    /// exist.
    fn webhook_deliveries(
        &self,
        tenant: TenantId,
        handle: WebhookHandle,
        page: WebhookDeliveryPage,
    ) -> Verb<'_, Option<Vec<WebhookDelivery>>>;

    /// Queues an event again for a tenant's endpoint, due immediately.
    fn replay_webhook_delivery(
        &self,
        tenant: TenantId,
        handle: WebhookHandle,
        event: EventId,
        now: Timestamp,
    ) -> Verb<'_, EventQueued>;

    /// Queues a test event for an endpoint.
    fn ping_webhook(&self, tenant: TenantId, handle: WebhookHandle, now: Timestamp) -> Verb<'_, EventQueued>;

    /// Releases all endpoints that a former process held. Call this only at start.
    fn release_webhooks(&self) -> Verb<'_, usize>;

    /// Claims at most `limit` endpoints that have deliveries due at `now` and are not held, the
    /// longest waiting first, each with at most `each` of its deliveries.
    fn claim_webhooks(&self, now: Timestamp, limit: usize, each: usize) -> Verb<'_, Vec<ClaimedWebhook>>;

    /// Records the outcomes of the tries at an endpoint that the caller holds, and releases it. If
    /// the endpoint is gone or has failed for too long, it is disabled, and the reason is returned.
    fn settle_webhook(
        &self,
        id: WebhookId,
        tried: Vec<WebhookTry>,
        now: Timestamp,
    ) -> Verb<'_, Option<DisabledFor>>;

    /// Runs one bounded round of deleting deliveries that ended `keep` ago.
    fn sweep_webhooks(&self, now: Timestamp, keep: Duration) -> Verb<'_, SweptWebhooks>;
}

/// A change of an endpoint; `None` leaves a field unchanged.
#[derive(Clone, Debug)]
pub struct WebhookChange {
    /// The tenant.
    pub tenant: TenantId,
    /// The endpoint.
    pub handle: WebhookHandle,
    /// The URL.
    pub url: Option<OutboundUrl>,
    /// The owner's description.
    pub description: Option<String>,
    /// The events that it receives.
    pub events: Option<EventKinds>,
    /// Whether events are sent to it.
    pub enabled: Option<bool>,
    /// The actor.
    pub by: Actor,
}

/// New secrets of an endpoint.
#[derive(Clone, Debug)]
pub struct WebhookRotation {
    /// The tenant.
    pub tenant: TenantId,
    /// The endpoint.
    pub handle: WebhookHandle,
    /// The secrets that the caller read.
    pub seen: Sealed,
    /// The new secrets.
    pub secrets: Sealed,
    /// The actor.
    pub by: Actor,
}

/// A filter for deliveries.
#[derive(Clone, Copy, Debug)]
pub struct WebhookDeliveryPage {
    /// Only those with this status; `None` for all.
    pub status: Option<WebhookDeliveryStatus>,
    /// Only events before this one.
    pub before: Option<EventId>,
    /// The maximum number of deliveries.
    pub limit: usize,
}

/// The result of queueing an event for one endpoint.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EventQueued {
    /// The event is due.
    Queued(EventId),
    /// The tenant has no such endpoint.
    Unknown,
    /// There was never such an event for this endpoint, or it was too long ago.
    UnknownEvent,
    /// The endpoint is disabled.
    Disabled,
    /// The tenant has the maximum number of waiting deliveries.
    Full,
}

/// An endpoint with its due deliveries.
#[derive(Clone, Debug)]
pub struct ClaimedWebhook {
    /// The endpoint.
    pub webhook: WebhookId,
    /// The tenant.
    pub tenant: TenantId,
    /// The tenant's public name.
    pub tenant_handle: TenantHandle,
    /// The URL.
    pub url: OutboundUrl,
    /// The signing secrets, sealed.
    pub secrets: Sealed,
    /// The deliveries to send.
    pub deliveries: Vec<ClaimedWebhookDelivery>,
}

/// A webhook delivery to send.
#[derive(Clone, Debug)]
pub struct ClaimedWebhookDelivery {
    /// The number of the event.
    pub event: EventId,
    /// The kind of event.
    pub kind: EventKind,
    /// When the event happened.
    pub at: Timestamp,
    /// The challenge, if it is about one.
    pub challenge: Option<ChallengeId>,
    /// What it is about, as it stood at that time: JSON, without the challenge's key.
    pub snapshot: Option<String>,
    /// Number of tries so far.
    pub tries: u32,
    /// Where it happened in a trace, if it is recorded in one.
    pub trace_context: Option<TraceContext>,
}

/// The result of one round of sweeping.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct SweptWebhooks {
    /// Number of deleted rows.
    pub deleted: usize,
    /// Number of waiting deliveries of all tenants.
    pub waiting: i64,
}
