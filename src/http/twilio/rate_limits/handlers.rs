//! The handlers of rate limits.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;
use crate::http::twilio::basic::Manager;
use crate::http::twilio::error::TwilioResult;
use crate::http::twilio::form::Form;
use crate::http::twilio::{base_url, list};
use crate::service::{AuthenticatedTenant, VerifyService};

use super::body;
use super::view::View;

/// `GET /v2/Services/{service}/RateLimits`: the rate limits of a service.
pub(crate) async fn list(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    service: Path<String>,
) -> TwilioResult {
    let services = &state.services.verify_services;
    let service = services.find(&tenant, &service)?;
    let view = view(&state, &request, &tenant, &service);
    let all = services.rate_limits(&tenant, &service).iter().map(|limit| view.limit(limit)).collect();
    Ok(HttpResponse::Ok().json(list::page(&state, &request, "rate_limits", all)?))
}

/// `POST /v2/Services/{service}/RateLimits`: adds a rate limit.
pub(crate) async fn create(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    service: Path<String>,
    form: Form,
) -> TwilioResult {
    let services = &state.services.verify_services;
    let service = services.find(&tenant, &service)?;
    let (new, client_ip) = (body::new_limit(form)?, ClientIp::of(&request));
    let limit = services.add_rate_limit((&tenant, &service), new, client_ip).await?;
    Ok(HttpResponse::Created().json(view(&state, &request, &tenant, &service).limit(&limit)))
}

/// `GET /v2/Services/{service}/RateLimits/{limit}`: one rate limit.
pub(crate) async fn fetch(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    path: Path<(String, String)>,
) -> TwilioResult {
    let services = &state.services.verify_services;
    let service = services.find(&tenant, &path.0)?;
    let limit = services.rate_limit(&tenant, &service, &path.1)?;
    Ok(HttpResponse::Ok().json(view(&state, &request, &tenant, &service).limit(&limit)))
}

/// `POST /v2/Services/{service}/RateLimits/{limit}`: says what a rate limit is for.
pub(crate) async fn update(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    path: Path<(String, String)>,
    form: Form,
) -> TwilioResult {
    let services = &state.services.verify_services;
    let service = services.find(&tenant, &path.0)?;
    let mut limit = services.rate_limit(&tenant, &service, &path.1)?;
    if let Some(text) = body::changed_limit(form)? {
        let (whose, client_ip) = ((&tenant, &service), ClientIp::of(&request));
        limit = services.describe_rate_limit(whose, (&limit, &text), client_ip).await?;
    }
    Ok(HttpResponse::Ok().json(view(&state, &request, &tenant, &service).limit(&limit)))
}

/// `DELETE /v2/Services/{service}/RateLimits/{limit}`: deletes a rate limit.
pub(crate) async fn delete(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    path: Path<(String, String)>,
) -> TwilioResult {
    let services = &state.services.verify_services;
    let service = services.find(&tenant, &path.0)?;
    let limit = services.rate_limit(&tenant, &service, &path.1)?;
    services.remove_rate_limit((&tenant, &service), &limit, ClientIp::of(&request)).await?;
    Ok(HttpResponse::NoContent().finish())
}

pub(super) fn view<'a>(
    state: &AppState,
    request: &HttpRequest,
    tenant: &AuthenticatedTenant,
    service: &'a VerifyService,
) -> View<'a> {
    let account = state.services.sids.account(tenant.id());
    View { account, service, base: base_url::of(state, request) }
}
