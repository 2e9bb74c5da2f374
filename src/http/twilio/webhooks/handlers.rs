//! The handlers of webhooks.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::domain::webhooks::webhook::Webhook;
use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;
use crate::http::twilio::basic::Manager;
use crate::http::twilio::error::{TwilioError, TwilioResult};
use crate::http::twilio::form::Form;
use crate::http::twilio::{base_url, list};
use crate::service::{AuthenticatedTenant, VerifyService};

use super::body;
use super::view::View;

/// `GET /v2/Services/{service}/Webhooks`: the webhooks of the tenant.
pub(crate) async fn list(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    service: Path<String>,
) -> TwilioResult {
    let service = state.services.verify_services.find(&tenant, &service)?;
    let found = state.services.webhooks.list(&tenant).await?;
    let view = view(&state, &request, &tenant, &service);
    let all = found.iter().map(|webhook| view.webhook(webhook)).collect();
    Ok(HttpResponse::Ok().json(list::page(&state, &request, "webhooks", all)?))
}

/// `POST /v2/Services/{service}/Webhooks`: adds a webhook. Its signing secret is shown only this once.
pub(crate) async fn create(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    service: Path<String>,
    form: Form,
) -> TwilioResult {
    let service = state.services.verify_services.find(&tenant, &service)?;
    let webhooks = &state.services.webhooks;
    let (url, rest) = body::new_webhook(form, webhooks)?;
    let (webhook, secret) = webhooks.add(&tenant, url, rest, ClientIp::of(&request)).await?;
    let mut object = view(&state, &request, &tenant, &service).webhook(&webhook);
    object["secret"] = secret.expose().to_owned().into();
    Ok(HttpResponse::Created().json(object))
}

/// `GET /v2/Services/{service}/Webhooks/{webhook}`: one webhook.
pub(crate) async fn fetch(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    path: Path<(String, String)>,
) -> TwilioResult {
    let service = state.services.verify_services.find(&tenant, &path.0)?;
    let view = view(&state, &request, &tenant, &service);
    let webhook = find(&view, &path.1).await?;
    Ok(HttpResponse::Ok().json(view.webhook(&webhook)))
}

/// `POST /v2/Services/{service}/Webhooks/{webhook}`: changes a webhook.
pub(crate) async fn update(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    path: Path<(String, String)>,
    form: Form,
) -> TwilioResult {
    let service = state.services.verify_services.find(&tenant, &path.0)?;
    let view = view(&state, &request, &tenant, &service);
    let webhook = find(&view, &path.1).await?;
    let webhooks = &state.services.webhooks;
    let changes = body::changes(form, webhooks)?;
    let changed = webhooks.change(&tenant, webhook.handle.as_str(), changes, ClientIp::of(&request)).await?;
    Ok(HttpResponse::Ok().json(view.webhook(&changed)))
}

/// `DELETE /v2/Services/{service}/Webhooks/{webhook}`: deletes a webhook.
pub(crate) async fn delete(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    path: Path<(String, String)>,
) -> TwilioResult {
    let service = state.services.verify_services.find(&tenant, &path.0)?;
    let webhook = find(&view(&state, &request, &tenant, &service), &path.1).await?;
    let client_ip = ClientIp::of(&request);
    state.services.webhooks.delete(&tenant, webhook.handle.as_str(), client_ip).await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn find(view: &View<'_>, sid: &str) -> Result<Webhook, TwilioError> {
    let found = view.services.webhooks.list(view.tenant).await?;
    let found = found.into_iter().find(|webhook| view.sid(webhook).to_string() == sid);
    found.ok_or_else(TwilioError::not_found)
}

fn view<'a>(
    state: &'a AppState,
    request: &HttpRequest,
    tenant: &'a AuthenticatedTenant,
    service: &'a VerifyService,
) -> View<'a> {
    View { services: &state.services, tenant, service, base: base_url::of(state, request) }
}
