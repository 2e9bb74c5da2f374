//! The handlers of the pages: each makes one call, and shows the page or redirects to it.

use actix_web::http::header::{ACCEPT, LOCATION};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use crate::domain::challenges::channel::ChannelKind;
use crate::service::{Leaving, Refusal, Waited};

use crate::http::shared::client::ClientIp;
use crate::http::shared::problems::audience::Audience;
use crate::http::shared::problems::problem::Problem;
use crate::http::state::AppState;

use super::flash::Flash;
use super::form::VisitorForm;
use super::visitor::Visitor;
use super::{notices, view};

/// `GET /c/{key}`: the page of the challenge.
pub(crate) async fn show(state: Data<AppState>, request: HttpRequest, key: Path<String>) -> HttpResponse {
    let visitor = Visitor::of(&request);
    match state.services.pages.find(&key, visitor.embedder.as_ref()).await {
        Ok(page) => view::page(&visitor, &key, &page, state.services.now()),
        Err(Refusal::UnknownChallenge) => notices::unknown(&visitor),
        Err(refusal) => Problem::of(&refusal, Audience::Public).on(notices::unavailable(&visitor)),
    }
}

/// `POST /c/{key}/verify`: checks a code.
pub(crate) async fn verify(
    state: Data<AppState>,
    request: HttpRequest,
    key: Path<String>,
    form: VisitorForm,
) -> HttpResponse {
    let (embedder, client_ip) = (Visitor::of(&request).embedder, ClientIp::of(&request));
    let waited = Waited { mark: &form.pause, work: &form.work };
    match state.services.pages.answer(&key, embedder.as_ref(), (&form.code, waited), client_ip).await {
        Ok(leaving) => leave(&request, &key, leaving),
        Err(refusal) => back(&request, &key, Flash::of(&refusal)),
    }
}

/// `POST /c/{key}/resend`: sends the code again, over another channel if the form names one.
pub(crate) async fn resend(
    state: Data<AppState>,
    request: HttpRequest,
    key: Path<String>,
    form: VisitorForm,
) -> HttpResponse {
    let (embedder, client_ip) = (Visitor::of(&request).embedder, ClientIp::of(&request));
    let wish = match (form.channel.as_str(), ChannelKind::parse(&form.channel)) {
        ("", _) => None,
        (_, Some(channel)) => Some(channel),
        // None of our forms says that.
        (_, None) => return back(&request, &key, Some(Flash::Later)),
    };
    let flash = match state.services.pages.resend(&key, embedder.as_ref(), wish, client_ip).await {
        Ok(()) => Some(Flash::Sent),
        Err(refusal) => Flash::of(&refusal),
    };
    back(&request, &key, flash)
}

/// `POST /c/{key}/recipient`: sets the recipient, if the page asks for it.
pub(crate) async fn give(
    state: Data<AppState>,
    request: HttpRequest,
    key: Path<String>,
    form: VisitorForm,
) -> HttpResponse {
    let (embedder, client_ip) = (Visitor::of(&request).embedder, ClientIp::of(&request));
    let given = state.services.pages.give_recipient(&key, embedder.as_ref(), &form.to, client_ip).await;
    back(&request, &key, given.err().as_ref().and_then(Flash::of))
}

/// `POST /c/{key}/withdraw`: removes a wrong recipient; the page asks again.
pub(crate) async fn withdraw(state: Data<AppState>, request: HttpRequest, key: Path<String>) -> HttpResponse {
    let (embedder, client_ip) = (Visitor::of(&request).embedder, ClientIp::of(&request));
    let withdrawn = state.services.pages.withdraw_recipient(&key, embedder.as_ref(), client_ip).await;
    back(&request, &key, withdrawn.err().as_ref().and_then(Flash::of))
}

/// `POST /c/{key}/cancel`: the visitor gives up, or the address is wrong and the app has to mint again.
pub(crate) async fn cancel(state: Data<AppState>, request: HttpRequest, key: Path<String>) -> HttpResponse {
    let (embedder, client_ip) = (Visitor::of(&request).embedder, ClientIp::of(&request));
    match state.services.pages.cancel(&key, embedder.as_ref(), client_ip).await {
        Ok(leaving) => leave(&request, &key, leaving),
        Err(refusal) => back(&request, &key, Flash::of(&refusal)),
    }
}

/// Redirects to the page, which shows the result.
///
/// The redirect leads to a GET, so that reloading repeats nothing (RFC 9110 §15.4.4).
fn back(request: &HttpRequest, key: &str, flash: Option<Flash>) -> HttpResponse {
    let there = Visitor::of(request).path(key, "", flash);
    match is_script(request) {
        true => located(&there),
        false => HttpResponse::SeeOther().insert_header((LOCATION, there)).finish(),
    }
}

/// Leads back to the app. In a frame the page's own script reports the result.
///
/// A redirect would not work: a browser still treats it as part of the form, which may be sent to this server
/// only, wherever the app redirects to.
fn leave(request: &HttpRequest, key: &str, leaving: Leaving) -> HttpResponse {
    match leaving {
        Leaving::To(there) if is_script(request) => located(&there),
        Leaving::To(there) => notices::leaving(&Visitor::of(request), there),
        Leaving::Stay => back(request, key, None),
        Leaving::Notify { status, result } => {
            HttpResponse::Ok().json(json!({ "result": result, "status": status.as_str() }))
        }
    }
}

/// Whether the page's own script sends the request; it follows the address in the answer by itself.
fn is_script(request: &HttpRequest) -> bool {
    request.headers().get(ACCEPT).is_some_and(|accept| accept == "application/json")
}

fn located(there: &str) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "location": there }))
}
