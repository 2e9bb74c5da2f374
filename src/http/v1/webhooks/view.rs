//! Webhooks in answers.

use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::domain::time::Timestamp;
use crate::domain::webhooks::event::EventKind;
use crate::domain::webhooks::webhook::{DisabledFor, Webhook, WebhookHandle};

use crate::http::shared::description::examples;
use crate::http::shared::description::named_words::EventType;
use crate::http::shared::description::operation::Example;
use crate::http::shared::description::schemas::one_of_or_null;
use crate::http::v1::page;

/// An endpoint to which the tenant's events are sent.
#[derive(Serialize, ToSchema)]
#[schema(as = Webhook)]
pub(crate) struct WebhookView {
    /// The handle of the webhook.
    webhook: WebhookHandle,
    /// The URL to which events are posted.
    #[schema(format = "uri", max_length = 2000)]
    url: String,
    /// Your name for the webhook.
    #[schema(max_length = 200)]
    description: String,
    /// The kinds of events that are sent.
    #[schema(value_type = Vec<EventType>, max_items = 100)]
    events: Vec<&'static str>,
    /// Whether events are sent.
    enabled: bool,
    #[schema(required, schema_with = disabled_for)]
    disabled_for: Option<&'static str>,
    /// The begin of the present series of failures; null if the last try succeeded.
    #[schema(required)]
    failing_since: Option<Timestamp>,
    /// How many events are queued.
    #[schema(minimum = 0)]
    waiting: i64,
    /// When the webhook was added.
    created_at: Timestamp,
}

/// A webhook with its signing secret, which is shown only once.
#[derive(Serialize, ToSchema)]
#[schema(as = WebhookWithSecret)]
pub(crate) struct WebhookSecretView {
    #[serde(flatten)]
    pub(crate) webhook: WebhookView,
    /// The secret with which you check the signatures.
    #[schema(pattern = "^whsec_[A-Za-z0-9+/=]+$", max_length = 60)]
    pub(crate) secret: String,
}

/// The tenant's webhooks.
#[derive(Serialize, ToSchema)]
#[schema(as = Webhooks)]
pub(crate) struct WebhooksView {
    /// The webhooks, in order of creation.
    #[schema(max_items = 10)]
    pub(crate) data: Vec<WebhookView>,
    #[schema(required, schema_with = page::next)]
    pub(crate) next: Option<String>,
}

impl WebhookView {
    pub(crate) fn of(webhook: &Webhook) -> Self {
        Self {
            webhook: webhook.handle.clone(),
            url: webhook.url.as_str().to_owned(),
            description: webhook.description.clone(),
            events: webhook.events.iter().map(EventKind::as_str).collect(),
            enabled: webhook.enabled,
            disabled_for: webhook.disabled_for.map(DisabledFor::as_str),
            failing_since: webhook.failing_since,
            waiting: webhook.waiting,
            created_at: webhook.created_at,
        }
    }
}

impl Example for WebhookView {
    fn example() -> Self {
        Self {
            webhook: examples::webhook(),
            url: "https://app.example.com/hooks/otp".to_owned(),
            description: "Shop backend".to_owned(),
            events: EventKind::ALL.map(EventKind::as_str).to_vec(),
            enabled: true,
            disabled_for: None,
            failing_since: None,
            waiting: 0,
            created_at: examples::at("08:30:00"),
        }
    }
}

fn disabled_for() -> RefOr<Schema> {
    let description = "Why the server has disabled the webhook: the endpoint answered 410 (`gone`), or failed for \
                       five days (`failing`). Null if you have disabled it, and if it is enabled.";
    one_of_or_null(description, [DisabledFor::Gone, DisabledFor::Failing].map(DisabledFor::as_str))
}

impl Example for WebhooksView {
    fn example() -> Self {
        Self { data: vec![WebhookView::example()], next: page::NO_MORE }
    }
}

impl Example for WebhookSecretView {
    fn example() -> Self {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwAAAAAAAAAAA=".to_owned();
        Self { webhook: WebhookView::example(), secret }
    }
}
