//! `GET /console`: what needs attention, for operators. A tenant is led to its own page.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;

use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::spray::suspicion::Level;
use crate::domain::time::Timestamp;
use crate::service::{Finding, LastDays, Operator, Refusal, Reported, Signed, Trouble, Visibility};

use crate::http::state::AppState;

use super::chart::model::Chart;
use super::dashboard::charts;
use super::dashboard::events::Events;
use super::filters::Filters;
use super::layout::{HOME, Layout};
use super::page;
use super::power::Looking;
use super::redirect::see_other;
use super::report_scope::TENANTS;
use super::session::{Anybody, refused};
use super::tenant_cell::TenantCell;
use super::upkeep::{self, Need};
use super::words::{ago, moment, plain, sentence};

/// The days of the curve.
const DAYS: u16 = 7;

#[derive(Template)]
#[template(path = "console/home.html")]
struct HomePage {
    layout: Layout,
    findings: Vec<FindingRow>,
    /// As HTML.
    charts: Vec<String>,
}

/// Something that needs attention.
struct FindingRow {
    /// Whose it is; `None` for what the servers need.
    tenant: Option<TenantCell>,
    tone: &'static str,
    what: String,
    why: Option<String>,
    /// For machines, for readers, and relative to now.
    at: (String, String, String),
    /// Where it is mended, and what the link says.
    there: Option<(String, &'static str)>,
}

pub(crate) async fn show(state: Data<AppState>, person: Looking<Anybody>) -> HttpResponse {
    let Anybody(signed) = &*person;
    if let Some(tenant) = signed.tenant() {
        return see_other(&format!("{TENANTS}/{tenant}"));
    }
    let Some(operator) = signed.operator() else { return page::not_found(Some(signed)) };
    match home(&state, signed, &operator).await {
        Ok(home) => page::page(StatusCode::OK, &home),
        Err(refusal) => refused(&refusal),
    }
}

async fn home(state: &AppState, signed: &Signed, operator: &Operator) -> Result<HomePage, Refusal> {
    let (reports, now) = (&state.services.reports, state.services.now());
    let found = reports.attention(operator).await?;
    let days: LastDays = reports.last_days(&Visibility::All(operator.clone()), None, DAYS).await?;
    let charts = charts::all(&days, now, &Events::of("/console/audit", &Filters::of("")));
    // A chart that cannot be drawn is left out: what needs attention is more important.
    let charts = charts.iter().take(2).filter_map(|chart| Chart::html(chart).ok()).collect();
    let row = |finding: &Finding| FindingRow { at: told(finding.at, now), ..FindingRow::of(finding, &found) };
    let needs = upkeep::needs(&state.upkeep, &state.services.nodes.overview(operator).await?);
    let findings = needs.into_iter().map(|need| FindingRow::of_need(need, now));
    Ok(HomePage {
        layout: Layout::of(signed, "Home", HOME),
        findings: findings.chain(found.found.iter().map(row)).collect(),
        charts,
    })
}

/// A moment for machines, for readers, and relative to now.
fn told(at: Timestamp, now: Timestamp) -> (String, String, String) {
    (at.to_string(), moment(at), ago(at, now))
}

impl FindingRow {
    fn of_need(need: Need, now: Timestamp) -> Self {
        Self {
            tenant: None,
            tone: if need.is_urgent { "bad" } else { "waits" },
            what: need.what,
            why: Some(need.why.to_owned()),
            at: told(need.at, now),
            there: need.there.map(|page| (page.to_owned(), "Look")),
        }
    }

    fn of(finding: &Finding, found: &Reported<Vec<Finding>>) -> Self {
        let tenant = TenantCell::of(found.tenants.get(&finding.tenant));
        let pages = format!("{TENANTS}/{}", tenant.handle);
        let row = |tone, what: String, end: &str, action| Self {
            tenant: Some(tenant),
            tone,
            what,
            why: None,
            at: Default::default(),
            there: Some((format!("{pages}{end}"), action)),
        };
        match &finding.trouble {
            Trouble::RouteFails(route, error) => {
                let end = if route.handle.as_str().starts_with("smtp_") { "/accounts" } else { "/providers" };
                let name = if route.name.is_empty() { &route.host } else { &route.name };
                let what = format!("Messages over {name} fail: {}.", plain(error.as_str()));
                Self { why: Some(sentence(DeliveryError::advice(*error))), ..row("bad", what, end, "Fix") }
            }
            Trouble::Guesses(Level::UnderAttack) => row(
                "bad",
                "Under attack: somebody guesses at codes.".to_owned(),
                "/audit?event=spray_suspected",
                "Look",
            ),
            Trouble::Guesses(Level::Suspicious) => row(
                "waits",
                "More wrong codes than people explain.".to_owned(),
                "/audit?event=spray_suspected",
                "Look",
            ),
            Trouble::MessagesFailed => {
                row("waits", "Messages failed today.".to_owned(), "/audit?event=delivery_failed", "Look")
            }
            Trouble::FraudRefused => {
                row("bad", "The rules against toll fraud refuse messages.".to_owned(), "/phone", "Look")
            }
            Trouble::MintsCapped => row(
                "waits",
                "The tenant's own cap on its codes was reached.".to_owned(),
                "/audit?event=mints_capped",
                "Look",
            ),
            Trouble::LockedOut => row(
                "waits",
                "Recipients were locked out today.".to_owned(),
                "/audit?event=locked_out",
                "Look",
            ),
            Trouble::WebhookDisabled => {
                row("bad", "A webhook kept failing and was disabled.".to_owned(), "/webhooks", "Fix")
            }
            Trouble::KeyEnds(name) => {
                row("waits", format!("The secret key \u{201c}{name}\u{201d} ends."), "/keys", "Replace")
            }
        }
    }
}
