//! Identifies the tenant by `Authorization: Bearer <secret key>` (RFC 6750 §2.1).

use std::net::IpAddr;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest, ResponseError};
use futures_core::future::LocalBoxFuture;
use secrecy::ExposeSecret;

use crate::domain::tenants::credential::Scope;
use crate::service::{AuthenticatedTenant, Refusal};

use crate::http::shared::bearer::bearer;
use crate::http::shared::client;
use crate::http::shared::client_key::ClientKey;
use crate::http::shared::limits;
use crate::http::shared::middleware::MiddlewareResult;
use crate::http::shared::problems::problem::Problem;
use crate::http::shared::problems::table::requests::STORE_UNAVAILABLE;
use crate::http::state::AppState;

use super::error::V1Error;
use super::{rate_limit, revision};

/// The authenticated tenant, or why there is none.
#[derive(Clone)]
struct TenantIdentity(Result<AuthenticatedTenant, V1Error>);

fn proved(request: &HttpRequest, scopes: &[Scope]) -> Result<AuthenticatedTenant, V1Error> {
    let identity = request.extensions_mut().remove::<TenantIdentity>();
    let missing = || Err(V1Error::refused(&Refusal::UnknownSecretKey));
    let tenant = identity.map_or_else(missing, |TenantIdentity(proved)| proved)?;
    tenant.require_any(scopes).map_err(|refusal| V1Error::refused(&refusal))?;
    Ok(tenant.under(revision::conditions(request)))
}

/// Defines a tenant as an argument of handlers: a handler without one cannot reach tenant data, and the key must
/// have one of the scopes.
macro_rules! holder {
    ($($(#[$doc:meta])* $name:ident: $($scope:ident)|+;)*) => {$(
        $(#[$doc])*
        pub(crate) struct $name(pub(crate) AuthenticatedTenant);

        impl $name {
            /// The scopes of which the key must have one.
            pub(crate) const SCOPES: &[Scope] = &[$(Scope::$scope),+];
        }

        impl FromRequest for $name {
            type Error = V1Error;
            type Future = std::future::Ready<Result<Self, V1Error>>;

            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                std::future::ready(proved(request, Self::SCOPES).map(Self))
            }
        }
    )*};
}

holder! {
    /// A tenant whose key may mint.
    Minter: Mint;
    /// A tenant whose key may relay.
    Relayer: Relay;
    /// A tenant whose key may read relayed messages.
    MessageViewer: Relay | Manage | Support;
    /// A tenant whose key may verify.
    Verifier: Verify;
    /// A tenant whose key may read challenges.
    Viewer: Verify | Mint | Manage | Support;
    /// A tenant whose key may read factors.
    FactorViewer: Verify | Mint | Manage;
    /// A tenant whose key may read the outbox of a sandbox.
    Tester: Mint | Manage;
    /// A tenant whose key may manage it, for a request that sends something: it counts as a mint.
    Prober: Manage;
}

/// Defines the same for requests that are counted under the tenant's rate for managing it.
macro_rules! counted_holder {
    ($($(#[$doc:meta])* $name:ident: $($scope:ident)|+;)*) => {$(
        $(#[$doc])*
        pub(crate) struct $name(pub(crate) AuthenticatedTenant);

        impl $name {
            /// The scopes of which the key must have one.
            pub(crate) const SCOPES: &[Scope] = &[$(Scope::$scope),+];
        }

        impl FromRequest for $name {
            type Error = V1Error;
            type Future = LocalBoxFuture<'static, Result<Self, V1Error>>;

            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                let request = request.clone();
                Box::pin(async move { counted(&request, Self::SCOPES).await.map(Self) })
            }
        }
    )*};
}

counted_holder! {
    /// A tenant whose key may manage it.
    Manager: Manage;
    /// A tenant whose key may look after its recipients.
    Supporter: Support | Manage;
}

async fn counted(request: &HttpRequest, scopes: &[Scope]) -> Result<AuthenticatedTenant, V1Error> {
    let tenant = proved(request, scopes)?;
    // The middleware of every route has put it there.
    let state = request.app_data::<Data<AppState>>().ok_or_else(|| V1Error::from(&STORE_UNAVAILABLE))?;
    state.services.tenants.count_management(&tenant).await?;
    Ok(tenant)
}

/// Identifies the caller before anything is counted: the address of a tenant is not counted, and the
/// address of a caller with a wrong key is.
pub(crate) async fn identify(
    state: Data<AppState>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> MiddlewareResult {
    let _permit = match state.enter().await {
        Ok(permit) => permit,
        Err(problem) => return Ok(refuse(request, problem.into())),
    };
    let client_ip = state.clients.address(&request);
    let proved = match bearer(&request) {
        Some(key) => state.authenticate(key.expose_secret(), client_ip).await,
        None => Err(Refusal::UnknownSecretKey),
    };
    if let Err(refusal @ Refusal::Overloaded) = &proved {
        return Ok(refuse(request, V1Error::refused(refusal)));
    }
    let key = state.clients.key_after(proved.is_ok(), client_ip);
    let gauge = proved.as_ref().ok().map(|tenant| tenant.gauge().clone());
    if let Ok(tenant) = &proved {
        request.extensions_mut().insert(tenant.id());
    }
    request.extensions_mut().insert(TenantIdentity(proved.map_err(|refusal| V1Error::refused(&refusal))));
    let mut response = pass(request, key, client_ip, next).await?;
    if let Some(standing) = gauge.and_then(|gauge| gauge.read()) {
        rate_limit::add_headers(response.headers_mut(), &standing);
    }
    Ok(response)
}

fn refuse(request: ServiceRequest, error: V1Error) -> ServiceResponse<BoxBody> {
    request.into_response(error.error_response())
}

/// Passes an identified request on, and words the refusal of a limit.
pub(crate) async fn pass(
    request: ServiceRequest,
    key: ClientKey,
    client_ip: Option<IpAddr>,
    next: Next<impl MessageBody + 'static>,
) -> MiddlewareResult {
    request.extensions_mut().insert(client::ClientIp(client_ip));
    limits::pass(request, key, next, |_, hit| V1Error::from(Problem::limited(hit)).error_response()).await
}
