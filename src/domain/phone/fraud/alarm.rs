//! What a tenant is told about its messages to phone numbers.

use serde::Serialize;

use crate::domain::phone::country::Country;

use super::rules::Budget;
use super::slots::Sends;
use super::tally::BudgetWarning;

#[derive(Serialize)]
struct BudgetSnapshot {
    counts: &'static str,
    period: &'static str,
    used: u32,
    budget: u32,
}

#[derive(Serialize)]
struct ConversionSnapshot<'a> {
    country: &'a str,
    sent: u32,
    verified: u32,
}

/// Serialises a warning about a budget of messages or of calls, as `counts` says, to be stored with its
/// event.
pub fn budget_snapshot(counts: &'static str, warning: BudgetWarning) -> String {
    let BudgetWarning { period, used, of } = warning;
    // Texts and numbers always serialise.
    serde_json::to_string(&BudgetSnapshot { counts, period, used, budget: of }).unwrap_or_default()
}

#[derive(Serialize)]
struct CapSnapshot {
    minted_in_hour: u32,
    minted_in_day: u32,
    per_hour: Option<u32>,
    per_day: Option<u32>,
}

/// Serialises what a cap on mints refuses, to be stored with its event.
pub fn cap_snapshot(hour: Sends, day: Sends, cap: Budget) -> String {
    let (minted_in_hour, minted_in_day) = (hour.sent, day.sent);
    let snapshot = CapSnapshot { minted_in_hour, minted_in_day, per_hour: cap.hour, per_day: cap.day };
    serde_json::to_string(&snapshot).unwrap_or_default()
}

/// Serialises an alarm about a country, to be stored with its event.
pub fn conversion_snapshot(country: Country, hour: Sends) -> String {
    let Sends { sent, verified } = hour;
    let snapshot = ConversionSnapshot { country: country.as_str(), sent, verified };
    serde_json::to_string(&snapshot).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_has_the_numbers() {
        let warning = BudgetWarning { period: "day", used: 800, of: 1_000 };
        let told = budget_snapshot("calls", warning);
        assert_eq!(told, r#"{"counts":"calls","period":"day","used":800,"budget":1000}"#);
        let told = conversion_snapshot(Country::WORLD, Sends { sent: 60, verified: 2 });
        assert_eq!(told, r#"{"country":"001","sent":60,"verified":2}"#);
    }
}
