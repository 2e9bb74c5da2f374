//! Before a page is shown or one of its forms is taken: where the form was, and how often the visitor asks.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{HeaderValue, ORIGIN, STRICT_TRANSPORT_SECURITY};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage, HttpResponse};

use crate::domain::web_origin::WebOrigin;

use super::super::problem::Problem;
use super::super::{AppState, answer, client, limits};
use super::view;
use super::visitor::Visitor;

const FETCH_SITE: &str = "sec-fetch-site";

/// A year: browsers that came over TLS once do not come without it again (RFC 6797).
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Lets a request on to the pages, if there are any and it is not somebody else's form.
pub(super) async fn guard(
    state: Data<AppState>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(public) = state.services.pages.public_url() else {
        let answer = answer::problem(&request, &Problem::NOT_FOUND);
        return Ok(request.into_response(answer));
    };
    let visitor = Visitor::of(request.request());
    let mut response = match state.enter().await {
        Err(problem) => request.into_response(told(&problem, view::unavailable(&visitor))),
        Ok(_) if request.method() == Method::POST && !is_own_form(&request, public) => {
            request.into_response(view::foreign(&visitor))
        }
        Ok(_visit) => pass(&state, request, next, &visitor).await?,
    };
    keep_tls(&mut response, public);
    Ok(response)
}

/// Has browsers that came over TLS never come without it.
pub(in crate::http) fn keep_tls(response: &mut ServiceResponse<BoxBody>, public: &WebOrigin) {
    if public.as_str().starts_with("https:") {
        response.headers_mut().insert(STRICT_TRANSPORT_SECURITY, HSTS);
    }
}

/// Whether a form was on a page of this server. Browsers say so in `Sec-Fetch-Site`, which no page can
/// change; `Origin` counts where that is missing. It cannot be asked alone: our pages tell nobody where
/// they are, and so forms that they send have `Origin: null`.
pub(in crate::http) fn is_own_form(request: &ServiceRequest, public: &WebOrigin) -> bool {
    let headers = request.headers();
    match (headers.get(FETCH_SITE), headers.get(ORIGIN)) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => origin == public.as_str(),
        (None, None) => false,
    }
}

async fn pass(
    state: &AppState,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
    visitor: &Visitor,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let client_ip = state.clients.address(&request);
    request.extensions_mut().insert(client::ClientIp(client_ip));
    let (response, hit) = limits::pass(request, state.clients.key(client_ip), next).await?;
    Ok(match hit {
        None => response,
        Some(hit) => response.into_response(told(&Problem::limited(hit), view::limited(visitor))),
    })
}

/// The page of a problem, which says when to come again.
pub(super) fn told(problem: &Problem, mut page: HttpResponse) -> HttpResponse {
    problem.head(&mut page);
    page
}
