//! `/console/account`: operators manage their own accounts.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::domain::passwords::PasswordUse;
use crate::domain::time::Timestamp;
use crate::service::{DeviceToken, OwnSession, Refusal, Signed};

use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;

use super::cookie;
use super::flash::Flash;
use super::form::Form;
use super::layout::Layout;
use super::page;
use super::power::Looking;
use super::redirect::done;
use super::refused::Refused;
use super::session::{AnOperator, refused};
use super::words::moment;

pub(crate) const PATH: &str = "/console/account";

/// A session: when it began, when it was last used, and whether it is the present one.
struct SessionRow {
    began: (String, String),
    seen: (String, String),
    is_this: bool,
}

#[derive(Template)]
#[template(path = "console/account.html")]
struct AccountPage {
    layout: Layout,
    has_totp: bool,
    /// Whether the role requires the app.
    requires_totp: bool,
    least: usize,
    sessions: Vec<SessionRow>,
}

/// `GET /console/account`.
pub(crate) async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    person: Looking<AnOperator>,
) -> HttpResponse {
    let layout = layout(&person.signed).flashing(&request);
    match page(&state, &person.signed, layout).await {
        Ok(page) => page::page(StatusCode::OK, &page),
        Err(refusal) => refused(&refusal),
    }
}

/// `POST /console/account/password`.
pub(crate) async fn change_password(
    state: Data<AppState>,
    request: HttpRequest,
    person: Looking<AnOperator>,
    form: Looking<Form>,
) -> HttpResponse {
    let signed = &person.signed;
    if form.text("new") != form.text("again") {
        return again(&state, signed, &Refused::invalid("The two passwords are not the same.")).await;
    }
    let (present, new) = (form.secret("password"), form.secret("new"));
    match state.services.console.change_password(signed, &present, &new, ClientIp::of(&request)).await {
        Ok(device) => changed(&state, Flash::PasswordChanged, &device),
        Err(denied) => again(&state, signed, &Refused::from(&denied)).await,
    }
}

/// `POST /console/account/sign-out-others`.
pub(crate) async fn sign_out_others(
    state: Data<AppState>,
    request: HttpRequest,
    person: Looking<AnOperator>,
    _form: Looking<Form>,
) -> HttpResponse {
    match state.services.console.sign_out_others(&person.signed, ClientIp::of(&request)).await {
        Ok(()) => done(PATH, Flash::OthersSignedOut),
        Err(refusal) => refused(&refusal),
    }
}

/// Redirects after a change of the secrets, with what the browser is known by from now on.
pub(crate) fn changed(state: &AppState, flash: Flash, device: &DeviceToken) -> HttpResponse {
    let mut answer = done(PATH, flash);
    cookie::remember(state, &mut answer, device);
    answer
}

/// The page with an error.
pub(crate) async fn again(state: &AppState, signed: &Signed, why: &Refused) -> HttpResponse {
    match page(state, signed, layout(signed).failed(why.text.clone())).await {
        Ok(page) => why.page(&page),
        Err(refusal) => refused(&refusal),
    }
}

async fn page(state: &AppState, signed: &Signed, layout: Layout) -> Result<AccountPage, Refusal> {
    let has_totp = state.services.console.has_totp(signed).await?;
    let sessions = state.services.console.own_sessions(signed).await?.iter().map(SessionRow::of).collect();
    let requires_totp = state.services.console.requires_totp(signed);
    let used = if has_totp { PasswordUse::WithApp } else { PasswordUse::Alone };
    Ok(AccountPage { layout, has_totp, requires_totp, least: used.least(), sessions })
}

impl SessionRow {
    fn of(session: &OwnSession) -> Self {
        let shown = |at: Timestamp| (at.to_string(), moment(at));
        Self { began: shown(session.began_at), seen: shown(session.seen_at), is_this: session.is_this }
    }
}

fn layout(signed: &Signed) -> Layout {
    Layout::of(signed, "Your account", PATH)
}
