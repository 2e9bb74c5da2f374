//! `/console/setup/{token}`: sets up an account with a one-time link.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::domain::operator::MIN_PASSWORD;
use crate::service::Denied;

use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;

use super::form::OpenForm;
use super::layout::Layout;
use super::page;
use super::refused::Refused;
use super::sign_in::begin;

#[derive(Template)]
#[template(path = "console/setup.html")]
struct SetupPage {
    layout: Layout,
    name: String,
    least: usize,
}

impl SetupPage {
    fn new(name: &str) -> Self {
        let layout = Layout::open("Set up your account");
        Self { layout, name: name.to_owned(), least: MIN_PASSWORD }
    }
}

/// `GET`: the form. Opening it does not use up the link.
pub(crate) async fn show(state: Data<AppState>, token: Path<String>) -> HttpResponse {
    match state.services.console.check_setup_link(&token).await {
        Ok(()) => page::page(StatusCode::OK, &SetupPage::new("")),
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
        return again(name, &Refused::invalid("The two passwords are not the same."));
    }
    match state.services.console.set_up_operator(&token, name, &password, ClientIp::of(&request)).await {
        Ok(session) => begin(&state, &session),
        Err(denied @ Denied::NoLink) => denied_page(&denied),
        Err(denied) => again(name, &Refused::from(&denied)),
    }
}

fn again(name: &str, refused: &Refused) -> HttpResponse {
    let page = SetupPage::new(name);
    refused.page(&SetupPage { layout: page.layout.failed(refused.text.clone()), ..page })
}

fn denied_page(denied: &Denied) -> HttpResponse {
    Refused::from(denied).alone()
}
