//! Signing in and out.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::service::{Denied, SignedIn};

use super::super::AppState;
use super::super::client::ClientIp;
use super::form::{Form, OpenForm};
use super::frame::{self, Frame};
use super::notice::Notice;
use super::refused::Refused;
use super::session::{Anybody, refused, signed};
use super::{cookie, done, see_other};

#[derive(Template)]
#[template(path = "console/sign_in.html")]
struct Page {
    frame: Frame,
    /// The name that was typed, to be mended.
    name: String,
    /// Whether it was a tenant who tried.
    is_tenant: bool,
}

impl Page {
    fn new(frame: Frame) -> Self {
        Self { frame, name: String::new(), is_tenant: false }
    }
}

/// `GET /console/sign-in`.
pub(super) async fn show(request: HttpRequest) -> HttpResponse {
    if signed(&request).await.is_ok() {
        return see_other("/console");
    }
    frame::page(StatusCode::OK, &Page::new(Frame::open("Sign in").noticing(&request)))
}

/// `POST /console/sign-in`: an operator.
pub(super) async fn sign_in(state: Data<AppState>, request: HttpRequest, form: OpenForm) -> HttpResponse {
    let client_ip = ClientIp::of(&request);
    let name = form.text("name");
    let tried =
        state.services.console.sign_in(name, &form.secret("password"), form.text("code"), client_ip).await;
    match tried {
        Ok(session) => begin(&state, &session),
        Err(denied) => again(&denied, Page { name: name.to_owned(), ..Page::new(Frame::open("Sign in")) }),
    }
}

/// `POST /console/sign-in/tenant`: a tenant.
pub(super) async fn sign_in_tenant(
    state: Data<AppState>,
    request: HttpRequest,
    form: OpenForm,
) -> HttpResponse {
    match state.services.console.sign_in_tenant(&form.secret("secret_key"), ClientIp::of(&request)).await {
        Ok(session) => begin(&state, &session),
        Err(denied) => again(&denied, Page { is_tenant: true, ..Page::new(Frame::open("Sign in")) }),
    }
}

/// `POST /console/sign-out`.
pub(super) async fn sign_out(
    state: Data<AppState>,
    request: HttpRequest,
    Anybody(signed): Anybody,
    _form: Form,
) -> HttpResponse {
    if let Err(refusal) = state.services.console.sign_out(&signed, ClientIp::of(&request)).await {
        return refused(&refusal);
    }
    let mut answer = done("/console/sign-in", Notice::SignedOut);
    if let Some(public) = state.console() {
        set(&mut answer, &cookie::gone(public));
    }
    answer
}

/// Leads on with the cookie of a new session.
pub(super) fn begin(state: &AppState, session: &SignedIn) -> HttpResponse {
    let mut answer = see_other("/console");
    if let Some(public) = state.console() {
        set(&mut answer, &cookie::of(session.token(), public));
    }
    answer
}

fn set(answer: &mut HttpResponse, cookie: &actix_web::cookie::Cookie<'_>) {
    // A name and a token are what a cookie may have.
    if let Err(error) = answer.add_cookie(cookie) {
        tracing::error!(%error, "a cookie could not be set");
    }
}

fn again(denied: &Denied, page: Page) -> HttpResponse {
    let refused = Refused::from(denied);
    let frame = page.frame.failed(refused.text.clone());
    refused.page(&Page { frame, ..page })
}
