//! Checks where a form comes from and how often a visitor asks, before a page is shown or a form is accepted.

use actix_web::body::MessageBody;
use actix_web::dev::ServiceRequest;
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{HttpMessage, HttpRequest};

use crate::http::shared::headers::keep_tls;
use crate::http::shared::middleware::MiddlewareResult;
use crate::http::shared::origin::is_own_form;
use crate::http::shared::problems::problem::Problem;
use crate::http::shared::problems::table::requests::NOT_FOUND;
use crate::http::shared::{answer, client, limits};
use crate::http::state::AppState;

use super::notices;
use super::visitor::Visitor;

/// Passes a request on if there are hosted pages and the form comes from this server.
pub(crate) async fn guard(
    state: Data<AppState>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> MiddlewareResult {
    let Some(public) = state.services.pages.public_url() else {
        let answer = answer::problem(&request, &(&NOT_FOUND).into());
        return Ok(request.into_response(answer));
    };
    let visitor = Visitor::of(request.request());
    let mut response = match state.enter().await {
        Err(problem) => request.into_response(problem.on(notices::unavailable(&visitor))),
        Ok(_) if request.method() == Method::POST && !is_own_form(&request, public) => {
            request.into_response(notices::foreign(&visitor))
        }
        Ok(_permit) => pass(&state, request, next, &visitor).await?,
    };
    keep_tls(&mut response, public);
    Ok(response)
}

async fn pass(
    state: &AppState,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
    visitor: &Visitor,
) -> MiddlewareResult {
    let client_ip = state.clients.address(&request);
    request.extensions_mut().insert(client::ClientIp(client_ip));
    let limited = |_: &HttpRequest, hit| Problem::limited(hit).on(notices::limited(visitor));
    limits::pass(request, state.clients.key(client_ip), next, limited).await
}
