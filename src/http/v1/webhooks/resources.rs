//! The resources of webhooks.

use actix_web::http::StatusCode;
use serde_json::{Value, json};

use crate::service::Refusal;

use crate::http::shared::bodies::webhook::{WebhookBody, WebhookChangeBody};
use crate::http::shared::description::words;
use crate::http::v1::bearer;
use crate::http::v1::page;
use crate::http::v1::parameters::{in_path, in_query};
use crate::http::v1::resource::{ResourceGroup, resource};
use crate::http::v1::spec::{V1Spec, managing, probing};

use super::body::WebhookRotationBody;
use super::delivery_view::{self, EVENT, QueuedEventView, WebhookDeliveriesView};
use super::view::{WebhookSecretView, WebhookView, WebhooksView};
use super::{deliveries, handlers};

pub(crate) const GROUP: ResourceGroup = ResourceGroup {
    tag: "webhooks",
    about: "Endpoints to which events are sent, signed as Standard Webhooks defines.",
    resources: &[
        resource!("/v1/tenant/webhooks", bearer::identify, verify;
            GET handlers::list: "listWebhooks", "List the webhooks", "In order of creation; a tenant has at most ten.",
                managing().ok::<WebhooksView>("The webhooks.");
            POST handlers::create: "createWebhook", "Add a webhook",
                "The server generates the signing secret and shows it only in this answer.",
                managing()
                    .takes::<WebhookBody>(json!({ "url": "https://app.example.com/hooks/otp" }), WRONG_URL)
                    .refuses([Refusal::TooManyWebhooks])
                    .created::<WebhookSecretView>("The webhook, with its secret.")
                    .located("webhook", WEBHOOK_PATH)
                    .tagged()
                    .repeatable_with_secret();
        ),
        resource!("/v1/tenant/webhooks/{id}", bearer::identify, verify;
            GET handlers::get: "getWebhook", "Get a webhook", "The settings of the webhook, and how its deliveries go.",
                of_one(managing()).ok::<WebhookView>("The webhook.");
            PATCH handlers::change: "changeWebhook", "Change a webhook",
                "Disabling drops the events that are still queued; enabling sends new events only. Null for `description` \
                 removes it, and null for `events` chooses all kinds.",
                of_one(managing())
                    .patches::<WebhookChangeBody>(json!({ "enabled": false }), WRONG_URL)
                    .ok::<WebhookView>("The webhook.");
            DELETE handlers::delete: "deleteWebhook", "Delete a webhook",
                "No more events are sent to it, and its deliveries are no longer shown.",
                of_one(managing()).no_content("The webhook is deleted.");
        ),
        resource!("/v1/tenant/webhooks/{id}/rotate", bearer::identify, verify;
            POST handlers::rotate: "rotateWebhookSecret", "Replace the signing secret",
                "Until the overlap ends, each request is signed with both secrets.",
                of_one(managing())
                    .takes::<WebhookRotationBody>(json!({ "overlap_seconds": 86400 }), WRONG_OVERLAP)
                    .created::<WebhookSecretView>("The webhook, with its new secret.")
                    .located("webhook", WEBHOOK_PATH)
                    .tagged()
                    .conditional()
                    .repeatable_with_secret();
        ),
        resource!("/v1/tenant/webhooks/{id}/test", bearer::identify, verify;
            POST deliveries::test: "pingWebhook", "Test a webhook",
                "Sends a `ping`, whichever events the webhook has chosen.", queued();
        ),
        resource!("/v1/tenant/webhooks/{id}/deliveries", bearer::identify, verify;
            GET deliveries::list: "listWebhookDeliveries", "List the deliveries of a webhook",
                "Newest first. An ended delivery is kept for seven days.",
                page::paged::<WebhookDeliveriesView>(of_one(managing()).parameters([status()]));
        ),
        resource!("/v1/tenant/webhooks/{id}/deliveries/{event}/replay", bearer::identify, verify;
            POST deliveries::replay: "replayWebhookDelivery", "Replay an event",
                "Sends the event again at once, with the same `webhook-id` and body, whether it was delivered or not.",
                queued()
                    .parameters([in_path("event", "The id of the event: its `webhook-id`.", words::event(), EVENT)])
                    .refuses([Refusal::UnknownEvent]);
        ),
    ],
};

const WEBHOOK_PATH: &str = "^/v1/tenant/webhooks/whk_[2-9a-z]{16}$";
const WRONG_URL: (&str, &str) = ("/url", "must begin with https://");
const WRONG_OVERLAP: (&str, &str) = ("/overlap_seconds", "must be from 0 to 604800 seconds");

fn of_one(spec: V1Spec) -> V1Spec {
    let id = in_path("id", "The webhook's handle.", words::handle("whk"), "whk_7m2k9x3c8v5bn4hq");
    spec.parameters([id]).refuses([Refusal::UnknownWebhook])
}

fn queued() -> V1Spec {
    of_one(probing())
        .refuses([Refusal::WebhookDisabled, Refusal::QueueFull])
        .answers(StatusCode::ACCEPTED, "The event is queued.", QueuedEventView { event: EVENT.to_owned() })
        .repeatable()
}

/// The filter of the list.
fn status() -> Value {
    let mut status = in_query("status", "", json!(delivery_view::post_status()));
    status.as_object_mut().map(|status| status.remove("description"));
    status
}
