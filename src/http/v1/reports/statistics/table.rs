//! Statistics as CSV: a column for each dimension and each number.

use crate::http::v1::reports::csv;

use super::{FactorCountsView, GroupView, StatisticsView, TimesView};

/// The columns after those of the dimensions.
const NUMBERS: [&str; 23] = [
    "minted",
    "resent",
    "sent",
    "delivered",
    "failed",
    "refused",
    "mismatched",
    "verified",
    "exhausted",
    "expired",
    "canceled",
    "relayed",
    "pending",
    "conversion",
    "time_to_verify_p50",
    "time_to_verify_p90",
    "factors_added",
    "factors_confirmed",
    "factors_checked",
    "factors_recovered",
    "factors_mismatched",
    "factors_paused",
    "factors_removed",
];

impl StatisticsView {
    /// The groups as CSV, with a row for each.
    pub(crate) fn csv(&self) -> String {
        let names: Vec<&str> = self.group_by.iter().copied().chain(NUMBERS).collect();
        let rows = self.data.iter().map(|group| {
            let marks = self.group_by.iter().map(|dimension| group.mark(dimension).to_owned());
            marks.chain(group.numbers()).collect()
        });
        csv::table(&names, rows)
    }
}

impl GroupView {
    /// The value in this dimension.
    fn mark(&self, dimension: &str) -> &str {
        let mark = match dimension {
            "tenant" => &self.tenant,
            "day" => &self.day,
            "purpose" => &self.purpose,
            "channel" => &self.channel,
            "locale" => &self.locale,
            "domain" => &self.domain,
            _ => &None,
        };
        mark.as_deref().unwrap_or_default()
    }

    /// The numbers in the order of their columns; one that is unknown is an empty cell.
    fn numbers(&self) -> [String; NUMBERS.len()] {
        let quantile = |of: fn(&TimesView) -> f64| self.time_to_verify.as_ref().map(of);
        let fraction = |number: Option<f64>| number.map_or_else(String::new, |number| number.to_string());
        let FactorCountsView { added, confirmed, checked, recovered, mismatched, paused, removed } =
            &self.factors;
        [
            self.minted.to_string(),
            self.resent.to_string(),
            self.sent.to_string(),
            self.delivered.to_string(),
            self.failed.to_string(),
            self.refused.to_string(),
            self.mismatched.to_string(),
            self.verified.to_string(),
            self.exhausted.to_string(),
            self.expired.to_string(),
            self.canceled.to_string(),
            self.relayed.to_string(),
            self.pending.to_string(),
            fraction(self.conversion),
            fraction(quantile(|times| times.p50)),
            fraction(quantile(|times| times.p90)),
            added.to_string(),
            confirmed.to_string(),
            checked.to_string(),
            recovered.to_string(),
            mismatched.to_string(),
            paused.to_string(),
            removed.to_string(),
        ]
    }
}
