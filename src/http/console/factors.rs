//! `/console/tenants/{tenant}/factors`: the authenticator apps of a tenant's user who has lost one.
//!
//! The user is asked for in the body of a form, because an identity may be a mail address, and addresses of pages are
//! logged.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::domain::factors::identity::Identity;
use crate::domain::time::Timestamp;
use crate::service::{FoundFactor, Refusal};

use crate::http::shared::client::ClientIp;
use crate::http::shared::problems::rejection::Rejection;
use crate::http::state::AppState;

use super::flash::Flash;
use super::form::Form;
use super::layout::Layout;
use super::power::Looking;
use super::redirect::done;
use super::refused::Refused;
use super::session::{Seat, refused};
use super::words::moment;
use super::{bodies, page};

/// The end of the path of this page.
const HERE: &str = "/factors";

#[derive(Template)]
#[template(path = "console/factors.html")]
struct FactorsPage {
    layout: Layout,
    path: String,
    /// Whom was asked for.
    identity: String,
    /// The factors of that user; `None` before anybody was asked for.
    found: Option<Vec<FactorRow>>,
}

struct FactorRow {
    handle: String,
    status: &'static str,
    recovery_codes: i64,
    created: (String, String),
    used: Option<(String, String)>,
    paused: Option<(String, String)>,
}

/// `GET`: the form.
pub(crate) async fn show(request: HttpRequest, seat: Looking<Seat>) -> HttpResponse {
    page::page(StatusCode::OK, &empty(&seat, layout(&seat).flashing(&request), ""))
}

/// `POST`: the factors of a user.
pub(crate) async fn find(state: Data<AppState>, seat: Looking<Seat>, form: Looking<Form>) -> HttpResponse {
    match found(&state, &seat, layout(&seat), form.text("identity")).await {
        Ok(page) => page::page(StatusCode::OK, &page),
        Err(wrong) => again(&seat, form.text("identity"), &Refused::from(wrong)),
    }
}

/// `POST …/{factor}/remove`: deletes a factor.
pub(crate) async fn remove(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    path: Path<(String, String)>,
    form: Form,
) -> HttpResponse {
    if let Err(why) = seat.confirm(&state, &request, &form).await {
        let layout = layout(&seat).failed(why.text.clone());
        return match found(&state, &seat, layout, form.text("identity")).await {
            Ok(page) => why.page(&page),
            Err(wrong) => again(&seat, form.text("identity"), &Refused::from(wrong)),
        };
    }
    match state.services.factors.delete(&seat.tenant, &path.1, ClientIp::of(&request)).await {
        Ok(_) => done(&seat.path(HERE), Flash::FactorRemoved),
        Err(refusal @ Refusal::Factor(_)) => {
            again(&seat, form.text("identity"), &Refused::from(Rejection::from(refusal)))
        }
        Err(refusal) => refused(&refusal),
    }
}

fn again(seat: &Seat, identity: &str, why: &Refused) -> HttpResponse {
    why.page(&empty(seat, layout(seat).failed(why.text.clone()), identity))
}

fn layout(seat: &Seat) -> Layout {
    seat.layout("Authenticator apps", HERE)
}

fn empty(seat: &Seat, layout: Layout, identity: &str) -> FactorsPage {
    FactorsPage { layout, path: seat.path(HERE), identity: identity.to_owned(), found: None }
}

async fn found(
    state: &AppState,
    seat: &Seat,
    layout: Layout,
    identity: &str,
) -> Result<FactorsPage, Rejection> {
    let wrong = || bodies::invalid("identity", "1 to 128 printable characters");
    let identity = Identity::parse(identity).ok_or_else(wrong)?;
    let found = state.services.factors.list(&seat.tenant, &identity).await?;
    let now = state.services.now();
    let rows = found.iter().map(|found| FactorRow::of(found, now)).collect();
    Ok(FactorsPage { found: Some(rows), ..empty(seat, layout, identity.as_str()) })
}

impl FactorRow {
    fn of(found: &FoundFactor, now: Timestamp) -> Self {
        let shown = |at: Timestamp| (at.to_string(), moment(at));
        let factor = &found.factor;
        Self {
            handle: factor.handle.to_string(),
            status: factor.status().as_str(),
            recovery_codes: factor.recovery_codes,
            created: shown(factor.created_at),
            used: factor.used_at.map(shown),
            paused: factor.guard.pause_at(now).map(shown),
        }
    }
}
