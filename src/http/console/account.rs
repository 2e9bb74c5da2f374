//! `/console/account`: an operator looks after the own account.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::domain::operator::MIN_PASSWORD;
use crate::domain::time::Timestamp;
use crate::service::{OwnSession, Refusal, Signed};

use super::super::AppState;
use super::super::client::ClientIp;
use super::done;
use super::form::Form;
use super::frame::{self, Frame};
use super::notice::Notice;
use super::refused::Refused;
use super::session::{AnOperator, refused};
use super::words::moment;

/// Where it is.
pub(super) const PATH: &str = "/console/account";

/// A session: since when, when it was used last, and whether it is the one that looks.
struct Shown {
    began: (String, String),
    seen: (String, String),
    is_this: bool,
}

#[derive(Template)]
#[template(path = "console/account.html")]
struct Page {
    frame: Frame,
    has_totp: bool,
    least: usize,
    sessions: Vec<Shown>,
}

/// `GET /console/account`.
pub(super) async fn show(state: Data<AppState>, request: HttpRequest, person: AnOperator) -> HttpResponse {
    let frame = frame(&person.signed).noticing(&request);
    match page(&state, &person.signed, frame).await {
        Ok(page) => frame::page(StatusCode::OK, &page),
        Err(refusal) => refused(&refusal),
    }
}

/// `POST /console/account/password`.
pub(super) async fn change_password(
    state: Data<AppState>,
    request: HttpRequest,
    person: AnOperator,
    form: Form,
) -> HttpResponse {
    let signed = &person.signed;
    if form.text("new") != form.text("again") {
        return again(&state, signed, &Refused::invalid("The two passwords are not the same.")).await;
    }
    let (present, new) = (form.secret("password"), form.secret("new"));
    match state.services.console.change_password(signed, &present, &new, ClientIp::of(&request)).await {
        Ok(()) => done(PATH, Notice::PasswordChanged),
        Err(denied) => again(&state, signed, &Refused::from(&denied)).await,
    }
}

/// `POST /console/account/sign-out-others`.
pub(super) async fn sign_out_others(
    state: Data<AppState>,
    request: HttpRequest,
    person: AnOperator,
    _form: Form,
) -> HttpResponse {
    match state.services.console.sign_out_others(&person.signed, ClientIp::of(&request)).await {
        Ok(()) => done(PATH, Notice::OthersSignedOut),
        Err(refusal) => refused(&refusal),
    }
}

/// The page with what went wrong.
pub(super) async fn again(state: &AppState, signed: &Signed, why: &Refused) -> HttpResponse {
    match page(state, signed, frame(signed).failed(why.text.clone())).await {
        Ok(page) => why.page(&page),
        Err(refusal) => refused(&refusal),
    }
}

async fn page(state: &AppState, signed: &Signed, frame: Frame) -> Result<Page, Refusal> {
    let has_totp = state.services.console.has_totp(signed).await?;
    let sessions = state.services.console.own_sessions(signed).await?.iter().map(Shown::of).collect();
    Ok(Page { frame, has_totp, least: MIN_PASSWORD, sessions })
}

impl Shown {
    fn of(session: &OwnSession) -> Self {
        let told = |at: Timestamp| (at.to_string(), moment(at));
        Self { began: told(session.began_at), seen: told(session.seen_at), is_this: session.is_this }
    }
}

fn frame(signed: &Signed) -> Frame {
    Frame::of(signed, "Your account", PATH)
}
