//! Which pages in browsers may read an answer (CORS, <https://fetch.spec.whatwg.org/#http-cors-protocol>).
//!
//! Only the origin of the page decides, never the challenge: if the header depended on the challenge, it would
//! reveal which challenges exist. That a challenge belongs to another tenant than the page is found later, where
//! the challenge is looked up.

use actix_web::HttpResponse;
use actix_web::body::MessageBody;
use actix_web::dev::ServiceRequest;
use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, HeaderMap,
    HeaderValue, ORIGIN, VARY,
};
use actix_web::middleware::Next;
use actix_web::web::Data;

use crate::domain::web_origin::WebOrigin;

use crate::http::shared::middleware::MiddlewareResult;
use crate::http::state::AppState;

/// Seconds for which a browser need not repeat the preflight request.
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");

/// The headers that a page may read.
const EXPOSED: HeaderValue = HeaderValue::from_static("Retry-After, X-Request-Id");

/// For a route that pages may `GET`.
pub(crate) async fn get(
    state: Data<AppState>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> MiddlewareResult {
    share(&state, Method::GET, request, next).await
}

/// For a route to which pages may `POST`.
pub(crate) async fn post(
    state: Data<AppState>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> MiddlewareResult {
    share(&state, Method::POST, request, next).await
}

async fn share(
    state: &AppState,
    method: Method,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> MiddlewareResult {
    let page = allowed(state, &request).await;
    let is_preflight =
        request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let is_shared = is_preflight || request.method() == method;
    let mut response = match &page {
        Some(_) if is_preflight => request.into_response(preflight(&method)),
        _ => next.call(request).await?.map_into_boxed_body(),
    };
    let headers = response.headers_mut();
    headers.append(VARY, HeaderValue::from_static("Origin"));
    if let Some(page) = page.filter(|_| is_shared) {
        open(headers, page);
    }
    Ok(response)
}

/// The origin of the asking page, if any tenant allows it.
async fn allowed(state: &AppState, request: &ServiceRequest) -> Option<HeaderValue> {
    let sent = request.headers().get(ORIGIN)?;
    let page = WebOrigin::parse(sent.to_str().ok()?).ok()?;
    state.services.holders.allows_page(&page).await.then(|| sent.clone())
}

/// Answers the preflight request. Credentials are not allowed: a caller with the secret key is not a page.
fn preflight(method: &Method) -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header((ACCESS_CONTROL_ALLOW_METHODS, method.as_str()))
        .insert_header((ACCESS_CONTROL_ALLOW_HEADERS, "content-type"))
        .insert_header((ACCESS_CONTROL_MAX_AGE, MAX_AGE))
        .finish()
}

fn open(headers: &mut HeaderMap, page: HeaderValue) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, page);
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
}
