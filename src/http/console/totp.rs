//! `/console/account/totp`: switches the codes of an authenticator app on and off.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use secrecy::ExposeSecret;

use crate::service::{Signed, TotpOffer};

use crate::http::shared::client::ClientIp;
use crate::http::shared::qr_code;
use crate::http::state::AppState;

use super::flash::Flash;
use super::form::Form;
use super::layout::Layout;
use super::power::Looking;
use super::refused::Refused;
use super::session::{AnOperator, refused};
use super::{account, page};

#[derive(Template)]
#[template(path = "console/totp.html")]
struct TotpPage<'a> {
    layout: Layout,
    /// The secret as text.
    secret: &'a str,
    uri: &'a str,
    /// The secret as a QR code; empty if it does not fit.
    picture: String,
    /// Whether nothing else is possible before.
    is_first: bool,
}

/// `GET`: a new secret.
pub(crate) async fn show(state: Data<AppState>, person: Looking<AnOperator>) -> HttpResponse {
    match state.services.console.offer_totp(&person.signed).await {
        Ok(offer) => page::page(StatusCode::OK, &page(&state, &person.signed, &offer, None)),
        Err(refusal) => refused(&refusal),
    }
}

/// `POST`: the user has stored the secret in the app.
pub(crate) async fn enable(
    state: Data<AppState>,
    request: HttpRequest,
    person: Looking<AnOperator>,
    form: Looking<Form>,
) -> HttpResponse {
    let (signed, services) = (&person.signed, &state.services);
    let factors = (form.text("secret"), form.text("code"));
    match services
        .console
        .enable_totp(signed, &form.secret("password"), factors, ClientIp::of(&request))
        .await
    {
        Ok(device) => account::changed(&state, Flash::TotpOn, &device),
        Err(denied) => {
            let refused = Refused::from(&denied);
            match services.console.repeat_totp(signed, form.text("secret")) {
                Some(offer) => refused.page(&page(&state, signed, &offer, Some(&refused))),
                None => account::again(&state, signed, &refused).await,
            }
        }
    }
}

/// `POST …/off`.
pub(crate) async fn disable(
    state: Data<AppState>,
    request: HttpRequest,
    person: Looking<AnOperator>,
    form: Looking<Form>,
) -> HttpResponse {
    let signed = &person.signed;
    match state.services.console.disable_totp(signed, &form.secret("password"), ClientIp::of(&request)).await
    {
        Ok(device) => account::changed(&state, Flash::TotpOff, &device),
        Err(denied) => account::again(&state, signed, &Refused::from(&denied)).await,
    }
}

fn page<'a>(
    state: &AppState,
    signed: &Signed,
    offer: &'a TotpOffer,
    wrong: Option<&Refused>,
) -> TotpPage<'a> {
    let uri = offer.uri.expose_secret();
    let mut layout = Layout::of(signed, "Set up an authenticator app", account::PATH);
    layout.error = wrong.map(|wrong| wrong.text.clone());
    let is_first = state.services.console.must_set_up_totp(signed);
    if is_first {
        layout.sections.clear();
    }
    TotpPage {
        layout,
        secret: offer.text.expose_secret(),
        uri,
        picture: qr_code::svg(uri).unwrap_or_default(),
        is_first,
    }
}
