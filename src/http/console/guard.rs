//! Checks requests to the console before a page is shown or a form is accepted.

use actix_web::HttpMessage;
use actix_web::body::MessageBody;
use actix_web::dev::ServiceRequest;
use actix_web::http::Method;
use actix_web::http::header::{CROSS_ORIGIN_OPENER_POLICY, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;

use crate::http::shared::headers::keep_tls;
use crate::http::shared::middleware::MiddlewareResult;
use crate::http::shared::origin::is_own_form;
use crate::http::shared::problems::table::requests::NOT_FOUND;
use crate::http::shared::{answer, client};
use crate::http::state::AppState;

use super::page;
use super::refused::Refused;

/// No page of another origin keeps a handle to a window of the console, whoever opened it.
const ALONE: HeaderValue = HeaderValue::from_static("same-origin");

/// Passes a request on if there is a console and the form comes from this server. Under overload it is admitted as
/// well: the operator may be about to end it.
pub(crate) async fn guard(
    state: Data<AppState>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> MiddlewareResult {
    let Some(public) = state.console() else {
        let answer = answer::problem(&request, &(&NOT_FOUND).into());
        return Ok(request.into_response(answer));
    };
    let mut response = match state.enter_as_operator() {
        Err(problem) => request.into_response(Refused::of(problem).alone()),
        Ok(_) if request.method() == Method::POST && !is_own_form(&request, public) => {
            request.into_response(page::foreign_form())
        }
        Ok(_permit) => {
            let client_ip = state.clients.address(&request);
            request.extensions_mut().insert(client::ClientIp(client_ip));
            next.call(request).await?.map_into_boxed_body()
        }
    };
    keep_tls(&mut response, public);
    response.headers_mut().insert(CROSS_ORIGIN_OPENER_POLICY, ALONE);
    Ok(response)
}
