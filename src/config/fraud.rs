//! The rules of `[fraud]`.

use crate::domain::limits::rate::{MAX_WINDOW, Rate};
use crate::domain::phone::fraud::rule::{FraudRule, RecordOnly};
use crate::domain::phone::fraud::rules::{Budget, ConversionAlarm, FraudRules, MAX_BUDGET, Unverified};

use super::check::{SettingProblem, within};
use super::sections::Fraud;

/// The rules of `[fraud]`.
pub(super) fn rules(fraud: &Fraud) -> Result<FraudRules, SettingProblem> {
    windows("fraud.sends_per_end_user", &fraud.sends_per_end_user)?;
    windows("fraud.sends_per_prefix", &fraud.sends_per_prefix)?;
    within("fraud.neighbouring_numbers", fraud.neighbouring_numbers.max.into(), 2, MAX_WINDOW.into())?;
    within("fraud.countries_per_end_user", fraud.countries_per_end_user.into(), 1, MAX_WINDOW.into())?;
    for (path, number) in [
        ("fraud.unverified_per_day", fraud.unverified_per_day),
        ("fraud.unverified_per_hour", fraud.unverified_per_hour),
        ("fraud.messages_per_hour", fraud.messages_per_hour),
        ("fraud.messages_per_day", fraud.messages_per_day),
        ("fraud.calls_per_hour", fraud.calls_per_hour),
        ("fraud.calls_per_day", fraud.calls_per_day),
        ("fraud.server_messages_per_hour", fraud.server_messages_per_hour),
        ("fraud.server_messages_per_day", fraud.server_messages_per_day),
        ("fraud.alarm_messages", fraud.alarm_messages),
    ] {
        within(path, number.into(), 0, MAX_BUDGET.into())?;
    }
    within("fraud.alarm_percent", fraud.alarm_percent.into(), 0, 100)?;
    let budget = |hour, day| {
        let bound = |number: u32| (number > 0).then_some(number);
        Budget { hour: bound(hour), day: bound(day) }
    };
    Ok(FraudRules {
        sends_per_end_user: fraud.sends_per_end_user.clone(),
        countries_per_end_user: fraud.countries_per_end_user,
        sends_per_prefix: fraud.sends_per_prefix.clone(),
        neighbours: fraud.neighbouring_numbers,
        unverified: Unverified { day: fraud.unverified_per_day, hour: fraud.unverified_per_hour },
        tenant: budget(fraud.messages_per_hour, fraud.messages_per_day),
        calls: budget(fraud.calls_per_hour, fraud.calls_per_day),
        server: budget(fraud.server_messages_per_hour, fraud.server_messages_per_day),
        alarm: ConversionAlarm { percent: fraud.alarm_percent, messages: fraud.alarm_messages },
        record_only: record_only(&fraud.record_only)?,
    })
}

fn record_only(words: &[String]) -> Result<RecordOnly, SettingProblem> {
    let problem = |word: &String, error| ("fraud.record_only", format!("{word:?} {error}"));
    words.iter().map(|word| FraudRule::recordable(word).map_err(|error| problem(word, error))).collect()
}

fn windows(path: &'static str, rates: &[Rate]) -> Result<(), SettingProblem> {
    rates.iter().try_for_each(|rate| within(path, rate.max.into(), 1, MAX_WINDOW.into()))
}
