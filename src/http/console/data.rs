//! `/console/tenants/{tenant}/data`: what is stored of a tenant and its users, and how it goes.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::domain::factors::identity::Identity;
use crate::domain::tenants::deletion::MAX_GRACE_DAYS;
use crate::service::{Erased, ErasureRequest, Refusal, TenantOverview};

use crate::http::shared::bodies::fields;
use crate::http::shared::client::ClientIp;
use crate::http::shared::export::{ExportText, PartWriter};
use crate::http::shared::problems::audience::Audience;
use crate::http::shared::problems::problem::Problem;
use crate::http::shared::problems::rejection::Rejection;
use crate::http::state::AppState;

use super::bodies::invalid;
use super::flash::Flash;
use super::form::Form;
use super::layout::Layout;
use super::page;
use super::redirect::done;
use super::refused::Refused;
use super::report_scope::TENANTS;
use super::session::{AnOperator, Seat, refused};

#[derive(Template)]
#[template(path = "console/data.html")]
struct DataPage {
    layout: Layout,
    path: String,
    /// Only for operators.
    overview: Option<TenantOverview>,
    /// What has to be typed to delete the tenant.
    typed: String,
    grace_days: u64,
    /// Of whom something was erased, and how much of each kind.
    erased: Option<(String, Vec<(&'static str, usize)>)>,
}

/// `POST …/export`: all that the tenant owns, as a file.
pub(crate) async fn export(
    state: Data<AppState>,
    writer: Data<PartWriter>,
    request: HttpRequest,
    seat: Seat,
    form: Form,
) -> HttpResponse {
    if let Err(why) = seat.confirm(&state, &request, &form).await {
        return again(&state, &seat, &why).await;
    }
    match state.services.exports.own(seat.tenant.clone(), ClientIp::of(&request)).await {
        Ok(export) => ExportText::new(state.services.clone(), export, **writer).answer(),
        Err(refusal) => again(&state, &seat, &unwanted(&refusal)).await,
    }
}

/// `POST …/erase`: erases what is stored of a person.
pub(crate) async fn erase(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    form: Form,
) -> HttpResponse {
    let asked = match person(&seat, &request, &form) {
        Ok(asked) => asked,
        Err(wrong) => return again(&state, &seat, &Refused::from(wrong)).await,
    };
    if let Err(why) = seat.confirm(&state, &request, &form).await {
        return again(&state, &seat, &why).await;
    }
    match state.services.erasures.erase_own(&seat.tenant, asked.clone()).await {
        Ok(erased) => match page(&state, &seat, layout(&seat)).await {
            Ok(page) => {
                let erased = Some((asked.recipient.masked(), kinds(&erased)));
                page::page(StatusCode::OK, &DataPage { erased, ..page })
            }
            Err(answer) => answer,
        },
        Err(refusal) => again(&state, &seat, &unwanted(&refusal)).await,
    }
}

fn person(seat: &Seat, request: &HttpRequest, form: &Form) -> Result<ErasureRequest, Rejection> {
    let recipient = fields::recipient(form.text("to"), seat.tenant.region())?;
    let identity = match form.text("identity") {
        "" => None,
        text => Some(Identity::parse(text).ok_or_else(|| invalid("identity", "at most 128 characters"))?),
    };
    Ok(ErasureRequest { recipient, identity, client_ip: ClientIp::of(request) })
}

fn kinds(erased: &Erased) -> Vec<(&'static str, usize)> {
    let rows = &erased.rows;
    vec![
        ("Challenges", rows.challenges),
        ("Of them pending", rows.canceled),
        ("Deliveries", rows.deliveries),
        ("Events", rows.events),
        ("Kept answers", rows.answers),
        ("Results", rows.results),
        ("Messages of the sandbox", rows.sandbox_messages),
        ("Authenticator apps", erased.factors),
    ]
}

/// `GET`: the page.
pub(crate) async fn show(state: Data<AppState>, request: HttpRequest, seat: Seat) -> HttpResponse {
    match page(&state, &seat, layout(&seat).flashing(&request)).await {
        Ok(page) => page::page(StatusCode::OK, &page),
        Err(answer) => answer,
    }
}

/// `POST …/delete`: decides that the tenant is deleted, for operators.
pub(crate) async fn delete(
    state: Data<AppState>,
    request: HttpRequest,
    person: AnOperator,
    seat: Seat,
    form: Form,
) -> HttpResponse {
    let days: Option<u64> = form.text("grace_days").parse().ok();
    let Some(days) = days.filter(|days| *days <= MAX_GRACE_DAYS) else {
        return again(&state, &seat, &Refused::invalid("Days are a number from 0 to 365.")).await;
    };
    if form.text("typed").trim() != typed(&seat) {
        return again(&state, &seat, &Refused::invalid("That is not the name of the tenant.")).await;
    }
    if let Err(why) = seat.confirm(&state, &request, &form).await {
        return again(&state, &seat, &why).await;
    }
    let (operator, handle) = (&person.operator, seat.tenant.handle());
    let grace = Some(Duration::from_secs(days * 86_400));
    match state.services.operator.delete_tenant(operator, handle, grace, ClientIp::of(&request)).await {
        // It may be gone at once, so its own pages may show nothing any more.
        Ok(()) if days == 0 => done(TENANTS, Flash::Deleting),
        Ok(()) => done(&seat.path("/data"), Flash::ToBeDeleted),
        Err(refusal) => again(&state, &seat, &unwanted(&refusal)).await,
    }
}

/// `POST …/restore`: takes that back, for operators.
pub(crate) async fn restore(
    state: Data<AppState>,
    request: HttpRequest,
    person: AnOperator,
    seat: Seat,
    form: Form,
) -> HttpResponse {
    if let Err(why) = seat.confirm(&state, &request, &form).await {
        return again(&state, &seat, &why).await;
    }
    let (operator, handle) = (&person.operator, seat.tenant.handle());
    match state.services.operator.restore_tenant(operator, handle, ClientIp::of(&request)).await {
        Ok(()) => done(&seat.path(""), Flash::Restored),
        Err(refusal) => again(&state, &seat, &unwanted(&refusal)).await,
    }
}

/// A refusal that the page can show.
fn unwanted(refusal: &Refusal) -> Refused {
    Refused::of(Problem::of(refusal, Audience::Tenant))
}

/// What has to be typed: the name, or the handle of a tenant without one.
fn typed(seat: &Seat) -> &str {
    let name = seat.tenant.name();
    if name.is_empty() { seat.tenant.handle().as_str() } else { name }
}

async fn again(state: &AppState, seat: &Seat, why: &Refused) -> HttpResponse {
    match page(state, seat, layout(seat).failed(why.text.clone())).await {
        Ok(page) => why.page(&page),
        Err(answer) => answer,
    }
}

fn layout(seat: &Seat) -> Layout {
    seat.layout("Data", "/data")
}

async fn page(state: &AppState, seat: &Seat, layout: Layout) -> Result<DataPage, HttpResponse> {
    let overview = match seat.signed.operator() {
        Some(operator) => {
            let found = state.services.operator.tenant(&operator, seat.tenant.handle()).await;
            Some(found.map_err(|refusal| refused(&refusal))?.0)
        }
        None => None,
    };
    let grace_days = state.services.tenants.delete_after().as_secs() / 86_400;
    let (path, typed) = (seat.path(""), typed(seat).to_owned());
    Ok(DataPage { layout, path, overview, typed, grace_days, erased: None })
}
