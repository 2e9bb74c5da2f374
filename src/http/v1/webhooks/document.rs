//! The description of the webhooks.

use utoipa::OpenApi;

use super::{body, deliveries, handlers, view};

/// The resource `/v1/tenant/webhooks`.
#[derive(OpenApi)]
#[openapi(
    tags((name = "webhooks", description = "Where the tenant is told of events, signed as Standard Webhooks has it.")),
    paths(
        handlers::list,
        handlers::create,
        handlers::get,
        handlers::change,
        handlers::delete,
        handlers::rotate,
        deliveries::test,
        deliveries::list,
        deliveries::replay,
    ),
    components(schemas(
        body::WebhookBody,
        body::WebhookChangeBody,
        body::WebhookRotationBody,
        view::WebhookView,
        view::WebhookSecretView,
        view::WebhooksView,
        view::WebhookDeliveryView,
        view::WebhookDeliveriesView,
        view::QueuedEventView,
    ))
)]
pub(crate) struct WebhookDoc;
