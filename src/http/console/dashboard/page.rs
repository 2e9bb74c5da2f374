//! The page of the dashboard.

use askama::Template;

use crate::domain::time::Timestamp;
use crate::service::LastDays;

use crate::http::console::chart::model::Chart;
use crate::http::console::filters::Filters;
use crate::http::console::report_scope::ReportScope;

use super::charts;
use super::events::Events;
use super::tiles::{self, Tile};

/// The periods and their names.
const CHOICES: [(u16, &str); 3] = [(7, "7 days"), (30, "30 days"), (90, "90 days")];

/// The default period, in days.
const USUAL: u16 = 30;

/// The requested period.
pub(crate) fn days(filters: &mut Filters) -> u16 {
    let known = |text: &str| {
        let asked = text.parse().ok()?;
        CHOICES.iter().any(|(days, _)| *days == asked).then_some(asked)
    };
    filters.read("days", known).unwrap_or(USUAL)
}

#[derive(Template)]
#[template(path = "console/dashboard.html")]
struct DashboardPage<'a> {
    scope: &'a ReportScope,
    filters: &'a Filters,
    days: u16,
    choices: [(u16, &'static str); 3],
    tiles: Vec<Tile>,
    /// As HTML.
    charts: Vec<String>,
}

pub(crate) fn render(
    scope: &ReportScope,
    filters: &Filters,
    days: u16,
    numbers: &LastDays,
    now: Timestamp,
) -> Result<String, askama::Error> {
    let charts = charts::all(numbers, now, &Events::of("audit", filters));
    let charts = charts.iter().map(Chart::html).collect::<Result<_, _>>()?;
    let tiles = tiles::of(numbers);
    DashboardPage { scope, filters, days, choices: CHOICES, tiles, charts }.render()
}
