//! The page on which a user sets up an authenticator app, `/f/{key}`.
//!
//! It needs no script, and no script touches its form: what it shows once is the answer to the form itself.

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use secrecy::{ExposeSecret, SecretString};

use crate::domain::challenges::challenge::ChallengeStatus;
use crate::domain::tenants::logo::LogoName;
use crate::domain::time::Timestamp;
use crate::service::{FactorPage, FactorPageState, FactorRefusal, Leaving, PageConfirmed, Refusal, WayBack};
use crate::texts::{self, BuiltIn, MissingText};

use crate::http::shared::client::ClientIp;
use crate::http::shared::problems::audience::Audience;
use crate::http::shared::problems::problem::Problem;
use crate::http::shared::qr_code;
use crate::http::state::AppState;

use super::countdown::Countdown;
use super::flash::Flash;
use super::form::VisitorForm;
use super::template::{AppForm, PageTemplate, RecoveryList, respond};
use super::visitor::Visitor;
use super::{brand, notices};

/// Where the pages are.
const ROOT: &str = "/f";

/// `GET /f/{key}`: the page of the factor.
pub(crate) async fn show(state: Data<AppState>, request: HttpRequest, key: Path<String>) -> HttpResponse {
    let visitor = Visitor::of(&request);
    match state.services.factors.page(&key).await {
        Ok(page) => {
            let texts = texts::best(visitor.locales(page.locale.as_ref(), page.default_locale.as_ref()));
            let shown = waiting(&visitor, texts, &key, &page, state.services.now());
            respond(StatusCode::OK, shown, Some(&way_back(&page)))
        }
        Err(Refusal::Factor(FactorRefusal::Unknown)) => notices::unknown(&visitor),
        Err(refusal) => Problem::of(&refusal, Audience::Public).on(notices::unavailable(&visitor)),
    }
}

/// `POST /f/{key}/confirm`: checks the first code. The answer shows the recovery codes; reloading shows none.
pub(crate) async fn confirm(
    state: Data<AppState>,
    request: HttpRequest,
    key: Path<String>,
    form: VisitorForm,
) -> HttpResponse {
    let visitor = Visitor::of(&request);
    match state.services.factors.confirm_on_page(&key, &form.code, ClientIp::of(&request)).await {
        Ok(PageConfirmed { page, recovery_codes, there }) => {
            let texts = texts::best(visitor.locales(page.locale.as_ref(), page.default_locale.as_ref()));
            let shown = confirmed(texts, &page, &recovery_codes, there);
            respond(StatusCode::OK, shown, Some(&way_back(&page)))
        }
        Err(refusal) => {
            let there = visitor.path_below(ROOT, &key, "", Flash::of(&refusal));
            HttpResponse::SeeOther().insert_header((LOCATION, there)).finish()
        }
    }
}

fn way_back(page: &FactorPage) -> WayBack {
    WayBack::Address(page.return_url.clone())
}

fn branded<'a>(
    texts: &'static BuiltIn,
    title: &'static str,
    page: &'a FactorPage,
) -> Result<PageTemplate<'a>, MissingText> {
    Ok(PageTemplate {
        brand: brand::style_path(&page.brand),
        logo: page.logo.as_ref().map(LogoName::path),
        name: &page.name,
        ..PageTemplate::of(texts, texts.text(title, None)?)
    })
}

fn back(
    texts: &'static BuiltIn,
    there: String,
) -> Result<Option<(Leaving, std::borrow::Cow<'static, str>)>, MissingText> {
    Ok(Some((Leaving::To(there), texts.text("page-back", None)?)))
}

fn waiting<'a>(
    visitor: &Visitor,
    texts: &'static BuiltIn,
    key: &str,
    page: &'a FactorPage,
    now: Timestamp,
) -> Result<PageTemplate<'a>, MissingText> {
    let status = |status: ChallengeStatus| page.return_url.with_status(status.as_str());
    let (secret, uri, until) = match &page.state {
        FactorPageState::Waiting { secret, uri, until } => (secret, uri, *until),
        FactorPageState::Confirmed => {
            let back = back(texts, status(ChallengeStatus::Verified))?;
            return Ok(PageTemplate { back, ..branded(texts, "enrol-done", page)? });
        }
        FactorPageState::Over => {
            let back = back(texts, status(ChallengeStatus::Expired))?;
            return Ok(PageTemplate { back, ..branded(texts, "enrol-over", page)? });
        }
    };
    let form = AppForm {
        action: visitor.path_below(ROOT, key, "/confirm", None),
        // A text that no QR code holds is typed.
        qr: qr_code::svg(uri.expose_secret()).unwrap_or_default(),
        picture: texts.text("enrol-picture", None)?,
        uri: uri.expose_secret().to_owned(),
        open: texts.text("enrol-open", None)?,
        by_hand: texts.text("enrol-type", None)?,
        secret: grouped(secret),
        label: texts.text("enrol-code", None)?,
        submit: texts.text("page-submit", None)?,
        time_left: Countdown::until(texts, "page-time-left", until, now)?,
        leave: page.return_url.with_status(ChallengeStatus::Canceled.as_str()),
        leave_label: texts.text("page-back", None)?,
    };
    let flash = visitor.flash.map(|flash| Ok((texts.text(flash.text(), None)?, flash))).transpose()?;
    let lead = Some(texts.text("enrol-scan", None)?);
    Ok(PageTemplate { lead, flash, app: Some(form), ..branded(texts, "enrol-title", page)? })
}

fn confirmed<'a>(
    texts: &'static BuiltIn,
    page: &'a FactorPage,
    codes: &[SecretString],
    there: String,
) -> Result<PageTemplate<'a>, MissingText> {
    let codes = codes.iter().map(|code| code.expose_secret().to_owned()).collect();
    let recovery = Some(RecoveryList { keep: texts.text("enrol-keep", None)?, codes });
    Ok(PageTemplate { recovery, back: back(texts, there)?, ..branded(texts, "enrol-done", page)? })
}

/// A secret in groups of four, as a person copies it.
fn grouped(secret: &SecretString) -> String {
    let letters: Vec<char> = secret.expose_secret().chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}
