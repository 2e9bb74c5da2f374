//! The signed-in user as an argument: a handler without one shows no data.

use actix_web::dev::Payload;
use actix_web::error::InternalError;
use actix_web::http::Method;
use actix_web::web::Data;
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest, HttpResponse};
use secrecy::ExposeSecret;

use crate::domain::id::TenantId;
use crate::domain::operator::Power;
use crate::domain::tenants::tenant::TenantHandle;
use crate::service::{AuthenticatedTenant, Operator, Refusal, Signed};

use crate::http::shared::client::ClientIp;
use crate::http::shared::problems::audience::Audience;
use crate::http::shared::problems::problem::Problem;
use crate::http::state::AppState;

use super::form_fields::FormFields;
use super::layout::Layout;
use super::power::{Extraction, Powered, managing};
use super::redirect::see_other;
use super::refused::Refused;
use super::report_scope::TENANTS;
use super::{cookie, page};

/// The page that sets up an authenticator app.
const TOTP: &str = "/console/account/totp";

/// The routes of whoever must set up an authenticator app first.
const FIRST: [&str; 2] = [TOTP, "/console/sign-out"];

/// A signed-in user. Others are redirected to the sign-in page.
pub(crate) struct Anybody(pub(crate) Signed);

impl Powered for Anybody {
    fn for_power(request: &HttpRequest, _: &mut Payload, power: Power) -> Extraction<Self> {
        let request = request.clone();
        Box::pin(async move { Ok(Self(allowed(&request, power).await?)) })
    }
}

/// A signed-in operator, by itself an owner. Tenants receive 404.
pub(crate) struct AnOperator {
    pub(crate) signed: Signed,
    /// The operator, for the use cases.
    pub(crate) operator: Operator,
}

/// The tenant in the path, and the signed-in user: an operator, by itself an owner, or the tenant itself. Others receive
/// 404.
pub(crate) struct Seat {
    pub(crate) signed: Signed,
    /// The tenant, for the use cases.
    pub(crate) tenant: AuthenticatedTenant,
}

impl AnOperator {
    /// Requires the password in the field `confirm`.
    pub(crate) async fn confirm(
        &self,
        state: &AppState,
        request: &HttpRequest,
        form: &FormFields,
    ) -> Result<(), Refused> {
        confirm(&self.signed, None, state, request, form).await
    }
}

impl Seat {
    /// Requires the password or the secret key in the field `confirm`.
    pub(crate) async fn confirm(
        &self,
        state: &AppState,
        request: &HttpRequest,
        form: &FormFields,
    ) -> Result<(), Refused> {
        confirm(&self.signed, Some(self.tenant.id()), state, request, form).await
    }

    /// The layout of a page about the tenant, in the tab with this path.
    pub(crate) fn layout(&self, title: &str, tab: &str) -> Layout {
        Layout::about(&self.signed, &self.tenant, title, tab)
    }

    /// A path about the tenant.
    pub(crate) fn path(&self, end: &str) -> String {
        format!("{TENANTS}/{}{end}", self.tenant.handle())
    }
}

async fn confirm(
    signed: &Signed,
    about: Option<TenantId>,
    state: &AppState,
    request: &HttpRequest,
    form: &FormFields,
) -> Result<(), Refused> {
    let secret = form.secret("confirm");
    let confirmed = state.services.console.confirm(signed, &secret, about, ClientIp::of(request)).await;
    confirmed.map_err(|denied| Refused::from(&denied))
}

impl FromRequest for Anybody {
    type Error = Error;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self(signed(&request).await?)) })
    }
}

impl Powered for AnOperator {
    fn for_power(request: &HttpRequest, _: &mut Payload, power: Power) -> Extraction<Self> {
        let request = request.clone();
        Box::pin(async move {
            let signed = allowed(&request, power).await?;
            match signed.operator() {
                Some(operator) => Ok(Self { signed, operator }),
                None => Err(rejected(page::not_found(Some(&signed)))),
            }
        })
    }
}

impl Powered for Seat {
    fn for_power(request: &HttpRequest, _: &mut Payload, power: Power) -> Extraction<Self> {
        let request = request.clone();
        Box::pin(async move {
            let signed = allowed(&request, power).await?;
            let handle = request.match_info().get("tenant").and_then(TenantHandle::parse);
            let (Some(handle), Some(state)) = (handle, request.app_data::<Data<AppState>>()) else {
                return Err(rejected(page::not_found(Some(&signed))));
            };
            match state.services.console.seat(&signed, &handle).await {
                Ok(tenant) => Ok(Self { signed, tenant }),
                Err(Refusal::UnknownTenant) => Err(rejected(page::not_found(Some(&signed)))),
                Err(refusal) => Err(rejected(refused(&refusal))),
            }
        })
    }
}

managing!(AnOperator, Seat);

/// The session of a request whose user may do what takes this power.
pub(crate) async fn allowed(request: &HttpRequest, power: Power) -> Result<Signed, Error> {
    let signed = signed(request).await?;
    match signed.may(power) {
        true => Ok(signed),
        false => Err(rejected(page::not_allowed(&signed))),
    }
}

/// The session of a request. Whoever must set up an authenticator app first is led there, and does nothing else.
pub(crate) async fn signed(request: &HttpRequest) -> Result<Signed, Error> {
    let signed = session(request).await?;
    let is_allowed = request.match_pattern().is_some_and(|route| FIRST.contains(&route.as_str()));
    let must_set_up = request
        .app_data::<Data<AppState>>()
        .is_none_or(|state| state.services.console.must_set_up_totp(&signed));
    match request.method() {
        _ if is_allowed || !must_set_up => Ok(signed),
        &Method::POST => Err(rejected(page::app_first())),
        _ => Err(rejected(see_other(TOTP))),
    }
}

/// The session of a request, whatever its user may do.
pub(crate) async fn session(request: &HttpRequest) -> Result<Signed, Error> {
    if let Some(signed) = request.extensions().get::<Signed>() {
        return Ok(signed.clone());
    }
    let sign_in = || rejected(see_other("/console/sign-in"));
    // Every route has it, and the guard stops requests without the address.
    let state = request.app_data::<Data<AppState>>().ok_or_else(sign_in)?;
    let public = state.console().ok_or_else(sign_in)?;
    let token = cookie::token(request, public).ok_or_else(sign_in)?;
    match state.services.console.signed(token.expose_secret(), ClientIp::of(request)).await {
        Ok(Some(signed)) => {
            request.extensions_mut().insert(signed.clone());
            Ok(signed)
        }
        Ok(None) => Err(sign_in()),
        Err(refusal) => Err(rejected(refused(&refusal))),
    }
}

/// For a path that the console does not have. Before signing in, everybody is redirected to the sign-in page.
pub(crate) async fn unknown_path(request: HttpRequest) -> HttpResponse {
    page::not_found(signed(&request).await.ok().as_ref())
}

/// The page of a refusal that no form can correct.
pub(crate) fn refused(refusal: &Refusal) -> HttpResponse {
    Refused::of(Problem::of(refusal, Audience::Tenant)).alone()
}

/// An answer instead of the requested page.
pub(crate) fn rejected(answer: HttpResponse) -> Error {
    InternalError::from_response("turned away", answer).into()
}

/// For a form without the token of its session.
pub(crate) fn foreign_form() -> Error {
    rejected(page::foreign_form())
}
