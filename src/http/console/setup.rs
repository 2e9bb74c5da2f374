//! `/console/setup/{token}`: an account is set up with a link that works once.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::domain::operator::MIN_PASSWORD;
use crate::service::Denied;

use super::super::AppState;
use super::super::client::ClientIp;
use super::form::OpenForm;
use super::frame::{self, Frame};
use super::refused::Refused;
use super::sign_in::begin;

#[derive(Template)]
#[template(path = "console/setup.html")]
struct Page {
    frame: Frame,
    name: String,
    least: usize,
}

impl Page {
    fn new(name: &str) -> Self {
        let frame = Frame::open("Set up your account");
        Self { frame, name: name.to_owned(), least: MIN_PASSWORD }
    }
}

/// `GET`: the form. Looking uses nothing up.
pub(super) async fn show(state: Data<AppState>, token: Path<String>) -> HttpResponse {
    match state.services.console.check_setup_link(&token).await {
        Ok(()) => frame::page(StatusCode::OK, &Page::new("")),
        Err(denied) => denied_page(&denied),
    }
}

/// `POST`: the account.
pub(super) async fn set_up(
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
    let page = Page::new(name);
    refused.page(&Page { frame: page.frame.failed(refused.text.clone()), ..page })
}

fn denied_page(denied: &Denied) -> HttpResponse {
    Refused::from(denied).alone()
}
