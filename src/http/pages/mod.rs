//! Hosted pages: a challenge is answered in a browser, below `/c/{key}`.
//!
//! Looking changes nothing: whatever follows links in mails does no harm. What changes something is a
//! form of the page itself, and its answer leads to an address to look at.

pub(super) mod assets;
mod brand;
mod countdown;
mod form;
pub(super) mod guard;
mod notice;
mod policy;
mod view;
mod visitor;
mod widget;

use actix_web::http::Method;
use actix_web::http::header::{ACCEPT, LOCATION};
use actix_web::middleware::{Condition, from_fn};
use actix_web::web::{self, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use crate::service::{Leaving, Refusal};

use super::client::ClientIp;
use super::limits::AddressLimits;
use super::problem::{Audience, Problem};
use super::{AppState, allowing};
pub(super) use brand::logo_path;
use form::Form;
use notice::Notice;
use visitor::Visitor;

/// A path of the pages: its methods, counted by the visitor's address.
macro_rules! page_route {
    ($config:expr, $limit:expr, $path:expr, $allow:literal, $($method:ident => $handler:path),+) => {{
        let (enabled, limiter) = $limit;
        $config.service(
            web::resource($path)
                .wrap(Condition::new(enabled, limiter))
                .wrap(from_fn(guard::guard))
                $(.route(web::method(Method::$method).to($handler)))+
                .default_service(allowing($allow)),
        );
    }};
}

/// The routes of the pages, and of what they load.
pub(super) fn routes(config: &mut ServiceConfig, limits: &AddressLimits) {
    let minting = || (limits.is_enabled(), limits.mint());
    let verifying = || (limits.is_enabled(), limits.verify());
    config.service(web::scope("/c").configure(|config| {
        page_route!(config, verifying(), "/{key}", "GET, HEAD", GET => show, HEAD => show);
        page_route!(config, verifying(), "/{key}/verify", "POST", POST => verify);
        page_route!(config, minting(), "/{key}/resend", "POST", POST => resend);
        page_route!(config, verifying(), "/{key}/cancel", "POST", POST => cancel);
        page_route!(config, minting(), "/{key}/recipient", "POST", POST => give);
        page_route!(config, verifying(), "/{key}/withdraw", "POST", POST => withdraw);
    }));
    assets::routes(config);
    brand::routes(config);
    widget::routes(config);
}

/// `GET /c/{key}`: the challenge as it stands.
async fn show(state: Data<AppState>, request: HttpRequest, key: Path<String>) -> HttpResponse {
    let visitor = Visitor::of(&request);
    match state.services.pages.find(&key, visitor.embedder.as_ref()).await {
        Ok(page) => view::page(&visitor, &key, &page, state.services.now()),
        Err(Refusal::UnknownChallenge) => view::unknown(&visitor),
        Err(refusal) => guard::told(&Problem::of(&refusal, Audience::Public), view::unavailable(&visitor)),
    }
}

/// `POST /c/{key}/verify`: an answer was typed.
async fn verify(state: Data<AppState>, request: HttpRequest, key: Path<String>, form: Form) -> HttpResponse {
    let (embedder, client_ip) = (Visitor::of(&request).embedder, ClientIp::of(&request));
    match state.services.pages.answer(&key, embedder.as_ref(), &form.code, client_ip).await {
        Ok(leaving) => leave(&request, leaving),
        Err(refusal) => back(&request, &key, Notice::of(&refusal)),
    }
}

/// `POST /c/{key}/resend`: the message did not come.
async fn resend(state: Data<AppState>, request: HttpRequest, key: Path<String>) -> HttpResponse {
    let (embedder, client_ip) = (Visitor::of(&request).embedder, ClientIp::of(&request));
    let notice = match state.services.pages.resend(&key, embedder.as_ref(), client_ip).await {
        Ok(()) => Some(Notice::Sent),
        Err(refusal) => Notice::of(&refusal),
    };
    back(&request, &key, notice)
}

/// `POST /c/{key}/recipient`: an address was typed, where the page asks for it.
async fn give(state: Data<AppState>, request: HttpRequest, key: Path<String>, form: Form) -> HttpResponse {
    let (embedder, client_ip) = (Visitor::of(&request).embedder, ClientIp::of(&request));
    let given = state.services.pages.give_recipient(&key, embedder.as_ref(), &form.to, client_ip).await;
    back(&request, &key, given.err().as_ref().and_then(Notice::of))
}

/// `POST /c/{key}/withdraw`: that address is wrong, and the page is to ask again.
async fn withdraw(state: Data<AppState>, request: HttpRequest, key: Path<String>) -> HttpResponse {
    let (embedder, client_ip) = (Visitor::of(&request).embedder, ClientIp::of(&request));
    let withdrawn = state.services.pages.withdraw_recipient(&key, embedder.as_ref(), client_ip).await;
    back(&request, &key, withdrawn.err().as_ref().and_then(Notice::of))
}

/// `POST /c/{key}/cancel`: the visitor gives up, or the address is wrong and the app has to mint anew.
async fn cancel(state: Data<AppState>, request: HttpRequest, key: Path<String>) -> HttpResponse {
    let embedder = Visitor::of(&request).embedder;
    match state.services.pages.cancel(&key, embedder.as_ref()).await {
        Ok(leaving) => leave(&request, leaving),
        Err(refusal) => back(&request, &key, Notice::of(&refusal)),
    }
}

/// Back to the page, which says what came of it.
///
/// With a GET, so that reloading repeats nothing (RFC 9110 §15.4.4).
fn back(request: &HttpRequest, key: &str, notice: Option<Notice>) -> HttpResponse {
    let there = Visitor::of(request).path(key, "", notice);
    match is_script(request) {
        true => located(&there),
        false => HttpResponse::SeeOther().insert_header((LOCATION, there)).finish(),
    }
}

/// Back to the app. In a frame that is what the page's own script has to tell.
///
/// Not by a redirect: to a browser that would still be the form, which may go to this server alone,
/// wherever the app then redirects to.
fn leave(request: &HttpRequest, leaving: Leaving) -> HttpResponse {
    match leaving {
        Leaving::To(there) if is_script(request) => located(&there),
        Leaving::To(there) => view::leaving(&Visitor::of(request), there),
        Leaving::Told { status, result } => {
            HttpResponse::Ok().json(json!({ "result": result, "status": status.as_str() }))
        }
    }
}

/// Whether the page's own script asks, which goes by itself where it is told.
fn is_script(request: &HttpRequest) -> bool {
    request.headers().get(ACCEPT).is_some_and(|accept| accept == "application/json")
}

fn located(there: &str) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "location": there }))
}
