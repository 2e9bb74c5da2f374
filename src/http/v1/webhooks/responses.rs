//! What the routes of webhooks answer.

use actix_web::http::StatusCode;
use serde_json::{Value, json};
use utoipa::IntoParams;

use crate::service::Refusal;

use crate::http::shared::description::answers::Answers;
use crate::http::v1::description::{
    and, answered, answers, location, looking_after, of_a_body, probing, refused,
};
use crate::http::v1::error::V1Error;

use super::view::{
    EVENT, QueuedEventView, WebhookDeliveriesView, WebhookDeliveryView, WebhookSecretView, WebhookView,
    WebhooksView,
};

/// The webhook in a path.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) struct WebhookInPath {
    /// The webhook's handle.
    #[param(pattern = "^whk_[2-9a-z]{16}$", max_length = 20, example = "whk_7m2k9x3c8v5bn4hq")]
    id: String,
}

/// The event in a path.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) struct EventInPath {
    /// The event: its `webhook-id`.
    #[param(
        pattern = "^evt_[2-9a-z]{16}[0-9a-f]{16}$",
        max_length = 36,
        example = "evt_4hq7k2m9x3c8v5bn0019a4f2b6c00000"
    )]
    event: String,
}

/// What can be said of one webhook.
fn of_one() -> Vec<V1Error> {
    and(looking_after(), refused([Refusal::UnknownWebhook]))
}

fn of_a_url() -> Vec<V1Error> {
    of_a_body("/url", "must begin with https://")
}

fn queued(more: impl IntoIterator<Item = Refusal>) -> Answers {
    let usual = [Refusal::UnknownWebhook, Refusal::WebhookDisabled, Refusal::QueueFull];
    let refusals = refused(usual.into_iter().chain(more));
    let success = (StatusCode::ACCEPTED, "QueuedEvent", json!(QueuedEventView { event: EVENT.to_owned() }));
    answers("The event is queued.", success, and(probing(), refusals))
}

fn shown() -> Value {
    json!(WebhookView::example())
}

fn secret() -> Value {
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwAAAAAAAAAAA=".to_owned();
    json!(WebhookSecretView { webhook: WebhookView::example(), secret })
}

fn page() -> Value {
    json!(WebhookDeliveriesView { data: vec![WebhookDeliveryView::example()], next: None })
}

fn deleted() -> Answers {
    let success = (StatusCode::OK, "Webhook", shown());
    answers("The webhook, as it was.", success, of_one())
}

answered! {
    /// Of looking at all.
    Listed => answers(
        "The webhooks.",
        (StatusCode::OK, "Webhooks", json!(WebhooksView { data: vec![WebhookView::example()] })),
        looking_after(),
    );
    /// Of adding.
    Created => answers(
        "The webhook, with its secret.",
        (StatusCode::CREATED, "WebhookWithSecret", secret()),
        and(and(looking_after(), of_a_url()), refused([Refusal::TooManyWebhooks])),
    )
    .header(
        StatusCode::CREATED,
        "Location",
        location("webhook", "^/v1/tenant/webhooks/whk_[2-9a-z]{16}$"),
    );
    /// Of looking at one.
    Shown => answers("The webhook.", (StatusCode::OK, "Webhook", shown()), of_one());
    /// Of changing.
    Changed => answers("The webhook.", (StatusCode::OK, "Webhook", shown()), and(of_one(), of_a_url()));
    /// Of deleting.
    Deleted => deleted();
    /// Of a new secret.
    Rotated => answers(
        "The webhook, with its new secret.",
        (StatusCode::OK, "WebhookWithSecret", secret()),
        and(of_one(), of_a_body("/overlap_seconds", "must be from 0 to 604800 seconds")),
    );
    /// Of the deliveries.
    DeliveriesListed => answers(
        "A page of deliveries.",
        (StatusCode::OK, "WebhookDeliveries", page()),
        and(of_one(), [V1Error::parameter("limit", "a number from 1 to 100")]),
    );
    /// Of trying out.
    Tested => queued([]);
    /// Of telling again.
    Replayed => queued([Refusal::UnknownEvent]);
}
