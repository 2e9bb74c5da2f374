//! Deliveries of events in answers.

use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::domain::time::Timestamp;
use crate::domain::webhooks::event::EventKind;
use crate::domain::webhooks::webhook::{WebhookDelivery, WebhookDeliveryError, WebhookDeliveryStatus};
use crate::service::{AuthenticatedTenant, Services};

use crate::http::shared::description::examples;
use crate::http::shared::description::named_words::EventType;
use crate::http::shared::description::operation::Example;
use crate::http::shared::description::schemas::{one_of, one_of_or_null};
use crate::http::shared::description::words::{EventName, ShareableKey};
use crate::http::v1::page;

/// The delivery of one event.
#[derive(Serialize, ToSchema)]
#[schema(as = WebhookDelivery)]
pub(crate) struct WebhookDeliveryView {
    /// The id of the event: its `webhook-id`.
    #[schema(value_type = EventName)]
    event: String,
    #[schema(rename = "type", value_type = EventType)]
    #[serde(rename = "type")]
    kind: &'static str,
    /// The challenge's shareable key; null for a `ping`.
    #[schema(required, value_type = Option<ShareableKey>)]
    challenge: Option<String>,
    #[schema(schema_with = post_status)]
    status: &'static str,
    /// The number of tries so far.
    #[schema(minimum = 0, maximum = 10)]
    tries: u32,
    /// When the event happened.
    at: Timestamp,
    /// When the last try was made.
    #[schema(required)]
    last_try_at: Option<Timestamp>,
    /// The status of the endpoint's answer; null if there was none.
    #[schema(required, minimum = 100, maximum = 999)]
    last_status: Option<u16>,
    #[schema(required, schema_with = post_error)]
    last_error: Option<String>,
    /// When the next try is due; null if there is none.
    #[schema(required)]
    next_try_at: Option<Timestamp>,
    /// When the delivery ended.
    #[schema(required)]
    ended_at: Option<Timestamp>,
}

/// A page of deliveries, newest first.
#[derive(Serialize, ToSchema)]
#[schema(as = WebhookDeliveries)]
pub(crate) struct WebhookDeliveriesView {
    /// The deliveries, newest first.
    #[schema(max_items = 500)]
    pub(crate) data: Vec<WebhookDeliveryView>,
    #[schema(required, schema_with = page::next)]
    pub(crate) next: Option<String>,
}

/// A queued event.
#[derive(Serialize, ToSchema)]
#[schema(as = QueuedEvent)]
pub(crate) struct QueuedEventView {
    /// The id of the event: its `webhook-id`.
    #[schema(value_type = EventName)]
    pub(crate) event: String,
}

impl WebhookDeliveryView {
    pub(crate) fn of(services: &Services, tenant: &AuthenticatedTenant, row: &WebhookDelivery) -> Self {
        Self {
            event: services.webhooks.event_name(tenant, row.event),
            kind: row.kind.as_str(),
            challenge: row.challenge.map(|id| services.challenges.shareable_key(id).as_str().to_owned()),
            status: row.status.as_str(),
            tries: row.tries,
            at: row.at,
            last_try_at: row.last_at,
            last_status: row.last_status,
            last_error: row.last_error.clone(),
            next_try_at: row.due_at,
            ended_at: row.ended_at,
        }
    }
}

impl Example for WebhookDeliveryView {
    fn example() -> Self {
        Self {
            event: EVENT.to_owned(),
            kind: EventKind::ChallengeVerified.as_str(),
            challenge: Some(examples::CHALLENGE.to_owned()),
            status: WebhookDeliveryStatus::Waiting.as_str(),
            tries: 1,
            at: examples::at("08:30:00"),
            last_try_at: Some(examples::at("08:30:00")),
            last_status: Some(503),
            last_error: None,
            next_try_at: Some(examples::at("08:30:05")),
            ended_at: None,
        }
    }
}

impl Example for WebhookDeliveriesView {
    fn example() -> Self {
        Self { data: vec![WebhookDeliveryView::example()], next: page::NO_MORE }
    }
}

/// An example of an event.
pub(crate) const EVENT: &str = "evt_4hq7k2m9x3c8v5bn0019a4f2b6c00000";

/// The status of a delivery.
pub(crate) fn post_status() -> RefOr<Schema> {
    let description = "`waiting` until the endpoint has accepted it (`sent`), all tries have failed (`failed`), or the \
                       webhook was disabled (`canceled`).";
    one_of(description, WebhookDeliveryStatus::ALL.map(WebhookDeliveryStatus::as_str))
}

fn post_error() -> RefOr<Schema> {
    let words = WebhookDeliveryError::ALL.map(WebhookDeliveryError::as_str);
    one_of_or_null("Why the endpoint did not answer; null if it did.", words)
}
