//! The handlers of services.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;

use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;
use crate::http::twilio::basic::Manager;
use crate::http::twilio::error::{TwilioError, TwilioResult};
use crate::http::twilio::form::Form;
use crate::http::twilio::{base_url, list};
use crate::service::{AuthenticatedTenant, ServiceDraft, VerifyService};

use super::{body, view};

/// `GET /v2/Services`: the services of the tenant.
pub(crate) async fn list(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
) -> TwilioResult {
    let all = state.services.verify_services.list(&tenant);
    let all = all.iter().map(|service| shown(&state, &request, &tenant, service)).collect();
    Ok(HttpResponse::Ok().json(list::page(&state, &request, "services", all)?))
}

/// `POST /v2/Services`: creates a service.
pub(crate) async fn create(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    form: Form,
) -> TwilioResult {
    let draft = body::draft(form)?;
    let name = draft.name.clone().ok_or_else(|| TwilioError::parameter("FriendlyName", "it is required"))?;
    let draft = ServiceDraft { name: None, ..draft };
    let client_ip = ClientIp::of(&request);
    let service = state.services.verify_services.add(&tenant, name, draft, client_ip).await?;
    Ok(HttpResponse::Created().json(shown(&state, &request, &tenant, &service)))
}

/// `GET /v2/Services/{service}`: one service.
pub(crate) async fn fetch(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    sid: Path<String>,
) -> TwilioResult {
    let service = state.services.verify_services.find(&tenant, &sid)?;
    Ok(HttpResponse::Ok().json(shown(&state, &request, &tenant, &service)))
}

/// `POST /v2/Services/{service}`: changes a service.
pub(crate) async fn update(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    sid: Path<String>,
    form: Form,
) -> TwilioResult {
    let (draft, client_ip) = (body::draft(form)?, ClientIp::of(&request));
    let service = state.services.verify_services.change(&tenant, &sid, draft, client_ip).await?;
    Ok(HttpResponse::Ok().json(shown(&state, &request, &tenant, &service)))
}

/// `DELETE /v2/Services/{service}`: deletes a service.
pub(crate) async fn delete(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    sid: Path<String>,
) -> TwilioResult {
    state.services.verify_services.remove(&tenant, &sid, ClientIp::of(&request)).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn shown(
    state: &AppState,
    request: &HttpRequest,
    tenant: &AuthenticatedTenant,
    service: &VerifyService,
) -> Value {
    let account = state.services.sids.account(tenant.id());
    view::of(account, service, &base_url::of(state, request))
}
