//! The rotation of a webhook's secret, and the query of its deliveries.

use std::time::Duration;

use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::webhooks::event::EventId;
use crate::domain::webhooks::webhook::WebhookDeliveryStatus;

use crate::http::v1::error::V1Error;
use crate::http::v1::page;
use crate::http::v1::query::Query;

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
