//! Bodies and queries of the routes of webhooks.

use std::time::Duration;

use actix_web::HttpRequest;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::outbound_url::OutboundUrl;
use crate::domain::webhooks::event::{EventId, EventKind, EventKinds};
use crate::domain::webhooks::webhook::{MAX_DESCRIPTION, WebhookDeliveryStatus};
use crate::service::{AuthenticatedTenant, NewEndpoint, Services};

use crate::http::v1::error::V1Error;
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
#[schema(as = WebhookChange, description = "The changes to a webhook. An absent or null field stays.")]
#[serde(deny_unknown_fields)]
pub(crate) struct WebhookChangeBody {
    /// The URL to which events are posted.
    #[schema(
        format = "uri",
        min_length = 1,
        max_length = 2000,
        example = "https://app.example.com/hooks/otp"
    )]
    url: Option<String>,
    /// Your name for the webhook.
    #[schema(max_length = 200, example = "Shop backend")]
    description: Option<String>,
    /// The kinds of events to send. A list of all kinds includes kinds of later versions.
    #[schema(schema_with = view::wanted_events)]
    events: Option<Vec<String>>,
    /// Disabling drops the events that are still queued; enabling sends new events only.
    #[schema(example = false)]
    enabled: Option<bool>,
}

impl WebhookBody {
    pub(crate) fn parse(self, services: &Services) -> Result<(OutboundUrl, NewEndpoint), V1Error> {
        let url = url(services, &self.url)?;
        let (description, events) = (description(self.description)?, events(self.events)?);
        Ok((url, NewEndpoint { url: None, description, events, enabled: self.enabled }))
    }
}

impl WebhookChangeBody {
    pub(crate) fn parse(self, services: &Services) -> Result<NewEndpoint, V1Error> {
        let url = self.url.map(|text| url(services, &text)).transpose()?;
        let (description, events) = (description(self.description)?, events(self.events)?);
        Ok(NewEndpoint { url, description, events, enabled: self.enabled })
    }
}

fn url(services: &Services, text: &str) -> Result<OutboundUrl, V1Error> {
    services.webhooks.parse_url(text).map_err(|problem| V1Error::field("/url", problem.to_string()))
}

fn description(text: Option<String>) -> Result<Option<String>, V1Error> {
    let fits = |text: &String| text.len() <= MAX_DESCRIPTION && !text.chars().any(char::is_control);
    match text.as_ref().is_none_or(fits) {
        true => Ok(text),
        false => {
            let detail = format!("at most {MAX_DESCRIPTION} bytes, without control characters");
            Err(V1Error::field("/description", detail))
        }
    }
}

fn events(words: Option<Vec<String>>) -> Result<Option<EventKinds>, V1Error> {
    let Some(words) = words else { return Ok(None) };
    let known = |word: &String| EventKind::ALL.into_iter().find(|kind| kind.as_str() == word);
    if let Some(at) = words.iter().position(|word| known(word).is_none()) {
        let all = EventKind::ALL.map(EventKind::as_str).join(", ");
        return Err(V1Error::field(format!("/events/{at}"), format!("must be one of {all}")));
    }
    let kinds: EventKinds = words.iter().filter_map(known).collect();
    match kinds.iter().count() {
        0 => Err(V1Error::field("/events", "must have at least one kind; disable the webhook instead")),
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

/// The longest page, and the usual one.
const MAX_PAGE: usize = 100;

const USUAL_PAGE: usize = 50;

/// Which deliveries to list.
pub(crate) struct DeliveriesQuery {
    pub(crate) status: Option<WebhookDeliveryStatus>,
    /// Only deliveries before this event.
    pub(crate) before: Option<EventId>,
    pub(crate) limit: usize,
}

impl DeliveriesQuery {
    pub(crate) fn asked(
        request: &HttpRequest,
        services: &Services,
        tenant: &AuthenticatedTenant,
    ) -> Result<Self, V1Error> {
        let query = Query::of(request, &["status", "cursor", "limit"])?;
        let words =
            format!("one of {}", WebhookDeliveryStatus::ALL.map(WebhookDeliveryStatus::as_str).join(", "));
        let event = |name: &str| services.webhooks.event(tenant, name);
        Ok(Self {
            status: query.parsed("status", &words, WebhookDeliveryStatus::parse)?,
            before: query.parsed("cursor", "`next` of the page before", event)?,
            limit: query.limit_up_to(MAX_PAGE, USUAL_PAGE)?,
        })
    }
}
