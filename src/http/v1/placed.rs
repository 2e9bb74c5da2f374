//! The bodies of problems, which say where each occurred: `type` by the address of this server, `instance` by the id of
//! the request, which log and `X-Request-Id` have too.

use actix_web::HttpMessage;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;

use crate::domain::web_origin::WebOrigin;

use crate::http::shared::middleware::MiddlewareResult;
use crate::http::shared::observe::RequestId;
use crate::http::state::AppState;

use super::error::{Occurrence, V1Error};

const PROBLEM: HeaderValue = HeaderValue::from_static("application/problem+json");

/// Writes the body of every answer that is a problem.
pub(crate) async fn placed(
    state: Data<AppState>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> MiddlewareResult {
    let mut response = next.call(request).await?.map_into_boxed_body();
    let Some(error) = response.response_mut().extensions_mut().remove::<V1Error>() else {
        return Ok(response);
    };
    let (request, answer) = response.into_parts();
    let id = request.extensions().get::<RequestId>().cloned();
    let request_id = id.as_ref().map(RequestId::as_str);
    let server = state.services.pages.public_url().map_or("", WebOrigin::as_str);
    let occurrence = Occurrence { server, request: request_id };
    // A struct of texts and numbers always serialises.
    let body = serde_json::to_string(&error.body(occurrence)).unwrap_or_default();
    let mut answer = answer.set_body(BoxBody::new(body));
    answer.headers_mut().insert(CONTENT_TYPE, PROBLEM);
    Ok(ServiceResponse::new(request, answer))
}
