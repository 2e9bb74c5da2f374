//! `/console/account`: an operator looks after the own account.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::domain::operator::MIN_PASSWORD;
use crate::service::Signed;

use super::super::Face;
use super::super::client::Origin;
use super::done;
use super::form::Form;
use super::frame::{self, Frame};
use super::notice::Notice;
use super::refused::Refused;
use super::session::{AnOperator, refused};

/// Where it is.
pub(super) const PATH: &str = "/console/account";

#[derive(Template)]
#[template(path = "console/account.html")]
struct Page {
    frame: Frame,
    has_totp: bool,
    least: usize,
}

/// `GET /console/account`.
pub(super) async fn show(face: Data<Face>, request: HttpRequest, person: AnOperator) -> HttpResponse {
    let frame = frame(&person.signed).noticing(&request);
    match face.services.has_totp(&person.signed).await {
        Ok(has_totp) => frame::page(StatusCode::OK, &Page { frame, has_totp, least: MIN_PASSWORD }),
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

/// The page with what went wrong.
pub(super) async fn again(face: &Face, signed: &Signed, why: &Refused) -> HttpResponse {
    let frame = frame(signed).failed(why.text.clone());
    match face.services.has_totp(signed).await {
        Ok(has_totp) => why.page(&Page { frame, has_totp, least: MIN_PASSWORD }),
        Err(refusal) => refused(&refusal),
    }
}

fn frame(signed: &Signed) -> Frame {
    Frame::of(signed, "Your account", PATH)
}
