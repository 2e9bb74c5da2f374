//! The handlers of webhooks.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use crate::http::state::AppState;
use crate::http::v1::bearer::Manager;
use crate::http::v1::body::JsonBody;
use crate::http::v1::error::V1Result;

use super::body::{WebhookBody, WebhookChangeBody, WebhookRotationBody};
use super::responses;
use super::view::{WebhookSecretView, WebhookView, WebhooksView};

/// `GET /v1/tenant/webhooks`: all of them.
#[utoipa::path(
    get,
    path = "/v1/tenant/webhooks",
    operation_id = "listWebhooks",
    tag = "webhooks",
    summary = "Look at the webhooks",
    description = "In order of creation; at most ten.",
    security(("secretKey" = [])),
    responses(responses::Listed)
)]
pub(crate) async fn list(state: Data<AppState>, Manager(tenant): Manager) -> V1Result {
    let webhooks = state.services.webhooks.list(&tenant).await?;
    Ok(HttpResponse::Ok().json(WebhooksView { data: webhooks.iter().map(WebhookView::of).collect() }))
}

/// `POST /v1/tenant/webhooks`: one more.
#[utoipa::path(
    post,
    path = "/v1/tenant/webhooks",
    operation_id = "createWebhook",
    tag = "webhooks",
    summary = "Add a webhook",
    description = "Its signing secret is drawn here and shown in this answer only.",
    security(("secretKey" = [])),
    request_body(content = WebhookBody, example = json!({ "url": "https://app.example.com/hooks/otp" })),
    responses(responses::Created)
)]
pub(crate) async fn create(
    state: Data<AppState>,
    Manager(tenant): Manager,
    JsonBody(body): JsonBody<WebhookBody>,
) -> V1Result {
    let (url, rest) = body.parse(&state.services)?;
    let (webhook, secret) = state.services.webhooks.add(&tenant, url, rest).await?;
    let secret = secret.expose().to_owned();
    let location = format!("/v1/tenant/webhooks/{}", webhook.handle);
    let view = WebhookSecretView { webhook: WebhookView::of(&webhook), secret };
    Ok(HttpResponse::Created().insert_header(("Location", location)).json(view))
}

/// `GET /v1/tenant/webhooks/{id}`: one.
#[utoipa::path(
    get,
    path = "/v1/tenant/webhooks/{id}",
    operation_id = "getWebhook",
    tag = "webhooks",
    summary = "Look at a webhook",
    description = "Whether it is enabled, and how it fares.",
    security(("secretKey" = [])),
    params(responses::WebhookInPath),
    responses(responses::Shown)
)]
pub(crate) async fn get(state: Data<AppState>, Manager(tenant): Manager, id: Path<String>) -> V1Result {
    let webhook = state.services.webhooks.find(&tenant, &id).await?;
    Ok(HttpResponse::Ok().json(WebhookView::of(&webhook)))
}

/// `PATCH /v1/tenant/webhooks/{id}`: changes it.
#[utoipa::path(
    patch,
    path = "/v1/tenant/webhooks/{id}",
    operation_id = "changeWebhook",
    tag = "webhooks",
    summary = "Change a webhook",
    description = "Disabling it ends what it was still to be told; enabling it starts anew.",
    security(("secretKey" = [])),
    params(responses::WebhookInPath),
    request_body(content = WebhookChangeBody, example = json!({ "enabled": false })),
    responses(responses::Changed)
)]
pub(crate) async fn change(
    state: Data<AppState>,
    Manager(tenant): Manager,
    id: Path<String>,
    JsonBody(body): JsonBody<WebhookChangeBody>,
) -> V1Result {
    let new = body.parse(&state.services)?;
    let webhook = state.services.webhooks.change(&tenant, &id, new).await?;
    Ok(HttpResponse::Ok().json(WebhookView::of(&webhook)))
}

/// `DELETE /v1/tenant/webhooks/{id}`: deletes it.
#[utoipa::path(
    delete,
    path = "/v1/tenant/webhooks/{id}",
    operation_id = "deleteWebhook",
    tag = "webhooks",
    summary = "Delete a webhook",
    description = "It is told nothing more, and its deliveries are not shown any more.",
    security(("secretKey" = [])),
    params(responses::WebhookInPath),
    responses(responses::Deleted)
)]
pub(crate) async fn delete(state: Data<AppState>, Manager(tenant): Manager, id: Path<String>) -> V1Result {
    let webhook = state.services.webhooks.delete(&tenant, &id).await?;
    Ok(HttpResponse::Ok().json(WebhookView::of(&webhook)))
}

/// `POST /v1/tenant/webhooks/{id}/rotate`: a new secret.
#[utoipa::path(
    post,
    path = "/v1/tenant/webhooks/{id}/rotate",
    operation_id = "rotateWebhookSecret",
    tag = "webhooks",
    summary = "Replace the signing secret",
    description = "Until the overlap is over, each request has a signature with both secrets.",
    security(("secretKey" = [])),
    params(responses::WebhookInPath),
    request_body(content = WebhookRotationBody, example = json!({ "overlap_seconds": 86400 })),
    responses(responses::Rotated)
)]
pub(crate) async fn rotate(
    state: Data<AppState>,
    Manager(tenant): Manager,
    id: Path<String>,
    JsonBody(body): JsonBody<WebhookRotationBody>,
) -> V1Result {
    let (webhook, secret) = state.services.webhooks.rotate(&tenant, &id, body.overlap()?).await?;
    let secret = secret.expose().to_owned();
    Ok(HttpResponse::Ok().json(WebhookSecretView { webhook: WebhookView::of(&webhook), secret }))
}
