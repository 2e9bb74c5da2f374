//! The interfaces of the webhook sender: its input, and what it needs from the store.

use crate::domain::BoxFuture;
use crate::domain::outbound_url::OutboundUrl;
use crate::domain::time::Timestamp;
use crate::domain::trace::TraceContext;
use crate::domain::webhooks::event::EventId;
use crate::domain::webhooks::webhook::{WebhookId, WebhookTry};

/// An endpoint with its due deliveries.
#[derive(Debug)]
pub struct DueEndpoint {
    /// The endpoint.
    pub webhook: WebhookId,
    /// The URL.
    pub url: OutboundUrl,
    /// The requests to send.
    pub requests: Vec<WebhookRequest>,
}

/// One webhook request.
#[derive(Debug)]
pub struct WebhookRequest {
    /// The number of the event.
    pub event: EventId,
    /// `webhook-id`: the same on every try.
    pub id: String,
    /// `webhook-timestamp`: the moment of this try, in seconds.
    pub timestamp: i64,
    /// `webhook-signature`: one signature per secret.
    pub signature: String,
    /// The body.
    pub body: String,
    /// Number of earlier tries.
    pub tries: u32,
    /// Where the event happened in a trace, if it is recorded in one.
    pub trace_context: Option<TraceContext>,
}

/// The durable side, as used by the sender.
pub trait WebhookLedger: Send + Sync {
    /// Claims at most `limit` endpoints, with at most `each` deliveries that are due at `now`.
    fn claim(&self, now: Timestamp, limit: usize, each: usize) -> BoxFuture<'_, Vec<DueEndpoint>>;

    /// Records the outcomes of the requests to an endpoint, and releases it.
    fn settle(&self, webhook: WebhookId, tried: Vec<WebhookTry>, now: Timestamp) -> BoxFuture<'_, ()>;
}
