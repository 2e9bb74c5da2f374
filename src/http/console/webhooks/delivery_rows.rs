//! The deliveries of a webhook, as its page lists them.

use actix_web::HttpRequest;

use crate::domain::webhooks::webhook::{Webhook, WebhookDelivery, WebhookDeliveryStatus};
use crate::service::Refusal;

use crate::http::console::session::Seat;
use crate::http::console::words::{moment, plain};
use crate::http::state::AppState;

/// How many deliveries a page lists.
const LIMIT: usize = 50;

/// A delivery in the list.
pub(super) struct DeliveryRow {
    /// The name of the event.
    pub(super) event: String,
    pub(super) kind: &'static str,
    pub(super) at: (String, String),
    /// The shareable key of its challenge, if it is about one.
    pub(super) challenge: Option<String>,
    pub(super) status: &'static str,
    pub(super) tone: &'static str,
    pub(super) tries: u32,
    /// What the endpoint answered last, or why it did not.
    pub(super) answer: String,
}

/// Which deliveries to list.
#[derive(Default)]
pub(super) struct Wanted {
    pub(super) status: Option<WebhookDeliveryStatus>,
    /// The name of the event before which the page begins.
    before: Option<String>,
}

impl Wanted {
    pub(super) fn of(request: &HttpRequest) -> Self {
        let mut wanted = Self::default();
        for (name, value) in form_urlencoded::parse(request.query_string().as_bytes()) {
            match &*name {
                "status" => wanted.status = WebhookDeliveryStatus::parse(&value),
                "before" => wanted.before = Some(value.into_owned()),
                _ => {}
            }
        }
        wanted
    }

    /// Returns the deliveries, and the query of the next page.
    pub(super) async fn find(
        &self,
        state: &AppState,
        seat: &Seat,
        webhook: &Webhook,
    ) -> Result<(Vec<DeliveryRow>, Option<String>), Refusal> {
        let webhooks = &state.services.webhooks;
        let before = self.before.as_ref().and_then(|name| webhooks.event(&seat.tenant, name));
        let handle = webhook.handle.to_string();
        let mut found = webhooks.deliveries(&seat.tenant, &handle, self.status, before, LIMIT + 1).await?;
        let has_more = found.len() > LIMIT;
        found.truncate(LIMIT);
        let rows: Vec<_> = found.iter().map(|row| DeliveryRow::of(state, seat, row)).collect();
        let status = self.status.map(|status| format!("&status={}", status.as_str())).unwrap_or_default();
        let older = rows.last().filter(|_| has_more).map(|last| format!("before={}{status}", last.event));
        Ok((rows, older))
    }
}

impl DeliveryRow {
    fn of(state: &AppState, seat: &Seat, delivery: &WebhookDelivery) -> Self {
        let answer = match (delivery.last_status, &delivery.last_error) {
            (Some(status), _) => status.to_string(),
            (None, Some(why)) => plain(why),
            (None, None) => String::new(),
        };
        let shared = |id| state.services.challenges.shareable_key(id).as_str().to_owned();
        Self {
            event: state.services.webhooks.event_name(&seat.tenant, delivery.event),
            kind: delivery.kind.as_str(),
            at: (delivery.at.to_string(), moment(delivery.at)),
            challenge: delivery.challenge.map(shared),
            status: delivery.status.as_str(),
            tone: match delivery.status {
                WebhookDeliveryStatus::Sent => "good",
                WebhookDeliveryStatus::Failed => "bad",
                WebhookDeliveryStatus::Waiting | WebhookDeliveryStatus::Canceled => "",
            },
            tries: delivery.tries,
            answer,
        }
    }
}
