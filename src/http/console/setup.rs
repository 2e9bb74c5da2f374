//! `/console/setup/{token}`: sets up an account with a one-time link.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::domain::operator::{LinkPurpose, OperatorName};
use crate::domain::passwords::PasswordUse;
use crate::service::Denied;

use crate::http::state::AppState;

use super::cookie;
use super::form::OpenForm;
use super::layout::Layout;
use super::page;
use super::refused::Refused;
use super::sign_in::begin;
use super::words::role_words;

#[derive(Template)]
#[template(path = "console/setup.html")]
struct SetupPage {
    layout: Layout,
    name: String,
    /// Whether the link is for an account of this name.
    is_named: bool,
    role: &'static str,
    least: usize,
}

impl SetupPage {
    fn new(purpose: &LinkPurpose, typed: &str) -> Self {
        let layout = Layout::open("Set up your account");
        let name = purpose.name.as_ref().map_or(typed, OperatorName::as_str).to_owned();
        let (is_named, role) = (purpose.name.is_some(), role_words(purpose.role));
        Self { layout, name, is_named, role, least: PasswordUse::Alone.least() }
    }
}

/// `GET`: the form. Opening it does not use up the link.
pub(crate) async fn show(state: Data<AppState>, token: Path<String>) -> HttpResponse {
    match state.services.console.setup_link(&token).await {
        Ok(purpose) => page::page(StatusCode::OK, &SetupPage::new(&purpose, "")),
        Err(denied) => denied_page(&denied),
    }
}

/// `POST`: sets up the account.
pub(crate) async fn set_up(
    state: Data<AppState>,
    request: HttpRequest,
    token: Path<String>,
    form: OpenForm,
) -> HttpResponse {
    let (name, password) = (form.text("name"), form.secret("password"));
    if form.text("password") != form.text("again") {
        return again(&state, &token, name, &Refused::invalid("The two passwords are not the same.")).await;
    }
    let browser = cookie::browser(&state, &request);
    match state.services.console.set_up_operator(&token, name, &password, &browser).await {
        Ok(session) => begin(&state, &session),
        Err(denied @ Denied::NoLink) => denied_page(&denied),
        Err(denied) => again(&state, &token, name, &Refused::from(&denied)).await,
    }
}

async fn again(state: &AppState, token: &str, name: &str, refused: &Refused) -> HttpResponse {
    match state.services.console.setup_link(token).await {
        Ok(purpose) => {
            let page = SetupPage::new(&purpose, name);
            refused.page(&SetupPage { layout: page.layout.failed(refused.text.clone()), ..page })
        }
        Err(denied) => denied_page(&denied),
    }
}

fn denied_page(denied: &Denied) -> HttpResponse {
    Refused::from(denied).alone()
}
