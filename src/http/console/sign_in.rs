//! Signing in and out.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::service::{Denied, SignedIn};

use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;

use super::flash::Flash;
use super::form::{Form, OpenForm};
use super::layout::Layout;
use super::power::Looking;
use super::redirect::{done, see_other};
use super::refused::Refused;
use super::session::{Anybody, refused, session};
use super::{cookie, page};

#[derive(Template)]
#[template(path = "console/sign_in.html")]
struct SignInPage {
    layout: Layout,
    /// The name that was typed, to be corrected.
    name: String,
    /// Whether a tenant tried to sign in.
    is_tenant: bool,
}

impl SignInPage {
    fn new(layout: Layout) -> Self {
        Self { layout, name: String::new(), is_tenant: false }
    }
}

/// `GET /console/sign-in`.
pub(crate) async fn show(request: HttpRequest) -> HttpResponse {
    if session(&request).await.is_ok() {
        return see_other("/console");
    }
    page::page(StatusCode::OK, &SignInPage::new(Layout::open("Sign in").flashing(&request)))
}

/// `POST /console/sign-in`: for operators.
pub(crate) async fn sign_in(state: Data<AppState>, request: HttpRequest, form: OpenForm) -> HttpResponse {
    let client_ip = ClientIp::of(&request);
    let name = form.text("name");
    let tried =
        state.services.console.sign_in(name, &form.secret("password"), form.text("code"), client_ip).await;
    match tried {
        Ok(session) => begin(&state, &session),
        Err(denied) => {
            again(&denied, SignInPage { name: name.to_owned(), ..SignInPage::new(Layout::open("Sign in")) })
        }
    }
}

/// `POST /console/sign-in/tenant`: for tenants.
pub(crate) async fn sign_in_tenant(
    state: Data<AppState>,
    request: HttpRequest,
    form: OpenForm,
) -> HttpResponse {
    match state.services.console.sign_in_tenant(&form.secret("secret_key"), ClientIp::of(&request)).await {
        Ok(session) => begin(&state, &session),
        Err(denied) => {
            again(&denied, SignInPage { is_tenant: true, ..SignInPage::new(Layout::open("Sign in")) })
        }
    }
}

/// `POST /console/sign-out`.
pub(crate) async fn sign_out(
    state: Data<AppState>,
    request: HttpRequest,
    Anybody(signed): Anybody,
    _form: Looking<Form>,
) -> HttpResponse {
    if let Err(refusal) = state.services.console.sign_out(&signed, ClientIp::of(&request)).await {
        return refused(&refusal);
    }
    let mut answer = done("/console/sign-in", Flash::SignedOut);
    if let Some(public) = state.console() {
        set(&mut answer, &cookie::gone(public));
    }
    answer
}

/// Redirects with the cookie of a new session.
pub(crate) fn begin(state: &AppState, session: &SignedIn) -> HttpResponse {
    let mut answer = see_other("/console");
    if let Some(public) = state.console() {
        set(&mut answer, &cookie::of(session.token(), public));
    }
    answer
}

fn set(answer: &mut HttpResponse, cookie: &actix_web::cookie::Cookie<'_>) {
    // The name and the token have only characters that a cookie may have.
    if let Err(error) = answer.add_cookie(cookie) {
        tracing::error!(%error, "a cookie could not be set");
    }
}

fn again(denied: &Denied, page: SignInPage) -> HttpResponse {
    let refused = Refused::from(denied);
    let layout = page.layout.failed(refused.text.clone());
    refused.page(&SignInPage { layout, ..page })
}
