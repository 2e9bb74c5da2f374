//! The handlers of verifications and checks.

use std::net::IpAddr;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::domain::challenges::former::Former;
use crate::http::shared::client::{ClientIp, end_user};
use crate::http::shared::limits::AddressLimits;
use crate::http::state::AppState;
use crate::http::twilio::base_url;
use crate::http::twilio::basic::{Minter, Verifier, Viewer};
use crate::http::twilio::error::TwilioResult;
use crate::http::twilio::form::Form;
use crate::service::{
    AuthenticatedTenant, MintRequest, VerificationAnswer, VerificationRequest, VerifyService,
};

use super::body::{Answering, Beginning, conclusion};
use super::view::View;

/// `POST /v2/Services/{service}/Verifications`: sends a code, or the pending one again.
pub(crate) async fn create(
    state: Data<AppState>,
    limits: Data<AddressLimits>,
    request: HttpRequest,
    Minter(tenant): Minter,
    service: Path<String>,
    form: Form,
) -> TwilioResult {
    let service = state.services.verify_services.find(&tenant, &service)?;
    let policy = tenant.policy(&service.purpose);
    let mut beginning = Beginning::read(form, tenant.region(), policy)?;
    let count = async |ip| limits.check_mint(tenant.id(), ip).await;
    let client_ip = end_user(&request, beginning.device, count).await?;
    let mut view = view(&state, &request, &tenant, &service);
    (view.amount, view.payee) = (beginning.amount.take(), beginning.payee.take());
    let wished = beginning.wished;
    let mint = mint(&tenant, &service, beginning, client_ip);
    let verifications = &state.services.verifications;
    let seen = verifications.begin(&tenant, &service, VerificationRequest { mint, wished }).await?;
    Ok(HttpResponse::Created().json(view.verification(&seen)))
}

/// `GET /v2/Services/{service}/Verifications/{name}`: a verification, by its sid or its recipient.
pub(crate) async fn fetch(
    state: Data<AppState>,
    request: HttpRequest,
    Viewer(tenant): Viewer,
    path: Path<(String, String)>,
) -> TwilioResult {
    let service = state.services.verify_services.find(&tenant, &path.0)?;
    let seen = state.services.verifications.find(&tenant, &service, &path.1).await?;
    Ok(HttpResponse::Ok().json(view(&state, &request, &tenant, &service).verification(&seen)))
}

/// `POST /v2/Services/{service}/Verifications/{name}`: ends a verification as the tenant says.
pub(crate) async fn update(
    state: Data<AppState>,
    request: HttpRequest,
    Viewer(tenant): Viewer,
    path: Path<(String, String)>,
    form: Form,
) -> TwilioResult {
    let service = state.services.verify_services.find(&tenant, &path.0)?;
    let (ended, client_ip) = ((path.1.as_str(), conclusion(form)?), ClientIp::of(&request));
    let seen = state.services.verifications.conclude(&tenant, &service, ended, client_ip).await?;
    Ok(HttpResponse::Ok().json(view(&state, &request, &tenant, &service).verification(&seen)))
}

/// `POST /v2/Services/{service}/VerificationCheck`: checks a code.
pub(crate) async fn check(
    state: Data<AppState>,
    request: HttpRequest,
    Verifier(tenant): Verifier,
    service: Path<String>,
    form: Form,
) -> TwilioResult {
    let service = state.services.verify_services.find(&tenant, &service)?;
    let Answering { name, code, bound, amount, payee } = Answering::read(form)?;
    let client_ip = ClientIp::of(&request);
    let answer = VerificationAnswer { name: &name, code: &code, bound, client_ip };
    let checked = state.services.verifications.check(&tenant, &service, answer).await?;
    let view = View { amount, payee, ..view(&state, &request, &tenant, &service) };
    Ok(HttpResponse::Ok().json(view.check(&checked)))
}

fn mint(
    tenant: &AuthenticatedTenant,
    service: &VerifyService,
    beginning: Beginning,
    client_ip: Option<IpAddr>,
) -> MintRequest {
    let Beginning { to, wished, code, details, vars, autofill, bound, subjects, device, .. } = beginning;
    let (channel, fallback) = tenant.way_to(&to, wished, &service.purpose);
    MintRequest {
        channel,
        fallback,
        purpose: service.purpose.clone(),
        code,
        former: Former::Prevents,
        details,
        vars,
        autofill,
        bound,
        subjects,
        client_ip,
        end_user: device,
        ..MintRequest::to(to)
    }
}

fn view<'a>(
    state: &'a AppState,
    request: &HttpRequest,
    tenant: &AuthenticatedTenant,
    service: &'a VerifyService,
) -> View<'a> {
    let (services, base) = (&*state.services, base_url::of(state, request));
    View { services, tenant: tenant.id(), service, base, amount: None, payee: None }
}
