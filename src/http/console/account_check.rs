//! `POST /console/tenants/{tenant}/accounts/{account}/test`: tests a mail account, step by step.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::domain::tenants::route::RouteHandle;
use crate::domain::tenants::route_check::{CheckStep, RouteCheck, Topic};
use crate::service::{Candidate, Refusal};

use crate::http::shared::client::ClientIp;
use crate::http::shared::problems::rejection::Rejection;
use crate::http::state::AppState;

use super::form::Form;
use super::layout::Layout;
use super::refused::Refused;
use super::session::Seat;
use super::{accounts, bodies, page};

/// A step as the page shows it.
struct CheckStepRow {
    label: &'static str,
    is_ok: bool,
    text: String,
}

#[derive(Template)]
#[template(path = "console/account_check.html")]
pub(crate) struct AccountCheckPage {
    layout: Layout,
    /// The path of the list of accounts or routes.
    path: String,
    steps: Vec<CheckStepRow>,
    /// The findings in DNS: the kind of record, whether it looks right, and the text.
    hints: Vec<(&'static str, Option<bool>, &'static str)>,
}

/// Runs the test. If the form has an address, a test mail is sent there after all other steps have succeeded.
pub(crate) async fn run(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    path: Path<(String, String)>,
    form: Form,
) -> HttpResponse {
    match walk(&state, &request, &seat, &path.1, form.text("to")).await {
        Ok(check) => page::page(StatusCode::OK, &AccountCheckPage::of_account(&seat, check)),
        Err(wrong) => accounts::again(&state, &seat, &Refused::from(wrong)).await,
    }
}

async fn walk(
    state: &AppState,
    request: &HttpRequest,
    seat: &Seat,
    id: &str,
    to: &str,
) -> Result<RouteCheck, Rejection> {
    let to = if to.trim().is_empty() { None } else { Some(bodies::recipient(to)?) };
    let handle = RouteHandle::parse(id).ok_or(Rejection::from(Refusal::UnknownRoute))?;
    let candidate = Candidate::Present(handle);
    let checked = state.services.routes.check(&seat.tenant, candidate, to, ClientIp::of(request)).await;
    checked.map_err(bodies::unusable)
}

impl AccountCheckPage {
    /// The page of a check of a mail account.
    fn of_account(seat: &Seat, check: RouteCheck) -> Self {
        let title = if check.is_ok() { "The account works" } else { "The account does not work yet" };
        Self::titled(title, seat, "/accounts", check)
    }

    /// The page of a check of a route to phones, which `list` has.
    pub(crate) fn of_route(seat: &Seat, list: &'static str, check: RouteCheck) -> Self {
        let title = if check.is_ok() { "The route works" } else { "The route does not work yet" };
        Self::titled(title, seat, list, check)
    }

    fn titled(title: &'static str, seat: &Seat, list: &'static str, check: RouteCheck) -> Self {
        let step = |taken: crate::domain::tenants::route_check::CheckedStep| match taken.result {
            Ok(detail) => CheckStepRow { label: label(taken.step), is_ok: true, text: detail },
            Err(trouble) => {
                CheckStepRow { label: label(taken.step), is_ok: false, text: trouble.advice.to_owned() }
            }
        };
        Self {
            layout: seat.layout(title, list),
            path: seat.path(list),
            hints: check.hints.iter().map(|hint| (topic(hint.topic), hint.ok, hint.text)).collect(),
            steps: check.steps.into_iter().map(step).collect(),
        }
    }
}

fn label(step: CheckStep) -> &'static str {
    match step {
        CheckStep::Token => "Access token",
        CheckStep::Resolve => "Name of the server",
        CheckStep::Connect => "Connection",
        CheckStep::Greeting => "Greeting",
        CheckStep::Tls => "TLS",
        CheckStep::Login => "Login",
        CheckStep::Mail => "Test mail",
        CheckStep::Message => "Test message",
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
