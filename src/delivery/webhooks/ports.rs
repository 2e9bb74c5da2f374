//! What the sender of webhooks is given to send, and needs of whoever keeps it.

use crate::domain::BoxFuture;
use crate::domain::time::Timestamp;
use crate::domain::webhooks::event::EventId;
use crate::domain::webhooks::url::WebhookUrl;
use crate::domain::webhooks::webhook::{Tried, WebhookId};

/// An endpoint, and what it is to be told now.
#[derive(Debug)]
pub struct DueEndpoint {
    /// The endpoint.
    pub webhook: WebhookId,
    /// Where it is.
    pub url: WebhookUrl,
    /// What it is to be told.
    pub requests: Vec<WebhookRequest>,
}

/// An event as it is sent.
#[derive(Debug)]
pub struct WebhookRequest {
    /// Its number.
    pub event: EventId,
    /// `webhook-id`: the same on every try.
    pub id: String,
    /// `webhook-timestamp`: the moment of this try, in seconds.
    pub timestamp: i64,
    /// `webhook-signature`: one for each secret.
    pub signature: String,
    /// The body.
    pub body: String,
    /// Tries made before this one.
    pub tries: u32,
}

/// The durable side, as the sender sees it.
pub trait WebhookLedger: Send + Sync {
    /// Takes at most `limit` endpoints with at most `each` deliveries that are due at `now`.
    fn claim(&self, now: Timestamp, limit: usize, each: usize) -> BoxFuture<'_, Vec<DueEndpoint>>;

    /// Records what came of the requests to an endpoint, and lets go of it.
    fn settle(&self, webhook: WebhookId, tried: Vec<Tried>, now: Timestamp) -> BoxFuture<'_, ()>;
}
