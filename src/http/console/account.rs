//! `/console/account`: an operator looks after the own account.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::domain::operator::MIN_PASSWORD;
use crate::domain::time::Timestamp;
use crate::service::{OwnSession, Refusal, Signed};

use super::super::Face;
use super::super::client::Origin;
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
pub(super) async fn show(face: Data<Face>, request: HttpRequest, person: AnOperator) -> HttpResponse {
    let frame = frame(&person.signed).noticing(&request);
    match page(&face, &person.signed, frame).await {
        Ok(page) => frame::page(StatusCode::OK, &page),
        Err(refusal) => refused(&refusal),
    }
}

/// `POST /console/account/password`.
pub(super) async fn change_password(
    face: Data<Face>,
    request: HttpRequest,
    person: AnOperator,
    form: Form,
) -> HttpResponse {
    let signed = &person.signed;
    if form.text("new") != form.text("again") {
        return again(&face, signed, &Refused::invalid("The two passwords are not the same.")).await;
    }
    let (present, new) = (form.secret("password"), form.secret("new"));
    match face.services.change_password(signed, &present, &new, Origin::of(&request)).await {
        Ok(()) => done(PATH, Notice::PasswordChanged),
        Err(denied) => again(&face, signed, &Refused::from(&denied)).await,
    }
}

/// `POST /console/account/sign-out-others`.
pub(super) async fn sign_out_others(
    face: Data<Face>,
    request: HttpRequest,
    person: AnOperator,
    _form: Form,
) -> HttpResponse {
    match face.services.sign_out_others(&person.signed, Origin::of(&request)).await {
        Ok(()) => done(PATH, Notice::OthersSignedOut),
        Err(refusal) => refused(&refusal),
    }
}

/// The page with what went wrong.
pub(super) async fn again(face: &Face, signed: &Signed, why: &Refused) -> HttpResponse {
    match page(face, signed, frame(signed).failed(why.text.clone())).await {
        Ok(page) => why.page(&page),
        Err(refusal) => refused(&refusal),
    }
}

async fn page(face: &Face, signed: &Signed, frame: Frame) -> Result<Page, Refusal> {
    let has_totp = face.services.has_totp(signed).await?;
    let sessions = face.services.own_sessions(signed).await?.iter().map(Shown::of).collect();
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
