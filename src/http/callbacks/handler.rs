//! Receiving a callback.

use actix_web::http::{Method, StatusCode};
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};

use crate::domain::deliveries::callback::{Callback, CallbackMethod};
use crate::domain::web_origin::WebOrigin;
use crate::service::CallbackOutcome;

use crate::http::shared::body;
use crate::http::shared::problems::audience::Audience;
use crate::http::shared::problems::problem::Problem;
use crate::http::state::AppState;

/// `GET` and `POST /callbacks/{route}/{key}`: takes a report. Everything that is understood gets a 200, also
/// when it is no news, since providers repeat what is refused.
pub(super) async fn receive(
    state: Data<AppState>,
    request: HttpRequest,
    path: Path<(String, String)>,
    payload: Payload,
) -> HttpResponse {
    match taken(&state, &request, &path, payload).await {
        Ok(CallbackOutcome::Taken) => HttpResponse::Ok().finish(),
        Ok(CallbackOutcome::Handshake(answer)) => HttpResponse::Ok().content_type("text/plain").body(answer),
        Ok(CallbackOutcome::Unknown) => HttpResponse::NotFound().finish(),
        Ok(CallbackOutcome::Refused) => HttpResponse::Forbidden().finish(),
        Err(problem) => failed(&problem),
    }
}

async fn taken(
    state: &AppState,
    request: &HttpRequest,
    (route, key): &(String, String),
    payload: Payload,
) -> Result<CallbackOutcome, Problem> {
    let _guard = state.enter().await?;
    let body = body::read(request, &mut payload.into_inner()).await?;
    // Providers sign the address that they were told, not the one behind a reverse proxy.
    let origin = state.services.pages.public_url().map_or("", WebOrigin::as_str);
    let url = format!("{origin}{}", request.uri());
    let headers = headers(request);
    let method = if request.method() == Method::GET { CallbackMethod::Get } else { CallbackMethod::Post };
    let callback = Callback { method, url: &url, headers: &headers, body: &body };
    let outcome = state.services.callbacks.receive(route, key, callback).await;
    outcome.map_err(|refusal| Problem::of(&refusal, Audience::Holder))
}

/// Nobody reads the words of this answer: its status makes the provider try again, or not.
fn failed(problem: &Problem) -> HttpResponse {
    let mut response = HttpResponse::build(problem.v1_status());
    if problem.v1_status() == StatusCode::SERVICE_UNAVAILABLE {
        response.insert_header(("Retry-After", "1"));
    }
    response.finish()
}

/// The headers as text; one that is not ASCII is none of a provider's.
fn headers(request: &HttpRequest) -> Vec<(String, String)> {
    let text = request.headers().iter().filter_map(|(name, value)| Some((name, value.to_str().ok()?)));
    text.map(|(name, value)| (name.as_str().to_owned(), value.to_owned())).collect()
}
