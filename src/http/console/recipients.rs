//! `/console/tenants/{tenant}/recipients`: clears the lockout of a recipient. The address is in the body of the form,
//! because addresses of pages are logged.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::http::shared::bodies::fields;
use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;

use super::flash::Flash;
use super::form::Form;
use super::layout::Layout;
use super::page;
use super::power::{Helping, Looking};
use super::redirect::done;
use super::refused::Refused;
use super::session::{Seat, refused};

/// The end of the path of this page.
const HERE: &str = "/recipients";

#[derive(Template)]
#[template(path = "console/recipients.html")]
struct RecipientsPage {
    layout: Layout,
    path: String,
    /// The address that was typed, to be corrected.
    recipient: String,
}

/// `GET`: the form.
pub(crate) async fn show(request: HttpRequest, seat: Looking<Seat>) -> HttpResponse {
    page::page(StatusCode::OK, &shown(&seat, layout(&seat).flashing(&request), ""))
}

/// `POST …/unlock`: clears the lockout.
pub(crate) async fn unlock(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Helping<Seat>,
    form: Helping<Form>,
) -> HttpResponse {
    let typed = form.text("recipient");
    let recipient = match fields::recipient(typed, seat.tenant.region()) {
        Ok(recipient) => recipient,
        Err(wrong) => {
            let why = Refused::from(wrong);
            return why.page(&shown(&seat, layout(&seat).failed(why.text.clone()), typed));
        }
    };
    match state.services.tenants.unlock_own(&seat.tenant, &recipient, ClientIp::of(&request)).await {
        Ok(true) => done(&seat.path(HERE), Flash::Unlocked),
        Ok(false) => done(&seat.path(HERE), Flash::NotLocked),
        Err(refusal) => refused(&refusal),
    }
}

fn shown(seat: &Seat, layout: Layout, recipient: &str) -> RecipientsPage {
    RecipientsPage { layout, path: seat.path(HERE), recipient: recipient.to_owned() }
}

fn layout(seat: &Seat) -> Layout {
    seat.layout("Recipients", HERE)
}
