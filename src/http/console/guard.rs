//! Before anything of the console is shown or a form of it is taken.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage};

use super::super::pages::guard::{is_own_form, keep_tls};
use super::super::problem::Problem;
use super::super::{AppState, answer, client};
use super::frame;
use super::refused::Refused;

/// Lets a request on to the console, if there is one and it is not somebody else's form. It is let in
/// under load as well: whoever comes may be about to end it.
pub(super) async fn guard(
    state: Data<AppState>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(public) = state.console() else {
        let answer = answer::problem(&request, &Problem::NOT_FOUND);
        return Ok(request.into_response(answer));
    };
    let mut response = match state.enter_anyway() {
        Err(problem) => request.into_response(Refused::of(problem).alone()),
        Ok(_) if request.method() == Method::POST && !is_own_form(&request, public) => {
            request.into_response(frame::said(StatusCode::FORBIDDEN, FOREIGN))
        }
        Ok(_visit) => {
            let client_ip = state.clients.address(&request);
            request.extensions_mut().insert(client::ClientIp(client_ip));
            next.call(request).await?.map_into_boxed_body()
        }
    };
    keep_tls(&mut response, public);
    Ok(response)
}

/// Of a form that was not on a page of this session.
pub(super) const FOREIGN: &str = "This form did not come from a page of your session. Nothing was done.";
