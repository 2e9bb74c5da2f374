//! The requests that add and change webhooks.

use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::domain::outbound_url::OutboundUrl;
use crate::domain::webhooks::event::{EventKind, EventKinds};
use crate::domain::webhooks::webhook::MAX_DESCRIPTION;
use crate::service::{NewEndpoint, Services};

use crate::http::shared::description::schemas::part;
use crate::http::shared::problems::rejection::{Rejection, both};

use super::object::Change;

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
    #[schema(schema_with = wanted_events)]
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
    #[schema(schema_with = wanted_events)]
    events: Change<Vec<String>>,
    /// Disabling drops the events that are still queued; enabling sends new events only.
    #[serde(default)]
    #[schema(value_type = Option<bool>, nullable = false, example = false)]
    enabled: Change<bool>,
}

impl WebhookBody {
    pub(crate) fn parse(self, services: &Services) -> Result<(OutboundUrl, NewEndpoint), Rejection> {
        let rest = both(description(self.description), events(self.events));
        let (url, (description, events)) = both(url(services, &self.url), rest)?;
        Ok((url, NewEndpoint { url: None, description, events, enabled: self.enabled }))
    }
}

impl WebhookChangeBody {
    pub(crate) fn parse(self, services: &Services) -> Result<NewEndpoint, Rejection> {
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

/// The kinds of events.
fn wanted_events() -> RefOr<Schema> {
    part(json!({
        "type": ["array", "null"],
        "description": "The kinds of events that are sent.",
        "items": { "type": "string", "enum": EventKind::ALL.map(EventKind::as_str) },
        "minItems": 1,
        "maxItems": 100,
        "examples": [["challenge.verified", "delivery.failed"]],
    }))
}
