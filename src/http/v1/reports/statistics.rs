//! Statistics in answers, as JSON and as CSV.

mod table;

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::domain::id::TenantId;
use crate::domain::reports::statistics::{
    Counts, Dimension, FactorCounts, Mark, StatisticsGroup, StatisticsQuery, VerificationTimes,
};
use crate::domain::tenants::tenant::{TenantHandle, TenantLabel};
use crate::service::Reported;

use crate::http::shared::description::operation::Example;
use crate::http::v1::error::{V1Error, V1Result};
use crate::http::v1::spec::V1Spec;

use super::csv;
use super::statistics_query::MAX_GROUPS;

/// Statistics, by group.
#[derive(Serialize, ToSchema)]
#[schema(as = Statistics)]
pub(crate) struct StatisticsView {
    /// The first day, in UTC.
    #[schema(format = "date", max_length = 10)]
    from: String,
    /// The last day.
    #[schema(format = "date", max_length = 10)]
    to: String,
    /// The dimensions of the groups, in the order by which they are sorted.
    #[schema(max_items = 6)]
    group_by: Vec<&'static str>,
    /// The groups. There is none for a day or a word without challenges.
    #[schema(max_items = 10_000)]
    data: Vec<GroupView>,
}

/// A group, with the requested dimensions.
#[derive(Default, Serialize, ToSchema)]
#[schema(as = StatisticsGroup)]
pub(crate) struct GroupView {
    /// The tenant's handle.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<TenantHandle>)]
    tenant: Option<String>,
    /// The day on which the challenges were minted, in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "date", max_length = 10)]
    day: Option<String>,
    /// What the codes were for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 32)]
    purpose: Option<String>,
    /// The channel of the codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 32)]
    channel: Option<String>,
    /// The language of the messages.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 35)]
    locale: Option<String>,
    /// The domain of the recipients.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 253)]
    domain: Option<String>,
    /// Challenges that were minted.
    #[schema(minimum = 0)]
    minted: u64,
    /// Messages after the first one of each challenge.
    #[schema(minimum = 0)]
    resent: u64,
    /// Messages that the mail server or provider has accepted.
    #[schema(minimum = 0)]
    sent: u64,
    /// Messages that a provider reported to have arrived. Mail has no such reports.
    #[schema(minimum = 0)]
    delivered: u64,
    /// Messages that were not sent.
    #[schema(minimum = 0)]
    failed: u64,
    /// Messages to phone numbers that a rule against toll fraud refused.
    #[schema(minimum = 0)]
    refused: u64,
    /// Wrong answers.
    #[schema(minimum = 0)]
    mismatched: u64,
    /// Challenges that were verified.
    #[schema(minimum = 0)]
    verified: u64,
    /// Challenges without attempts left.
    #[schema(minimum = 0)]
    exhausted: u64,
    /// Challenges that expired.
    #[schema(minimum = 0)]
    expired: u64,
    /// Challenges that were canceled.
    #[schema(minimum = 0)]
    canceled: u64,
    /// Relayed messages, which are not among the minted challenges.
    #[schema(minimum = 0)]
    relayed: u64,
    /// Challenges that have not ended yet.
    #[schema(minimum = 0)]
    pending: u64,
    /// `verified` divided by `minted`; null if nothing was minted.
    #[schema(required, minimum = 0, maximum = 1)]
    conversion: Option<f64>,
    #[schema(required)]
    time_to_verify: Option<TimesView>,
    factors: FactorCountsView,
}

/// What happened to authenticator apps, each on the day on which it happened.
#[derive(Default, Serialize, ToSchema)]
#[schema(as = FactorCounts)]
pub(crate) struct FactorCountsView {
    /// Factors that were added.
    #[schema(minimum = 0)]
    added: u64,
    /// Factors that became active.
    #[schema(minimum = 0)]
    confirmed: u64,
    /// Right codes of active factors.
    #[schema(minimum = 0)]
    checked: u64,
    /// Recovery codes that were used.
    #[schema(minimum = 0)]
    recovered: u64,
    /// Wrong answers.
    #[schema(minimum = 0)]
    mismatched: u64,
    /// Pauses after five wrong answers in a row.
    #[schema(minimum = 0)]
    paused: u64,
    /// Factors that were deleted.
    #[schema(minimum = 0)]
    removed: u64,
}

/// Seconds from mint to verification, interpolated; null if nothing was verified.
#[derive(Serialize, ToSchema)]
#[schema(as = TimeToVerify)]
pub(crate) struct TimesView {
    /// The median.
    #[schema(minimum = 0, maximum = 900)]
    p50: f64,
    /// The 90th percentile.
    #[schema(minimum = 0, maximum = 900)]
    p90: f64,
}

/// Describes the statistics as the answer.
pub(crate) fn described(spec: V1Spec) -> V1Spec {
    spec.wrong_parameter(("from", "a day such as 2026-11-21")).ok::<StatisticsView>("The numbers.").also(
        csv::CSV,
        csv::schema("dimension and each number"),
        "The numbers.",
        json!(StatisticsView::example().csv()),
    )
}

/// The numbers in the form that the caller prefers.
pub(crate) fn answer(
    request: &HttpRequest,
    asked: &StatisticsQuery,
    reported: &Reported<Vec<StatisticsGroup>>,
) -> V1Result {
    let view = StatisticsView::of(asked, reported)?;
    Ok(match csv::is_wanted(request) {
        false => HttpResponse::Ok().json(view),
        true => csv::answer(HttpResponse::Ok(), "statistics", view.csv()),
    })
}

impl StatisticsView {
    /// The answer to `asked`.
    pub(crate) fn of(
        asked: &StatisticsQuery,
        reported: &Reported<Vec<StatisticsGroup>>,
    ) -> Result<Self, V1Error> {
        if reported.found.len() > MAX_GROUPS {
            let detail = "more than 10000 groups: ask for fewer days or dimensions";
            return Err(V1Error::parameter("group_by", detail));
        }
        let groups = reported.found.iter().map(|group| GroupView::of(group, &reported.tenants));
        Ok(Self {
            from: asked.from.to_string(),
            to: asked.to.to_string(),
            group_by: asked.group_by.iter().map(|dimension| dimension.as_str()).collect(),
            data: groups.collect(),
        })
    }
}

impl Example for StatisticsView {
    fn example() -> Self {
        let mut times = VerificationTimes::default();
        times.0[6] = 90;
        let counts = Counts {
            minted: 100,
            sent: 99,
            delivered: 0,
            failed: 1,
            verified: 90,
            expired: 10,
            times,
            ..Counts::default()
        };
        let day = Some("2026-11-21".to_owned());
        let text = || "2026-11-21".to_owned();
        let data = vec![GroupView { day, ..GroupView::counted(&counts) }];
        Self { from: text(), to: text(), group_by: vec!["day"], data }
    }
}

impl GroupView {
    pub(crate) fn of(group: &StatisticsGroup, tenants: &HashMap<TenantId, TenantLabel>) -> Self {
        let mut view = Self::counted(&group.counts);
        for mark in &group.marks {
            match mark {
                Mark::Tenant(id) => view.tenant = tenants.get(id).map(|label| label.handle.to_string()),
                Mark::Day(day) => view.day = Some(day.to_string()),
                Mark::Word(of, word) => view.name(*of, word),
            }
        }
        view
    }

    fn name(&mut self, of: Dimension, word: &str) {
        let place = match of {
            Dimension::Purpose => &mut self.purpose,
            Dimension::Channel => &mut self.channel,
            Dimension::Locale => &mut self.locale,
            Dimension::Domain => &mut self.domain,
            Dimension::Tenant | Dimension::Day => return,
        };
        *place = Some(word.to_owned());
    }

    fn counted(counts: &Counts) -> Self {
        let times = counts.times.quantile(0.5).zip(counts.times.quantile(0.9));
        Self {
            minted: counts.minted,
            resent: counts.resent,
            sent: counts.sent,
            delivered: counts.delivered,
            failed: counts.failed,
            refused: counts.refused,
            mismatched: counts.mismatched,
            verified: counts.verified,
            exhausted: counts.exhausted,
            expired: counts.expired,
            canceled: counts.canceled,
            relayed: counts.relayed,
            pending: counts.pending(),
            conversion: counts.conversion().map(|part| rounded(part, 10_000.0)),
            time_to_verify: times
                .map(|(p50, p90)| TimesView { p50: rounded(p50, 10.0), p90: rounded(p90, 10.0) }),
            factors: FactorCountsView::of(counts.factors),
            ..Self::default()
        }
    }
}

impl FactorCountsView {
    fn of(counts: FactorCounts) -> Self {
        let FactorCounts { added, confirmed, checked, recovered, mismatched, paused, removed } = counts;
        Self { added, confirmed, checked, recovered, mismatched, paused, removed }
    }
}

fn rounded(number: f64, by: f64) -> f64 {
    (number * by).round() / by
}
