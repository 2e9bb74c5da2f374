//! `POST /console/tenants/{tenant}/accounts/{account}/test`: a mail account is tried, step by step.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::domain::tenants::route::RouteHandle;
use crate::domain::tenants::route_check::{CheckStep, RouteCheck, Topic};
use crate::service::{Candidate, Refusal};

use super::super::AppState;
use super::super::client::ClientIp;
use super::super::v1::forms::{self, Wrong};
use super::accounts;
use super::form::Form;
use super::frame::{self, Frame};
use super::refused::Refused;
use super::session::Seat;

/// A step, as the page shows it.
struct Shown {
    label: &'static str,
    is_ok: bool,
    text: String,
}

#[derive(Template)]
#[template(path = "console/trial.html")]
struct Page {
    frame: Frame,
    /// Back to the accounts.
    path: String,
    steps: Vec<Shown>,
    /// What DNS says: about what, whether it looks right, and the words.
    hints: Vec<(&'static str, Option<bool>, &'static str)>,
}

/// Tries it. With an address, a test mail goes there when all else is well.
pub(super) async fn run(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    path: Path<(String, String)>,
    form: Form,
) -> HttpResponse {
    match walk(&state, &request, &seat, &path.1, form.text("to")).await {
        Ok(trial) => frame::page(StatusCode::OK, &Page::of(&seat, trial)),
        Err(wrong) => accounts::again(&state, &seat, &Refused::from(wrong)).await,
    }
}

async fn walk(
    state: &AppState,
    request: &HttpRequest,
    seat: &Seat,
    id: &str,
    to: &str,
) -> Result<RouteCheck, Wrong> {
    let to = if to.trim().is_empty() { None } else { Some(forms::recipient(to)?) };
    let handle = RouteHandle::parse(id).ok_or(Wrong::from(Refusal::UnknownAccount))?;
    let candidate = Candidate::Present(handle);
    Ok(state.services.test_account(&seat.tenant, candidate, to, ClientIp::of(request)).await?)
}

impl Page {
    fn of(seat: &Seat, trial: RouteCheck) -> Self {
        let title = if trial.is_ok() { "The account works" } else { "The account does not work yet" };
        let step = |taken: crate::domain::tenants::route_check::CheckedStep| match taken.result {
            Ok(detail) => Shown { label: label(taken.step), is_ok: true, text: detail },
            Err(trouble) => Shown { label: label(taken.step), is_ok: false, text: trouble.advice.to_owned() },
        };
        Self {
            frame: Frame::seated(seat, title, "/accounts"),
            path: seat.path("/accounts"),
            hints: trial.hints.iter().map(|hint| (topic(hint.topic), hint.ok, hint.text)).collect(),
            steps: trial.steps.into_iter().map(step).collect(),
        }
    }
}

fn label(step: CheckStep) -> &'static str {
    match step {
        CheckStep::Resolve => "Name of the server",
        CheckStep::Connect => "Connection",
        CheckStep::Greeting => "Greeting",
        CheckStep::Tls => "TLS",
        CheckStep::Login => "Login",
        CheckStep::Mail => "Test mail",
    }
}

fn topic(topic: Topic) -> &'static str {
    match topic {
        Topic::Mx => "MX",
        Topic::Spf => "SPF",
        Topic::Dkim => "DKIM",
        Topic::Dmarc => "DMARC",
    }
}
