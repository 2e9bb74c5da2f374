//! Identifies the tenant by Basic authentication (RFC 7617): the sid of the tenant or of the secret key, and the secret
//! key as the password.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_core::future::LocalBoxFuture;
use secrecy::ExposeSecret;
use zeroize::Zeroizing;

use crate::domain::tenants::credential::Scope;
use crate::http::shared::basic::Basic;
use crate::http::shared::client::ClientIp;
use crate::http::shared::limits;
use crate::http::shared::middleware::MiddlewareResult;
use crate::http::shared::problems::problem::Problem;
use crate::http::state::AppState;
use crate::service::{AuthenticatedTenant, Refusal, key_sid, with_underscores};

use super::error::TwilioError;

/// The authenticated tenant, or why there is none.
#[derive(Clone)]
struct Identity(Result<AuthenticatedTenant, Refusal>);

fn proved(request: &HttpRequest, scopes: &[Scope]) -> Result<AuthenticatedTenant, TwilioError> {
    let identity = request.extensions_mut().remove::<Identity>();
    let tenant = identity.map_or(Err(Refusal::UnknownSecretKey), |Identity(proved)| proved)?;
    tenant.require_any(scopes)?;
    Ok(tenant)
}

/// Defines a tenant as an argument of handlers, whose key must have one of the scopes.
macro_rules! holder {
    ($($(#[$doc:meta])* $name:ident: $($scope:ident)|+;)*) => {$(
        $(#[$doc])*
        pub(super) struct $name(pub(super) AuthenticatedTenant);

        impl FromRequest for $name {
            type Error = TwilioError;
            type Future = std::future::Ready<Result<Self, TwilioError>>;

            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                std::future::ready(proved(request, &[$(Scope::$scope),+]).map(Self))
            }
        }
    )*};
}

holder! {
    /// A tenant whose key may mint.
    Minter: Mint;
    /// A tenant whose key may verify.
    Verifier: Verify;
    /// A tenant whose key may read challenges.
    Viewer: Verify | Mint | Manage;
}

/// A tenant whose key may manage it. The request was counted under the tenant's rate for that.
pub(super) struct Manager(pub(super) AuthenticatedTenant);

impl FromRequest for Manager {
    type Error = TwilioError;
    type Future = LocalBoxFuture<'static, Result<Self, TwilioError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let tenant = proved(&request, &[Scope::Manage])?;
            let state = request.app_data::<Data<AppState>>().ok_or(Refusal::Overloaded)?;
            state.services.tenants.count_management(&tenant).await?;
            Ok(Self(tenant))
        })
    }
}

/// Identifies the caller before anything is counted, and words what went wrong: the address of a tenant is not
/// counted, and the address of a caller with wrong credentials is.
pub(super) async fn identify(
    state: Data<AppState>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> MiddlewareResult {
    let _permit = match state.enter().await {
        Ok(permit) => permit,
        Err(problem) => return Ok(refuse(request, &problem.into())),
    };
    let client_ip = state.clients.address(&request);
    let proved = match Basic::of(request.request()) {
        Ok(Basic { user, password }) => {
            let password = Zeroizing::new(with_underscores(password.expose_secret()).into_owned());
            let is_named = |tenant: &AuthenticatedTenant| names(&state, tenant, &user);
            state.authenticate_as(&password, client_ip, is_named).await
        }
        Err(_) => Err(Refusal::UnknownSecretKey),
    };
    if let Err(refusal @ Refusal::Overloaded) = proved {
        return Ok(refuse(request, &refusal.into()));
    }
    let key = state.clients.key_after(proved.is_ok(), client_ip);
    if let Ok(tenant) = &proved {
        request.extensions_mut().insert(tenant.id());
    }
    request.extensions_mut().insert(Identity(proved));
    request.extensions_mut().insert(ClientIp(client_ip));
    let limited = |request: &HttpRequest, hit| TwilioError::from(Problem::limited(hit)).answer(request);
    let response = limits::pass(request, key, next, limited).await?;
    // Only here is the request known whose path an error may name.
    let failed = response.response().error().and_then(|error| error.as_error::<TwilioError>()).cloned();
    Ok(match failed {
        None => response,
        Some(error) => {
            let answer = error.answer(response.request());
            response.into_response(answer)
        }
    })
}

fn refuse(request: ServiceRequest, error: &TwilioError) -> ServiceResponse<BoxBody> {
    let answer = error.answer(request.request());
    request.into_response(answer)
}

/// Returns whether a user is the sid of the tenant, or of the very key that it has presented.
fn names(state: &AppState, tenant: &AuthenticatedTenant, user: &str) -> bool {
    let sids = &state.services.sids;
    let key = tenant.key().map(|key| key_sid(key).to_string());
    sids.account(tenant.id()).to_string() == user || key.is_some_and(|key| key == user)
}
