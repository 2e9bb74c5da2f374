//! The handlers of webhooks.

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::domain::webhooks::webhook::Webhook;

use crate::http::shared::bodies::webhook::{WebhookBody, WebhookChangeBody};
use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;
use crate::http::v1::bearer::Manager;
use crate::http::v1::body::JsonBody;
use crate::http::v1::error::V1Result;
use crate::http::v1::{idempotency, page, revision};

use super::body::WebhookRotationBody;
use super::view::{WebhookSecretView, WebhookView, WebhooksView};

/// `GET /v1/tenant/webhooks`: lists the webhooks.
pub(crate) async fn list(state: Data<AppState>, Manager(tenant): Manager) -> V1Result {
    let webhooks = state.services.webhooks.list(&tenant).await?;
    let data = webhooks.iter().map(WebhookView::of).collect();
    Ok(HttpResponse::Ok().json(WebhooksView { data, next: page::NO_MORE }))
}

/// `POST /v1/tenant/webhooks`: adds a webhook.
pub(crate) async fn create(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    JsonBody(body): JsonBody<WebhookBody>,
) -> V1Result {
    idempotency::making(&state.clone(), &request.clone(), tenant, move |tenant| async move {
        let (url, rest) = body.parse(&state.services)?;
        let (webhook, secret) =
            state.services.webhooks.add(&tenant, url, rest, ClientIp::of(&request)).await?;
        Ok(with_secret(&webhook, secret.expose()))
    })
    .await
}

/// The answer that shows a new secret.
fn with_secret(webhook: &Webhook, secret: &str) -> HttpResponse {
    let location = format!("/v1/tenant/webhooks/{}", webhook.handle);
    let view = WebhookSecretView { webhook: WebhookView::of(webhook), secret: secret.to_owned() };
    let mut answer = revision::tagged_as(StatusCode::CREATED, webhook.revision);
    idempotency::has_secret(answer.insert_header((LOCATION, location)).json(view))
}

/// `GET /v1/tenant/webhooks/{id}`: one webhook.
pub(crate) async fn get(state: Data<AppState>, Manager(tenant): Manager, id: Path<String>) -> V1Result {
    Ok(shown(&state.services.webhooks.find(&tenant, &id).await?))
}

/// `PATCH /v1/tenant/webhooks/{id}`: changes a webhook.
pub(crate) async fn change(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    id: Path<String>,
    JsonBody(body): JsonBody<WebhookChangeBody>,
) -> V1Result {
    let new = body.parse(&state.services)?;
    Ok(shown(&state.services.webhooks.change(&tenant, &id, new, ClientIp::of(&request)).await?))
}

fn shown(webhook: &Webhook) -> HttpResponse {
    revision::tagged(webhook.revision).json(WebhookView::of(webhook))
}

/// `DELETE /v1/tenant/webhooks/{id}`: deletes a webhook.
pub(crate) async fn delete(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    id: Path<String>,
) -> V1Result {
    state.services.webhooks.delete(&tenant, &id, ClientIp::of(&request)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `POST /v1/tenant/webhooks/{id}/rotate`: replaces the signing secret.
pub(crate) async fn rotate(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    id: Path<String>,
    JsonBody(body): JsonBody<WebhookRotationBody>,
) -> V1Result {
    idempotency::making(&state.clone(), &request.clone(), tenant, move |tenant| async move {
        let (overlap, client_ip) = (body.overlap()?, ClientIp::of(&request));
        let (webhook, secret) = state.services.webhooks.rotate(&tenant, &id, overlap, client_ip).await?;
        Ok(with_secret(&webhook, secret.expose()))
    })
    .await
}
