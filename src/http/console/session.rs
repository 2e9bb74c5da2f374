//! Who has signed in, as an argument: a handler without one shows nothing of anybody.

use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::error::InternalError;
use actix_web::web::Data;
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest, HttpResponse};
use secrecy::ExposeSecret;

use crate::domain::tenants::tenant::TenantHandle;
use crate::service::{AuthenticatedTenant, Operator, Refusal, Signed};

use crate::http::shared::client::ClientIp;
use crate::http::shared::problems::problem::Problem;
use crate::http::shared::problems::refusals::Audience;
use crate::http::state::AppState;

use super::form_fields::FormFields;
use super::layout::Layout;
use super::place::TENANTS;
use super::redirect::see_other;
use super::refused::Refused;
use super::{cookie, page};

pub(crate) type Extraction<T> = Pin<Box<dyn Future<Output = Result<T, Error>>>>;

/// Whoever has signed in. Whoever has not is led to do so.
pub(crate) struct Anybody(pub(crate) Signed);

/// An operator who has signed in. To a tenant the page is not there.
pub(crate) struct AnOperator {
    /// The session.
    pub(crate) signed: Signed,
    /// What the use cases of the operator take.
    pub(crate) operator: Operator,
}

/// The tenant that the path names, and who has signed in to look after it: an operator, or the tenant
/// itself. To any other it is not there.
pub(crate) struct Seat {
    /// The session.
    pub(crate) signed: Signed,
    /// What the use cases of a tenant take.
    pub(crate) tenant: AuthenticatedTenant,
}

impl Seat {
    /// Refuses unless the password or the secret key, which the form has in `confirm`, is right.
    pub(crate) async fn confirm(
        &self,
        state: &AppState,
        request: &HttpRequest,
        form: &FormFields,
    ) -> Result<(), Refused> {
        let (secret, about) = (form.secret("confirm"), Some(self.tenant.id()));
        let confirmed =
            state.services.console.confirm(&self.signed, &secret, about, ClientIp::of(request)).await;
        confirmed.map_err(|denied| Refused::from(&denied))
    }

    /// What is around a page about the tenant, of the tab at this end of the path.
    pub(crate) fn layout(&self, title: &str, tab: &str) -> Layout {
        Layout::about(&self.signed, &self.tenant, title, tab)
    }

    /// A path about the tenant.
    pub(crate) fn path(&self, end: &str) -> String {
        format!("{TENANTS}/{}{end}", self.tenant.handle())
    }
}

impl FromRequest for Anybody {
    type Error = Error;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self(signed(&request).await?)) })
    }
}

impl FromRequest for AnOperator {
    type Error = Error;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let signed = signed(&request).await?;
            match signed.operator() {
                Some(operator) => Ok(Self { signed, operator }),
                None => Err(turned_away(page::not_found(Some(&signed)))),
            }
        })
    }
}

impl FromRequest for Seat {
    type Error = Error;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let signed = signed(&request).await?;
            let handle = request.match_info().get("tenant").and_then(TenantHandle::parse);
            let (Some(handle), Some(state)) = (handle, request.app_data::<Data<AppState>>()) else {
                return Err(turned_away(page::not_found(Some(&signed))));
            };
            match state.services.console.seat(&signed, &handle).await {
                Ok(tenant) => Ok(Self { signed, tenant }),
                Err(Refusal::UnknownTenant) => Err(turned_away(page::not_found(Some(&signed)))),
                Err(refusal) => Err(turned_away(refused(&refusal))),
            }
        })
    }
}

/// Whose session a request belongs to.
pub(crate) async fn signed(request: &HttpRequest) -> Result<Signed, Error> {
    if let Some(signed) = request.extensions().get::<Signed>() {
        return Ok(signed.clone());
    }
    let sign_in = || turned_away(see_other("/console/sign-in"));
    // It is there on every route, and the guard lets nobody past without the address.
    let state = request.app_data::<Data<AppState>>().ok_or_else(sign_in)?;
    let public = state.console().ok_or_else(sign_in)?;
    let token = cookie::token(request, public).ok_or_else(sign_in)?;
    match state.services.console.signed(token.expose_secret()).await {
        Ok(Some(signed)) => {
            request.extensions_mut().insert(signed.clone());
            Ok(signed)
        }
        Ok(None) => Err(sign_in()),
        Err(refusal) => Err(turned_away(refused(&refusal))),
    }
}

/// Of an address that the console does not have. Who has not signed in learns no more than that.
pub(crate) async fn nowhere(request: HttpRequest) -> HttpResponse {
    page::not_found(signed(&request).await.ok().as_ref())
}

/// The page of a refusal that no form can mend.
pub(crate) fn refused(refusal: &Refusal) -> HttpResponse {
    Refused::of(Problem::of(refusal, Audience::Tenant)).alone()
}

/// An answer instead of what was asked for.
pub(crate) fn turned_away(answer: HttpResponse) -> Error {
    InternalError::from_response("turned away", answer).into()
}

/// Of a form without the token of its session.
pub(crate) fn foreign_form() -> Error {
    turned_away(page::foreign_form())
}
