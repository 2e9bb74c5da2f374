//! `/console/tenants/{tenant}/recipients`: what was sent to a recipient, and clearing its lockout. The address is in the body of the form,
//! because addresses of pages are logged.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::domain::deliveries::search::RecipientFilter;

use crate::http::shared::bodies::fields;
use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;

use super::flash::Flash;
use super::form::Form;
use super::found::Found;
use super::layout::Layout;
use super::page;
use super::power::{Helping, Looking};
use super::redirect::done;
use super::refused::Refused;
use super::search::SHOWN;
use super::session::{Seat, refused};

/// The end of the path of this page.
const HERE: &str = "/recipients";

#[derive(Template)]
#[template(path = "console/recipients.html")]
struct RecipientsPage {
    layout: Layout,
    path: String,
    /// The prefix of the tenant's paths.
    base: String,
    /// The address that was typed, to be corrected.
    recipient: String,
    /// What was found: the masked recipient, and the rest.
    found: Option<(String, Found)>,
}

/// `GET`: the form.
pub(crate) async fn show(request: HttpRequest, seat: Looking<Seat>) -> HttpResponse {
    page::page(StatusCode::OK, &shown(&seat, layout(&seat).flashing(&request), ""))
}

/// `POST`: finds what was sent to a recipient.
pub(crate) async fn find(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Looking<Seat>,
    form: Looking<Form>,
) -> HttpResponse {
    let typed = form.text("recipient");
    let recipient = match fields::recipient(typed, seat.tenant.region()) {
        Ok(recipient) => recipient,
        Err(wrong) => {
            let why = Refused::from(wrong);
            return why.page(&shown(&seat, layout(&seat).failed(why.text.clone()), typed));
        }
    };
    let filter = RecipientFilter { limit: SHOWN, ..RecipientFilter::default() };
    let (reports, client_ip) = (&state.services.reports, ClientIp::of(&request));
    let found = match seat.signed.operator() {
        Some(operator) => {
            reports.recipient_of(&operator, seat.tenant.handle(), &recipient, filter, client_ip).await
        }
        None => reports.recipient(&seat.tenant, &recipient, filter, client_ip).await,
    };
    match found {
        Ok(report) => {
            let found = Some((report.to.clone(), Found::of(&state.services, &report)));
            page::page(StatusCode::OK, &RecipientsPage { found, ..shown(&seat, layout(&seat), typed) })
        }
        Err(refusal) => refused(&refusal),
    }
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
    let (path, base) = (seat.path(HERE), seat.path(""));
    RecipientsPage { layout, path, base, recipient: recipient.to_owned(), found: None }
}

fn layout(seat: &Seat) -> Layout {
    seat.layout("Recipients", HERE)
}
