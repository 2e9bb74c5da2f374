//! The handlers of factors.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::domain::factors::identity::Identity;
use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;
use crate::http::twilio::basic::{Minter, Verifier, Viewer};
use crate::http::twilio::error::{TwilioError, TwilioResult};
use crate::http::twilio::form::Form;
use crate::http::twilio::{base_url, list};
use crate::service::{AuthenticatedTenant, CheckRequest, Enrolment, Refusal, VerifyService};

use super::body::{self, NewFactor};
use super::view::View;

/// A service, an identity, and a factor of that.
type FactorPath = Path<(String, String, String)>;

/// `GET …/Entities/{identity}/Factors`: the factors of an identity.
pub(crate) async fn list(
    state: Data<AppState>,
    request: HttpRequest,
    Viewer(tenant): Viewer,
    path: Path<(String, String)>,
) -> TwilioResult {
    let (service, identity) = whose(&state, &tenant, (&path.0, &path.1))?;
    let found = state.services.factors.list(&tenant, &identity).await?;
    let view = view(&state, &request, &tenant, (&service, &identity));
    let all = found.iter().map(|factor| view.factor(factor)).collect();
    Ok(HttpResponse::Ok().json(list::page(&state, &request, "factors", all)?))
}

/// `POST …/Entities/{identity}/Factors`: adds an authenticator app.
pub(crate) async fn create(
    state: Data<AppState>,
    request: HttpRequest,
    Minter(tenant): Minter,
    path: Path<(String, String)>,
    form: Form,
) -> TwilioResult {
    let (service, identity) = whose(&state, &tenant, (&path.0, &path.1))?;
    let totp = &service.settings.totp;
    let NewFactor { friendly_name, source } = NewFactor::read(form, totp)?;
    let enrolment = Enrolment {
        identity: identity.clone(),
        issuer: Some(totp.issuer.clone().unwrap_or_else(|| service.name.clone())),
        account: Some(friendly_name.clone()),
        source,
        page: None,
        confirmed: false,
        client_ip: ClientIp::of(&request),
        once: None,
    };
    let enrolled = state.services.factors.enrol(&tenant, enrolment).await?;
    let view = view(&state, &request, &tenant, (&service, &identity));
    Ok(HttpResponse::Created().json(view.new_factor(&enrolled, &friendly_name)))
}

/// `GET …/Entities/{identity}/Factors/{factor}`: one factor.
pub(crate) async fn fetch(
    state: Data<AppState>,
    request: HttpRequest,
    Viewer(tenant): Viewer,
    path: FactorPath,
) -> TwilioResult {
    let (service, identity) = whose(&state, &tenant, (&path.0, &path.1))?;
    let found = state.services.factors.of_identity(&tenant, &identity, &path.2).await?;
    let view = view(&state, &request, &tenant, (&service, &identity));
    Ok(HttpResponse::Ok().json(view.factor(&found)))
}

/// `POST …/Entities/{identity}/Factors/{factor}`: verifies a factor by its first code. A wrong one changes nothing.
pub(crate) async fn update(
    state: Data<AppState>,
    request: HttpRequest,
    Verifier(tenant): Verifier,
    path: FactorPath,
    form: Form,
) -> TwilioResult {
    let (service, identity) = whose(&state, &tenant, (&path.0, &path.1))?;
    let code = body::first_code(form)?;
    let factors = &state.services.factors;
    let found = factors.of_identity(&tenant, &identity, &path.2).await?;
    let handle = found.factor.handle.as_str();
    let answer = CheckRequest { handle, code: &code, client_ip: ClientIp::of(&request), once: None };
    let seen = match factors.confirm(&tenant, answer).await {
        Ok(confirmed) => confirmed.found,
        Err(Refusal::Mismatched { .. }) => found,
        Err(refusal) => return Err(refusal.into()),
    };
    let view = view(&state, &request, &tenant, (&service, &identity));
    Ok(HttpResponse::Ok().json(view.factor(&seen)))
}

/// `DELETE …/Entities/{identity}/Factors/{factor}`: deletes a factor.
pub(crate) async fn delete(
    state: Data<AppState>,
    request: HttpRequest,
    Minter(tenant): Minter,
    path: FactorPath,
) -> TwilioResult {
    let (_, identity) = whose(&state, &tenant, (&path.0, &path.1))?;
    let factors = &state.services.factors;
    let found = factors.of_identity(&tenant, &identity, &path.2).await?;
    factors.delete(&tenant, found.factor.handle.as_str(), ClientIp::of(&request)).await?;
    Ok(HttpResponse::NoContent().finish())
}

pub(super) fn whose(
    state: &AppState,
    tenant: &AuthenticatedTenant,
    (service, identity): (&str, &str),
) -> Result<(VerifyService, Identity), TwilioError> {
    let service = state.services.verify_services.find(tenant, service)?;
    Ok((service, body::identity(identity)?))
}

pub(super) fn view<'a>(
    state: &'a AppState,
    request: &HttpRequest,
    tenant: &'a AuthenticatedTenant,
    (service, identity): (&'a VerifyService, &'a Identity),
) -> View<'a> {
    let (services, base) = (&*state.services, base_url::of(state, request));
    View { services, tenant, service, identity, base }
}
