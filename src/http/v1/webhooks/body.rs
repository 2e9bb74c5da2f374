//! Bodies and queries of the routes of webhooks.

use std::time::Duration;

use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::outbound_url::OutboundUrl;
use crate::domain::webhooks::event::{EventId, EventKind, EventKinds};
use crate::domain::webhooks::webhook::{MAX_DESCRIPTION, WebhookDeliveryStatus};
use crate::service::{NewEndpoint, Services};

use crate::http::shared::bodies::object::Change;
use crate::http::shared::problems::rejection::{Rejection, both};
use crate::http::v1::error::V1Error;
use crate::http::v1::page;
use crate::http::v1::query::Query;

use super::view;

/// The body of `POST /v1/tenant/webhooks`.
#[derive(Deserialize, ToSchema)]
#[schema(as = WebhookRequest, description = "A new webhook.")]
#[serde(deny_unknown_fields)]
pub(crate) struct WebhookBody {
    /// The URL to which events are posted.
    #[schema(
        format = "uri",
        min_length = 1,
        max_length = 2000,
        example = "https://app.example.com/hooks/otp"
    )]
    url: String,
    /// Your name for the webhook.
    #[schema(max_length = 200, example = "Shop backend")]
    description: Option<String>,
    /// The kinds of events to send; all if absent, including kinds of later versions.
    #[schema(schema_with = view::wanted_events)]
    events: Option<Vec<String>>,
    /// Whether events are sent; `true` if absent.
    #[schema(example = true)]
    enabled: Option<bool>,
}

/// The body of `PATCH /v1/tenant/webhooks/{id}`.
#[derive(Deserialize, ToSchema)]
#[schema(as = WebhookChange, description = "The changes to a webhook. An absent field stays.")]
#[serde(deny_unknown_fields)]
pub(crate) struct WebhookChangeBody {
    /// The URL to which events are posted.
    #[serde(default)]
    #[schema(
        value_type = Option<String>,
        nullable = false,
        format = "uri",
        min_length = 1,
        max_length = 2000,
        example = "https://app.example.com/hooks/otp"
    )]
    url: Change<String>,
    /// Your name for the webhook; null removes it.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 200, example = "Shop backend")]
    description: Change<String>,
    /// The kinds of events to send. A list of all kinds includes kinds of later versions, and so does null.
    #[serde(default)]
    #[schema(schema_with = view::wanted_events)]
    events: Change<Vec<String>>,
    /// Disabling drops the events that are still queued; enabling sends new events only.
    #[serde(default)]
    #[schema(value_type = Option<bool>, nullable = false, example = false)]
    enabled: Change<bool>,
}

impl WebhookBody {
    pub(crate) fn parse(self, services: &Services) -> Result<(OutboundUrl, NewEndpoint), V1Error> {
        let rest = both(description(self.description), events(self.events));
        let (url, (description, events)) = both(url(services, &self.url), rest)?;
        Ok((url, NewEndpoint { url: None, description, events, enabled: self.enabled }))
    }
}

impl WebhookChangeBody {
    pub(crate) fn parse(self, services: &Services) -> Result<NewEndpoint, V1Error> {
        let url =
            given(self.url, "/url").and_then(|given| given.map(|text| url(services, &text)).transpose());
        let description = match self.description {
            Change::Keep => Ok(None),
            Change::Remove => Ok(Some(String::new())),
            Change::Set(text) => description(Some(text)),
        };
        let events = match self.events {
            Change::Keep => Ok(None),
            Change::Remove => Ok(Some(EventKinds::all())),
            Change::Set(words) => events(Some(words)),
        };
        let ((url, enabled), (description, events)) =
            both(both(url, given(self.enabled, "/enabled")), both(description, events))?;
        Ok(NewEndpoint { url, description, events, enabled })
    }
}

/// The change of a field that cannot be removed.
fn given<T>(change: Change<T>, pointer: &str) -> Result<Option<T>, Rejection> {
    match change {
        Change::Keep => Ok(None),
        Change::Remove => Err(Rejection::field(pointer, "cannot be removed")),
        Change::Set(value) => Ok(Some(value)),
    }
}

fn url(services: &Services, text: &str) -> Result<OutboundUrl, Rejection> {
    services.webhooks.parse_url(text).map_err(|problem| Rejection::field("/url", problem.to_string()))
}

fn description(text: Option<String>) -> Result<Option<String>, Rejection> {
    let fits = |text: &String| text.len() <= MAX_DESCRIPTION && !text.chars().any(char::is_control);
    match text.as_ref().is_none_or(fits) {
        true => Ok(text),
        false => {
            let detail = format!("at most {MAX_DESCRIPTION} bytes, without control characters");
            Err(Rejection::field("/description", detail))
        }
    }
}

fn events(words: Option<Vec<String>>) -> Result<Option<EventKinds>, Rejection> {
    let Some(words) = words else { return Ok(None) };
    let known = |word: &String| EventKind::ALL.into_iter().find(|kind| kind.as_str() == word);
    if let Some(at) = words.iter().position(|word| known(word).is_none()) {
        let all = EventKind::ALL.map(EventKind::as_str).join(", ");
        return Err(Rejection::field(format!("/events/{at}"), format!("must be one of {all}")));
    }
    let kinds: EventKinds = words.iter().filter_map(known).collect();
    match kinds.iter().count() {
        0 => Err(Rejection::field("/events", "must have at least one kind; disable the webhook instead")),
        count if count == EventKind::ALL.len() => Ok(Some(EventKinds::all())),
        _ => Ok(Some(kinds)),
    }
}

/// The body of `POST /v1/tenant/webhooks/{id}/rotate`.
#[derive(Deserialize, ToSchema)]
#[schema(as = WebhookRotation, description = "How to replace the signing secret.")]
#[serde(deny_unknown_fields)]
pub(crate) struct WebhookRotationBody {
    /// Seconds for which the present secret signs as well; 86400 if absent.
    #[schema(minimum = 0, maximum = 604800, example = 86400)]
    overlap_seconds: Option<u64>,
}

/// The longest overlap.
const MAX_OVERLAP: u64 = 7 * 86_400;

impl WebhookRotationBody {
    pub(crate) fn overlap(&self) -> Result<Duration, V1Error> {
        match self.overlap_seconds.unwrap_or(86_400) {
            seconds @ 0..=MAX_OVERLAP => Ok(Duration::from_secs(seconds)),
            _ => Err(V1Error::field("/overlap_seconds", format!("must be from 0 to {MAX_OVERLAP} seconds"))),
        }
    }
}

/// Which deliveries to list.
pub(crate) struct DeliveriesQuery {
    pub(crate) status: Option<WebhookDeliveryStatus>,
    /// Only deliveries before this event.
    pub(crate) before: Option<EventId>,
    pub(crate) limit: usize,
}

impl DeliveriesQuery {
    pub(crate) fn asked(query: &Query) -> Result<Self, V1Error> {
        let words =
            format!("one of {}", WebhookDeliveryStatus::ALL.map(WebhookDeliveryStatus::as_str).join(", "));
        Ok(Self {
            status: query.parsed("status", &words, WebhookDeliveryStatus::parse)?,
            before: page::after(query)?.map(EventId),
            limit: query.limit()?,
        })
    }
}
