//! Identifies the tenant by `Authorization: Basic`: its handle or its name, and one of its secret keys.

use std::net::IpAddr;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest, ResponseError};
use secrecy::ExposeSecret;

use crate::domain::tenants::credential::Scope;
use crate::service::{AuthenticatedTenant, Refusal};

use crate::http::shared::basic::{Basic, BasicError};
use crate::http::shared::client::ClientIp;
use crate::http::shared::client_key::ClientKey;
use crate::http::shared::limits;
use crate::http::shared::middleware::MiddlewareResult;
use crate::http::shared::problems::problem::Problem;
use crate::http::state::AppState;

use super::failure::Failure;
use super::refusals::{Operation, failure};

/// A tenant, and the name by which it has called itself.
#[derive(Clone)]
pub(super) struct Caller {
    pub(super) tenant: AuthenticatedTenant,
    pub(super) namespace: String,
}

/// The caller, or why there is none.
#[derive(Clone)]
struct Identity(Result<Caller, Failure>);

/// A tenant whose key may mint.
pub(super) struct Minter(pub(super) Caller);

/// A tenant whose key may verify.
pub(super) struct Verifier(pub(super) Caller);

impl FromRequest for Minter {
    type Error = Failure;
    type Future = std::future::Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(proved(request, Scope::Mint).map(Self))
    }
}

impl FromRequest for Verifier {
    type Error = Failure;
    type Future = std::future::Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(proved(request, Scope::Verify).map(Self))
    }
}

fn proved(request: &HttpRequest, scope: Scope) -> Result<Caller, Failure> {
    let identity = request.extensions_mut().remove::<Identity>();
    let caller =
        identity.map_or_else(|| Err(refused(&Refusal::UnknownSecretKey)), |Identity(proved)| proved)?;
    caller.tenant.require(scope).map_err(|refusal| refused(&refusal))?;
    Ok(caller)
}

/// Identifies the caller before anything is counted: the address of a tenant is not counted, and that of a
/// caller with wrong credentials is.
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
    let proved = prove(&state, request.request(), client_ip).await;
    if let Err(failure) = &proved
        && failure.status == StatusCode::SERVICE_UNAVAILABLE
    {
        return Ok(refuse(request, failure));
    }
    let key = state.clients.key_after(proved.is_ok(), client_ip);
    if let Ok(caller) = &proved {
        request.extensions_mut().insert(caller.tenant.id());
    }
    request.extensions_mut().insert(Identity(proved));
    pass(request, key, client_ip, next).await
}

/// Passes a request of anybody on.
pub(super) async fn visit(
    state: Data<AppState>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> MiddlewareResult {
    let _permit = match state.enter().await {
        Ok(permit) => permit,
        Err(problem) => return Ok(refuse(request, &problem.into())),
    };
    let client_ip = state.clients.address(&request);
    let key = state.clients.key(client_ip);
    pass(request, key, client_ip, next).await
}

async fn prove(
    state: &AppState,
    request: &HttpRequest,
    client_ip: Option<IpAddr>,
) -> Result<Caller, Failure> {
    let unauthorized = |message: &str| Failure::new(StatusCode::UNAUTHORIZED, message);
    let Basic { user, password } = Basic::of(request).map_err(|error| match error {
        BasicError::Missing => unauthorized("Missing Basic Authorization header."),
        BasicError::Encoding => unauthorized("Invalid Base64 value in Basic Authorization header."),
        BasicError::Form => unauthorized("Invalid value in Basic Authorization header."),
    })?;
    // A name is not a secret: with another tenant's, the key costs and teaches what a wrong one does.
    let names = |tenant: &AuthenticatedTenant| {
        user == tenant.handle().as_str() || (!user.is_empty() && user == tenant.name())
    };
    let tenant = state.authenticate_as(password.expose_secret(), client_ip, names).await;
    let tenant = tenant.map_err(|refusal| refused(&refusal))?;
    Ok(Caller { tenant, namespace: user })
}

fn refused(refusal: &Refusal) -> Failure {
    failure(refusal, Operation::Status)
}

fn refuse(request: ServiceRequest, failure: &Failure) -> ServiceResponse<BoxBody> {
    request.into_response(failure.error_response())
}

async fn pass(
    request: ServiceRequest,
    key: ClientKey,
    client_ip: Option<IpAddr>,
    next: Next<impl MessageBody + 'static>,
) -> MiddlewareResult {
    request.extensions_mut().insert(ClientIp(client_ip));
    limits::pass(request, key, next, |_, hit| Failure::from(Problem::limited(hit)).error_response()).await
}
