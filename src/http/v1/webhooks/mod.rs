//! `/v1/tenant/webhooks`: a tenant's endpoints.

mod body;
mod openapi;
pub(super) mod posts;
mod view;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use super::super::AppState;
use super::bearer::Manager;
use super::body::Body;
use super::error::Answer;
use body::{Change, Create, Rotate};
use view::{ListView, SecretView, WebhookView};

pub(super) use openapi::WebhookDoc;

/// `GET /v1/tenant/webhooks`: all of them.
#[utoipa::path(
    get,
    path = "/v1/tenant/webhooks",
    operation_id = "listWebhooks",
    tag = "webhooks",
    summary = "Look at the webhooks",
    description = "In order of creation; at most ten.",
    security(("secretKey" = [])),
    responses(openapi::Listed)
)]
pub(super) async fn list(state: Data<AppState>, Manager(tenant): Manager) -> Answer {
    let webhooks = state.services.webhooks.list(&tenant).await?;
    Ok(HttpResponse::Ok().json(ListView { data: webhooks.iter().map(WebhookView::of).collect() }))
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
    request_body(content = Create, example = json!({ "url": "https://app.example.com/hooks/otp" })),
    responses(openapi::Created)
)]
pub(super) async fn create(
    state: Data<AppState>,
    Manager(tenant): Manager,
    Body(body): Body<Create>,
) -> Answer {
    let (url, rest) = body.parse(&state.services)?;
    let (webhook, secret) = state.services.webhooks.add(&tenant, url, rest).await?;
    let secret = secret.expose().to_owned();
    let location = format!("/v1/tenant/webhooks/{}", webhook.handle);
    let view = SecretView { webhook: WebhookView::of(&webhook), secret };
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
    params(openapi::Id),
    responses(openapi::Shown)
)]
pub(super) async fn get(state: Data<AppState>, Manager(tenant): Manager, id: Path<String>) -> Answer {
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
    params(openapi::Id),
    request_body(content = Change, example = json!({ "enabled": false })),
    responses(openapi::Changed)
)]
pub(super) async fn change(
    state: Data<AppState>,
    Manager(tenant): Manager,
    id: Path<String>,
    Body(body): Body<Change>,
) -> Answer {
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
    params(openapi::Id),
    responses(openapi::Deleted)
)]
pub(super) async fn delete(state: Data<AppState>, Manager(tenant): Manager, id: Path<String>) -> Answer {
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
    params(openapi::Id),
    request_body(content = Rotate, example = json!({ "overlap_seconds": 86400 })),
    responses(openapi::Rotated)
)]
pub(super) async fn rotate(
    state: Data<AppState>,
    Manager(tenant): Manager,
    id: Path<String>,
    Body(body): Body<Rotate>,
) -> Answer {
    let (webhook, secret) = state.services.webhooks.rotate(&tenant, &id, body.overlap()?).await?;
    let secret = secret.expose().to_owned();
    Ok(HttpResponse::Ok().json(SecretView { webhook: WebhookView::of(&webhook), secret }))
}
