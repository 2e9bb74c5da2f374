//! The dashboard: the numbers of the last days, as charts and as tables.

mod charts;

use askama::Template;

use crate::domain::reports::statistics::Counts;
use crate::domain::time::Timestamp;
use crate::service::LastDays;

use super::filters::Filters;
use super::place::Place;
use super::words::share;

/// Days that can be looked at, and the name of each choice.
const CHOICES: [(u16, &str); 3] = [(7, "7 days"), (30, "30 days"), (90, "90 days")];

/// Without a choice.
const USUAL: u16 = 30;

/// The days that are asked for.
pub(super) fn days(filters: &mut Filters) -> u16 {
    let known = |text: &str| {
        let asked = text.parse().ok()?;
        CHOICES.iter().any(|(days, _)| *days == asked).then_some(asked)
    };
    filters.read("days", known).unwrap_or(USUAL)
}

#[derive(Template)]
#[template(path = "console/dashboard.html")]
struct Page<'a> {
    place: &'a Place,
    filters: &'a Filters,
    days: u16,
    choices: [(u16, &'static str); 3],
    tiles: Vec<(&'static str, String)>,
    /// As HTML.
    charts: Vec<String>,
}

/// The page.
pub(super) fn render(
    place: &Place,
    filters: &Filters,
    days: u16,
    numbers: &LastDays,
    now: Timestamp,
) -> Result<String, askama::Error> {
    let charts = charts::all(numbers, now);
    let charts = charts.iter().map(super::chart::Chart::html).collect::<Result<_, _>>()?;
    let tiles = tiles(&total(numbers));
    Page { place, filters, days, choices: CHOICES, tiles, charts }.render()
}

/// The counts of all days.
fn total(numbers: &LastDays) -> Counts {
    let mut total = Counts::default();
    for (_, counts) in &numbers.counts {
        total.minted += counts.minted;
        total.sent += counts.sent;
        total.failed += counts.failed;
        total.mismatched += counts.mismatched;
        total.verified += counts.verified;
        total.exhausted += counts.exhausted;
        total.expired += counts.expired;
        total.canceled += counts.canceled;
        for (sum, count) in total.times.0.iter_mut().zip(counts.times.0) {
            *sum += count;
        }
    }
    total
}

fn tiles(total: &Counts) -> Vec<(&'static str, String)> {
    vec![
        ("minted", total.minted.to_string()),
        ("verified", total.conversion().map_or_else(|| "–".to_owned(), share)),
        ("messages sent", total.sent.to_string()),
        ("messages not sent", total.failed.to_string()),
        ("wrong codes", total.mismatched.to_string()),
        ("out of attempts", total.exhausted.to_string()),
        ("pending", total.pending().to_string()),
    ]
}

#[cfg(test)]
mod tests;
