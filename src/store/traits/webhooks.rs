//! Verbs about webhooks: endpoints, and the queue of what each is still to be told.
//!
//! What happens to a challenge is queued by the verb that makes it happen, in the same transaction.

use std::time::Duration;

use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::secret::Sealed;
use crate::domain::tenants::tenant::TenantHandle;
use crate::domain::time::Timestamp;
use crate::domain::webhooks::event::EventId;
use crate::domain::webhooks::event::{EventKind, EventKinds};
use crate::domain::webhooks::url::WebhookUrl;
use crate::domain::webhooks::webhook::{
    DisabledFor, Tried, Webhook, WebhookDelivery, WebhookDeliveryStatus, WebhookHandle, WebhookId,
};

use super::verb::Verb;

/// Webhooks.
pub trait WebhookStore {
    /// Adds an endpoint; `false` when its tenant has as many as it may.
    fn add_webhook(&self, new: Webhook) -> Verb<'_, bool>;

    /// A tenant's endpoints, in order of creation.
    fn webhooks(&self, tenant: TenantId) -> Verb<'_, Vec<Webhook>>;

    /// A tenant's endpoint.
    fn webhook(&self, tenant: TenantId, handle: WebhookHandle) -> Verb<'_, Option<Webhook>>;

    /// Changes an endpoint; `None` when the tenant has no such. One that is disabled is told nothing
    /// of what it was still to be told; one that is enabled starts anew.
    fn change_webhook(&self, change: WebhookChange, now: Timestamp) -> Verb<'_, Option<Webhook>>;

    /// Replaces the secrets of an endpoint, if they are still as the caller saw them.
    fn rotate_webhook(&self, rotation: WebhookRotation, now: Timestamp) -> Verb<'_, bool>;

    /// Deletes an endpoint, with what it was still to be told; `false` when the tenant has no such.
    fn delete_webhook(&self, tenant: TenantId, handle: WebhookHandle, now: Timestamp) -> Verb<'_, bool>;

    /// What a tenant's endpoint was told or is to be told, the newest first; `None` when the tenant has no such.
    fn posts(
        &self,
        tenant: TenantId,
        handle: WebhookHandle,
        page: WebhookDeliveryPage,
    ) -> Verb<'_, Option<Vec<WebhookDelivery>>>;

    /// Queues an event again for a tenant's endpoint, due at once.
    fn replay_post(
        &self,
        tenant: TenantId,
        handle: WebhookHandle,
        event: EventId,
        now: Timestamp,
    ) -> Verb<'_, Queued>;

    /// Queues an event that is none, to try an endpoint out.
    fn ping_webhook(&self, tenant: TenantId, handle: WebhookHandle, now: Timestamp) -> Verb<'_, Queued>;

    /// Lets go of all endpoints that a former process held. Only at start.
    fn release_webhooks(&self) -> Verb<'_, usize>;

    /// Takes at most `limit` endpoints that have something due at `now` and are held by nobody, the
    /// longest waiting first, each with at most `each` of its deliveries.
    fn claim_webhooks(&self, now: Timestamp, limit: usize, each: usize) -> Verb<'_, Vec<ClaimedWebhook>>;

    /// Records what came of the tries at an endpoint that the caller holds, and lets go of it. An
    /// endpoint that is gone, or has failed for too long, is disabled: then says why.
    fn settle_webhook(
        &self,
        id: WebhookId,
        tried: Vec<Tried>,
        now: Timestamp,
    ) -> Verb<'_, Option<DisabledFor>>;

    /// One bounded round of deleting deliveries that ended `keep` ago.
    fn sweep_webhooks(&self, now: Timestamp, keep: Duration) -> Verb<'_, SweptWebhooks>;
}

/// What is to be changed of an endpoint; what is `None` stays.
#[derive(Clone, Debug)]
pub struct WebhookChange {
    /// Whose.
    pub tenant: TenantId,
    /// Which.
    pub handle: WebhookHandle,
    /// Where it is.
    pub url: Option<WebhookUrl>,
    /// What its owner calls it.
    pub description: Option<String>,
    /// What it is told.
    pub events: Option<EventKinds>,
    /// Whether it is told anything.
    pub enabled: Option<bool>,
}

/// New secrets of an endpoint.
#[derive(Clone, Debug)]
pub struct WebhookRotation {
    /// Whose.
    pub tenant: TenantId,
    /// Which.
    pub handle: WebhookHandle,
    /// The secrets that the caller saw.
    pub seen: Sealed,
    /// The secrets from now on.
    pub secrets: Sealed,
}

/// Which deliveries are wanted.
#[derive(Clone, Copy, Debug)]
pub struct WebhookDeliveryPage {
    /// Those that stand so; all if `None`.
    pub status: Option<WebhookDeliveryStatus>,
    /// Only events before this one.
    pub before: Option<EventId>,
    /// At most so many.
    pub limit: usize,
}

/// What came of queueing an event for one endpoint.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Queued {
    /// It is due.
    Queued(EventId),
    /// The tenant has no such endpoint.
    Unknown,
    /// The endpoint was never to be told this event, or that is too long ago.
    UnknownEvent,
    /// The endpoint is disabled.
    Disabled,
    /// As many deliveries of the tenant wait as may.
    Full,
}

/// An endpoint, and what it is to be told now.
#[derive(Clone, Debug)]
pub struct ClaimedWebhook {
    /// The endpoint.
    pub webhook: WebhookId,
    /// Whose.
    pub tenant: TenantId,
    /// Its tenant's name towards the outside.
    pub tenant_handle: TenantHandle,
    /// Where it is.
    pub url: WebhookUrl,
    /// Its signing secrets.
    pub secrets: Sealed,
    /// What it is to be told.
    pub posts: Vec<ClaimedWebhookDelivery>,
}

/// An event to be told.
#[derive(Clone, Debug)]
pub struct ClaimedWebhookDelivery {
    /// Its number.
    pub event: EventId,
    /// What happened.
    pub kind: EventKind,
    /// When.
    pub at: Timestamp,
    /// To which challenge, and how that stood, without its key.
    pub challenge: Option<(ChallengeId, String)>,
    /// Tries so far.
    pub tries: u32,
}

/// What one round of sweeping did.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct SweptWebhooks {
    /// Rows deleted.
    pub deleted: usize,
    /// Deliveries of all tenants that wait.
    pub waiting: i64,
}
