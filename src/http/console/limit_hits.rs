//! The limits that were hit in the last day.

use std::collections::BTreeMap;

use askama::Template;

use crate::domain::limits::hits::{HitCounts, HitSource};
use crate::domain::limits::limit::Limit;
use crate::domain::reports::course::{HOURS, hour_of};
use crate::domain::time::Timestamp;
use crate::service::Reported;

use super::chart::model::{Chart, ChartKind, Series, Unit};
use super::filters::Filters;
use super::report_scope::ReportScope;
use super::tenant_cell::TenantCell;
use super::words::{moment, plain};

/// The number of limits with a series of their own; the rest is "other".
const MOST_LIMITS: usize = 5;

#[derive(Template)]
#[template(path = "console/limits.html")]
struct LimitHitsPage<'a> {
    scope: &'a ReportScope,
    filters: &'a Filters,
    /// As HTML.
    chart: String,
    rows: Vec<LimitHitRow>,
}

struct LimitHitRow {
    limit: String,
    means: &'static str,
    tenant: TenantCell,
    count: u64,
    latest: (String, String),
}

pub(crate) fn render(
    scope: &ReportScope,
    filters: &Filters,
    reported: &Reported<Vec<(HitSource, HitCounts)>>,
    now: Timestamp,
) -> Result<String, askama::Error> {
    let row = |(trigger, firings): &(HitSource, HitCounts)| LimitHitRow {
        limit: plain(trigger.limit.as_str()),
        means: trigger.limit.message(),
        tenant: TenantCell::of(trigger.tenant.and_then(|id| reported.tenants.get(&id))),
        count: firings.by_hour(now).iter().sum(),
        latest: (firings.latest.to_string(), moment(firings.latest)),
    };
    let rows = reported.found.iter().map(row).collect();
    LimitHitsPage { scope, filters, chart: chart(&reported.found, now).html()?, rows }.render()
}

fn chart(found: &[(HitSource, HitCounts)], now: Timestamp) -> Chart {
    let mut limits: BTreeMap<&'static str, [u64; HOURS]> = BTreeMap::new();
    for (HitSource { limit, .. }, firings) in found {
        let sums = limits.entry(Limit::as_str(*limit)).or_default();
        for (sum, count) in sums.iter_mut().zip(firings.by_hour(now)) {
            *sum += count;
        }
    }
    let mut limits: Vec<(String, [u64; HOURS])> =
        limits.into_iter().map(|(word, counts)| (plain(word), counts)).collect();
    let total = |counts: &[u64; HOURS]| counts.iter().sum::<u64>();
    limits.sort_by_key(|(_, counts)| std::cmp::Reverse(total(counts)));
    let all: u64 = limits.iter().map(|(_, counts)| total(counts)).sum();
    let rare = limits.split_off(limits.len().min(MOST_LIMITS));
    if !rare.is_empty() {
        let sum = |hour| rare.iter().map(|(_, counts)| counts[hour]).sum();
        limits.push(("other".to_owned(), std::array::from_fn(sum)));
    }
    let hour = usize::from(hour_of(now));
    Chart {
        id: "fired",
        title: "Requests refused in the last 24 hours".to_owned(),
        summary: if all == 0 { "No limit fired.".to_owned() } else { format!("{all} refused.") },
        kind: ChartKind::Stacked,
        unit: Unit::Count,
        axis: "Hour (UTC)",
        labels: (0..HOURS).map(|back| format!("{:02}:00", (hour + 1 + back) % HOURS)).collect(),
        series: limits.into_iter().map(|(name, counts)| Series::counts(name, counts)).collect(),
        links: Vec::new(),
    }
}
