//! Step-up: a form that gives power is accepted only from a session whose user has lately proved the secrets.
//!
//! Otherwise the answer is a page that asks for them and repeats the form in hidden fields, so that nothing typed is
//! lost. It is sent to the same path, with the secrets besides.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{Error, HttpRequest, HttpResponse};
use askama::Template;

use crate::service::Signed;

use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;

use super::form_fields::FormFields;
use super::layout::Layout;
use super::page;
use super::refused::Refused;
use super::session::{refused, rejected};

/// The routes whose forms give no power. All others demand a step-up, so a new one does.
const HARMLESS: [&str; 12] = [
    "/console/search",
    "/console/tenants/{tenant}/recipients",
    "/console/sign-out",
    "/console/account/sign-out-others",
    "/console/tenants/{tenant}/deliveries/{key}/resend",
    "/console/tenants/{tenant}/factors",
    "/console/tenants/{tenant}/phone/{id}/clear",
    "/console/tenants/{tenant}/accounts/{account}/test",
    "/console/tenants/{tenant}/providers/{route}/test",
    "/console/tenants/{tenant}/templates/preview/{part}",
    "/console/tenants/{tenant}/webhooks/{webhook}/ping",
    "/console/tenants/{tenant}/webhooks/{webhook}/replay",
];

/// The fields of the page that asks. Forms have no fields of these names.
const SECRET: &str = "step_up_secret";
const CODE: &str = "step_up_code";

#[derive(Template)]
#[template(path = "console/step_up.html")]
struct StepUpPage<'a> {
    layout: Layout,
    /// Where the form goes.
    there: String,
    /// The fields of the form.
    fields: Vec<(&'a str, &'a str)>,
    is_operator: bool,
    has_totp: bool,
}

/// Returns the page that asks, unless the route is harmless, the session has stepped up, or the form brings the right
/// secrets, which step the session up.
pub(crate) async fn require(
    request: &HttpRequest,
    signed: &Signed,
    fields: &FormFields,
) -> Result<(), Error> {
    let is_harmless = request.match_pattern().is_some_and(|route| HARMLESS.contains(&route.as_str()));
    // Every route has the state; without it nothing is allowed.
    let Some(state) = request.app_data::<Data<AppState>>() else {
        return Err(rejected(page::foreign_form()));
    };
    let console = &state.services.console;
    if is_harmless || console.is_stepped_up(signed) {
        return Ok(());
    }
    let (secret, code) = (fields.secret(SECRET), fields.text(CODE));
    if fields.text(SECRET).is_empty() {
        return Err(rejected(ask(state, request, signed, fields, None).await));
    }
    match console.step_up(signed, &secret, code, ClientIp::of(request)).await {
        Ok(()) => Ok(()),
        Err(denied) => {
            Err(rejected(ask(state, request, signed, fields, Some(&Refused::from(&denied))).await))
        }
    }
}

async fn ask(
    state: &AppState,
    request: &HttpRequest,
    signed: &Signed,
    fields: &FormFields,
    wrong: Option<&Refused>,
) -> HttpResponse {
    let is_operator = signed.operator().is_some();
    let has_totp = match is_operator {
        true => state.services.console.has_totp(signed).await,
        false => Ok(false),
    };
    let has_totp = match has_totp {
        Ok(has_totp) => has_totp,
        Err(refusal) => return refused(&refusal),
    };
    let mut layout = Layout::of(signed, "Confirm that it is you", "");
    layout.error = wrong.map(|wrong| wrong.text.clone());
    let there = request.uri().to_string();
    let asking = StepUpPage { layout, there, fields: fields.beside(&[SECRET, CODE]), is_operator, has_totp };
    match wrong {
        Some(wrong) => wrong.page(&asking),
        None => page::page(StatusCode::FORBIDDEN, &asking),
    }
}
