//! Webhooks and deliveries, as their tenant sees them.

use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::domain::time::Timestamp;
use crate::domain::webhooks::event::EventKind;
use crate::domain::webhooks::webhook::{
    DisabledFor, Webhook, WebhookDelivery, WebhookDeliveryError, WebhookDeliveryStatus,
};
use crate::service::{AuthenticatedTenant, Services};

use crate::http::shared::description::schemas::part;

/// Where a tenant is told of events.
#[derive(Serialize, ToSchema)]
#[schema(as = Webhook)]
pub(crate) struct WebhookView {
    /// Its handle.
    #[schema(pattern = "^whk_[2-9a-z]{16}$", max_length = 20)]
    webhook: String,
    /// Where the events are posted to.
    #[schema(format = "uri", max_length = 2000)]
    url: String,
    /// What you call it.
    #[schema(max_length = 200)]
    description: String,
    #[schema(schema_with = told_events)]
    events: Vec<&'static str>,
    /// Whether it is told anything.
    enabled: bool,
    #[schema(required, schema_with = disabled_for)]
    disabled_for: Option<&'static str>,
    /// Since when it has failed without a success; null if the last try was one.
    #[schema(required, format = "date-time", max_length = 32)]
    failing_since: Option<String>,
    /// How many events it is still to be told.
    #[schema(minimum = 0)]
    waiting: i64,
    /// When it was added.
    #[schema(format = "date-time", max_length = 32)]
    created_at: String,
}

/// A webhook, with its signing secret, which is shown this once.
#[derive(Serialize, ToSchema)]
#[schema(as = WebhookWithSecret)]
pub(crate) struct WebhookSecretView {
    #[serde(flatten)]
    pub(crate) webhook: WebhookView,
    /// What the signatures are checked with.
    #[schema(pattern = "^whsec_[A-Za-z0-9+/=]+$", max_length = 60)]
    pub(crate) secret: String,
}

/// The tenant's webhooks.
#[derive(Serialize, ToSchema)]
#[schema(as = Webhooks)]
pub(crate) struct WebhooksView {
    /// In order of creation.
    #[schema(max_items = 10)]
    pub(crate) data: Vec<WebhookView>,
}

/// What came of telling a webhook one event.
#[derive(Serialize, ToSchema)]
#[schema(as = WebhookDelivery)]
pub(crate) struct WebhookDeliveryView {
    /// The event: its `webhook-id`.
    #[schema(pattern = "^evt_[2-9a-z]{16}[0-9a-f]{16}$", max_length = 36)]
    event: String,
    #[schema(rename = "type", schema_with = event_type)]
    #[serde(rename = "type")]
    kind: &'static str,
    /// The challenge, by its shareable key; null for a `ping`.
    #[schema(required, pattern = "^[A-Za-z]{23}$", max_length = 23)]
    challenge: Option<String>,
    #[schema(schema_with = post_status)]
    status: &'static str,
    /// Tries so far.
    #[schema(minimum = 0, maximum = 10)]
    tries: u32,
    /// When it happened.
    #[schema(format = "date-time", max_length = 32)]
    at: String,
    /// The last try.
    #[schema(required, format = "date-time", max_length = 32)]
    last_try_at: Option<String>,
    /// The status that was answered to it; null if there was no answer.
    #[schema(required, minimum = 100, maximum = 999)]
    last_status: Option<u16>,
    #[schema(required, schema_with = post_error)]
    last_error: Option<String>,
    /// The next try; null if it has ended.
    #[schema(required, format = "date-time", max_length = 32)]
    next_try_at: Option<String>,
    /// When it ended.
    #[schema(required, format = "date-time", max_length = 32)]
    ended_at: Option<String>,
}

/// Deliveries, the newest first.
#[derive(Serialize, ToSchema)]
#[schema(as = WebhookDeliveries)]
pub(crate) struct WebhookDeliveriesView {
    /// The newest first.
    #[schema(max_items = 100)]
    pub(crate) data: Vec<WebhookDeliveryView>,
    /// The `cursor` of the next page; null on the last.
    #[schema(required, pattern = "^evt_[2-9a-z]{16}[0-9a-f]{16}$", max_length = 36)]
    pub(crate) next: Option<String>,
}

/// An event that is queued.
#[derive(Serialize, ToSchema)]
#[schema(as = QueuedEvent)]
pub(crate) struct QueuedEventView {
    /// Its `webhook-id`.
    #[schema(pattern = "^evt_[2-9a-z]{16}[0-9a-f]{16}$", max_length = 36)]
    pub(crate) event: String,
}

fn moment(at: Option<Timestamp>) -> Option<String> {
    at.map(|at| at.to_string())
}

impl WebhookView {
    pub(crate) fn of(webhook: &Webhook) -> Self {
        Self {
            webhook: webhook.handle.to_string(),
            url: webhook.url.as_str().to_owned(),
            description: webhook.description.clone(),
            events: webhook.events.iter().map(EventKind::as_str).collect(),
            enabled: webhook.enabled,
            disabled_for: webhook.disabled_for.map(DisabledFor::as_str),
            failing_since: moment(webhook.failing_since),
            waiting: webhook.waiting,
            created_at: webhook.created_at.to_string(),
        }
    }

    /// One for the description of the API.
    pub(crate) fn example() -> Self {
        Self {
            webhook: "whk_7m2k9x3c8v5bn4hq".to_owned(),
            url: "https://app.example.com/hooks/otp".to_owned(),
            description: "Shop backend".to_owned(),
            events: EventKind::ALL.map(EventKind::as_str).to_vec(),
            enabled: true,
            disabled_for: None,
            failing_since: None,
            waiting: 0,
            created_at: "2026-11-21T08:30:00Z".to_owned(),
        }
    }
}

impl WebhookDeliveryView {
    pub(crate) fn of(services: &Services, tenant: &AuthenticatedTenant, row: &WebhookDelivery) -> Self {
        Self {
            event: services.webhooks.event_name(tenant, row.event),
            kind: row.kind.as_str(),
            challenge: row.challenge.map(|id| services.challenges.shareable_key(id).as_str().to_owned()),
            status: row.status.as_str(),
            tries: row.tries,
            at: row.at.to_string(),
            last_try_at: moment(row.last_at),
            last_status: row.last_status,
            last_error: row.last_error.clone(),
            next_try_at: moment(row.due_at),
            ended_at: moment(row.ended_at),
        }
    }

    /// One for the description of the API.
    pub(crate) fn example() -> Self {
        Self {
            event: EVENT.to_owned(),
            kind: EventKind::ChallengeVerified.as_str(),
            challenge: Some("CnPYvKqMbdXhwRzTgJsLfAe".to_owned()),
            status: WebhookDeliveryStatus::Waiting.as_str(),
            tries: 1,
            at: "2026-11-21T08:30:00Z".to_owned(),
            last_try_at: Some("2026-11-21T08:30:00Z".to_owned()),
            last_status: Some(503),
            last_error: None,
            next_try_at: Some("2026-11-21T08:30:05Z".to_owned()),
            ended_at: None,
        }
    }
}

/// An event for the description of the API.
pub(crate) const EVENT: &str = "evt_4hq7k2m9x3c8v5bn0019a4f2b6c00000";

fn told_events() -> RefOr<Schema> {
    part(json!({
        "type": "array",
        "description": "What it is told.",
        "items": { "type": "string", "enum": EventKind::ALL.map(EventKind::as_str) },
        "uniqueItems": true,
        "maxItems": EventKind::ALL.len(),
    }))
}

/// The kinds that an endpoint wants to be told.
pub(crate) fn wanted_events() -> RefOr<Schema> {
    part(json!({
        "type": ["array", "null"],
        "description": "What it is told.",
        "items": { "type": "string", "enum": EventKind::ALL.map(EventKind::as_str) },
        "minItems": 1,
        "maxItems": 100,
        "examples": [["challenge.verified", "delivery.failed"]],
    }))
}

fn event_type() -> RefOr<Schema> {
    let words = EventKind::ALL.into_iter().chain([EventKind::Ping]).map(EventKind::as_str);
    part(json!({ "type": "string", "description": "What happened.", "enum": words.collect::<Vec<_>>() }))
}

/// Where telling an event stands.
pub(crate) fn post_status() -> RefOr<Schema> {
    part(json!({
        "type": "string",
        "description": "`waiting` until it was taken (`sent`), tried as often as it is (`failed`), or the webhook disabled (`canceled`).",
        "enum": WebhookDeliveryStatus::ALL.map(WebhookDeliveryStatus::as_str),
    }))
}

fn post_error() -> RefOr<Schema> {
    let words = WebhookDeliveryError::ALL.map(|reason| json!(reason.as_str())).into_iter();
    part(json!({
        "type": ["string", "null"],
        "description": "Why there was no answer; null if there was one.",
        "enum": words.chain([json!(null)]).collect::<Vec<_>>(),
    }))
}

fn disabled_for() -> RefOr<Schema> {
    part(json!({
        "type": ["string", "null"],
        "description": "Why it was disabled: it answered 410 (`gone`), or failed for five days (`failing`). Null if you did it, or if it is not.",
        "enum": [DisabledFor::Gone.as_str(), DisabledFor::Failing.as_str(), null],
    }))
}
