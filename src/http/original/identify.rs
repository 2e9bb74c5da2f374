//! Reads the body and identifies the caller before anything is counted or done.
//!
//! Clients of these routes send their secret key in a field of the body. So the body is read here, within
//! its limits of size and time, and passed on. The limiter then knows whether to count the client IP.

use std::net::IpAddr;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use crate::service::{AuthenticatedTenant, Operator, Refusal};

use crate::http::shared::bearer::bearer;
use crate::http::shared::limits;
use crate::http::shared::middleware::MiddlewareResult;
use crate::http::shared::problems::audience::Audience;
use crate::http::shared::problems::problem::Problem;
use crate::http::shared::{answer, body};
use crate::http::state::AppState;

use super::fields::BodyFields;

/// A request whose body was read and whose caller was identified.
#[derive(Clone)]
pub(crate) struct OriginalRequest {
    /// The body.
    pub(crate) fields: BodyFields,
    /// The tenant whose secret key was sent, or why there is none.
    pub(crate) tenant: Result<AuthenticatedTenant, Refusal>,
    /// The operator, if the bearer token is the operator token.
    pub(crate) operator: Option<Operator>,
    /// The client IP.
    pub(crate) client_ip: Option<IpAddr>,
}

impl FromRequest for OriginalRequest {
    type Error = actix_web::Error;
    type Future = std::future::Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let call = request.extensions_mut().remove::<Self>();
        std::future::ready(call.ok_or_else(|| actix_web::error::ErrorInternalServerError("not identified")))
    }
}

/// Identifies a tenant by the field `secretKey`.
pub(crate) async fn tenant(
    state: Data<AppState>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> MiddlewareResult {
    let _permit = match state.enter().await {
        Ok(permit) => permit,
        Err(problem) => return Ok(refuse(request, &problem)),
    };
    let (request, mut call) = match read(&state, request).await {
        Ok(read) => read,
        Err(answered) => return Ok(answered),
    };
    match call.fields.optional_text("secretKey") {
        Ok(None) => {}
        Ok(Some(key)) => call.tenant = state.authenticate(key, call.client_ip).await,
        Err(problem) => return Ok(refuse(request, &problem)),
    }
    if let Err(refusal @ (Refusal::Store(_) | Refusal::Limited(_) | Refusal::Overloaded)) = &call.tenant {
        return Ok(refuse(request, &Problem::of(refusal, Audience::Public)));
    }
    if let Ok(tenant) = &call.tenant {
        request.extensions_mut().insert(tenant.id());
    }
    let proved = call.tenant.is_ok();
    pass(&state, request, call, proved, next).await
}

/// Identifies the operator by a bearer token.
pub(crate) async fn operator(
    state: Data<AppState>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> MiddlewareResult {
    let _permit = match state.enter().await {
        Ok(permit) => permit,
        Err(problem) => return Ok(refuse(request, &problem)),
    };
    let (request, mut call) = match read(&state, request).await {
        Ok(read) => read,
        Err(answered) => return Ok(answered),
    };
    if let Some(token) = bearer(&request) {
        call.operator = match state.services.operator_tokens.prove(&token).await {
            Ok(proved) => Some(proved),
            Err(Refusal::OperatorTokenNeeded) => None,
            Err(refusal) => return Ok(refuse(request, &Problem::of(&refusal, Audience::Public))),
        };
    }
    let proved = call.operator.is_some();
    pass(&state, request, call, proved, next).await
}

async fn read(
    state: &AppState,
    mut request: ServiceRequest,
) -> Result<(ServiceRequest, OriginalRequest), ServiceResponse<BoxBody>> {
    let client_ip = state.clients.address(&request);
    let (head, payload) = request.parts_mut();
    let body = body::read(head, payload).await;
    match body.and_then(|body| BodyFields::parse(&body)) {
        Err(problem) => Err(refuse(request, &problem)),
        Ok(fields) => {
            let call =
                OriginalRequest { fields, tenant: Err(Refusal::UnknownSecretKey), operator: None, client_ip };
            Ok((request, call))
        }
    }
}

async fn pass(
    state: &AppState,
    request: ServiceRequest,
    call: OriginalRequest,
    proved: bool,
    next: Next<impl MessageBody + 'static>,
) -> MiddlewareResult {
    let key = state.clients.key_after(proved, call.client_ip);
    request.extensions_mut().insert(call);
    limits::pass(request, key, next, |request, hit| answer::problem(request, &Problem::limited(hit))).await
}

fn refuse(request: ServiceRequest, problem: &Problem) -> ServiceResponse<BoxBody> {
    let response = answer::problem(&request, problem);
    request.into_response(response)
}
