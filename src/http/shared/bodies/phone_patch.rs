//! The changes to a tenant's settings for phone numbers.

use serde::Deserialize;

use crate::domain::limits::rate::{MAX_WINDOW, Rate};
use crate::domain::phone::country::{Country, InvalidCountry};
use crate::domain::phone::fraud::rule::FraudRule;
use crate::domain::phone::fraud::rules::MAX_BUDGET;
use crate::domain::phone::fraud::settings::FraudSettings;
use crate::domain::phone::settings::{Countries, PhoneSettings};
use crate::domain::policy::MAX_WINDOWS;

use crate::http::shared::problems::rejection::{Flaws, Rejection};

use super::object::{self, Change};

/// The changes to the settings for phone numbers.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PhonePatch {
    #[serde(default)]
    region: Change<String>,
    #[serde(default)]
    countries: Change<Vec<String>>,
    #[serde(default, deserialize_with = "object::change")]
    rules: Change<RulesPatch>,
}

/// The changes to the rules against toll fraud.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesPatch {
    #[serde(default)]
    sends_per_end_user: Change<Vec<Rate>>,
    #[serde(default)]
    countries_per_end_user: Change<u32>,
    #[serde(default)]
    sends_per_prefix: Change<Vec<Rate>>,
    #[serde(default)]
    messages_per_hour: Change<u32>,
    #[serde(default)]
    messages_per_day: Change<u32>,
    #[serde(default)]
    calls_per_hour: Change<u32>,
    #[serde(default)]
    calls_per_day: Change<u32>,
    #[serde(default)]
    record_only: Change<Vec<String>>,
}

impl PhonePatch {
    /// Finds invalid values.
    pub(super) fn check(&self) -> Result<(), Rejection> {
        let mut flaws = Flaws::default();
        if let Change::Set(region) = &self.region {
            let wrong = || Rejection::field("/phone/region", InvalidCountry.to_string());
            flaws.note(Country::parse(region).ok_or_else(wrong));
        }
        if let Change::Set(words) = &self.countries {
            flaws.note(check_countries(words));
        }
        if let Change::Set(rules) = &self.rules {
            flaws.note(rules.check());
        }
        flaws.end()
    }

    /// Applies values that were checked.
    pub(super) fn apply(&self, phone: &mut PhoneSettings) {
        match &self.region {
            Change::Keep => {}
            Change::Remove => phone.region = None,
            Change::Set(region) => phone.region = Country::parse(region),
        }
        match &self.countries {
            Change::Keep => {}
            Change::Remove => phone.countries = Countries::default(),
            Change::Set(words) => phone.countries = Countries::parse(words).unwrap_or_default(),
        }
        match &self.rules {
            Change::Keep => {}
            Change::Remove => phone.rules = FraudSettings::default(),
            Change::Set(rules) => rules.apply(&mut phone.rules),
        }
    }
}

fn check_countries(words: &[String]) -> Result<(), Rejection> {
    let mut flaws = Flaws::default();
    for (at, word) in words.iter().enumerate() {
        let wrong = |_| Rejection::field(format!("/phone/countries/{at}"), InvalidCountry.to_string());
        flaws.note(Countries::parse(&[word]).map_err(wrong));
    }
    flaws.end()?;
    let mixed = |_| Rejection::field("/phone/countries", "\"*\" stands for all: alone, or not at all");
    Countries::parse(words).map(|_| ()).map_err(mixed)
}

impl RulesPatch {
    fn check(&self) -> Result<(), Rejection> {
        let mut flaws = Flaws::default();
        flaws.note(check_windows("sends_per_end_user", &self.sends_per_end_user));
        flaws.note(check_windows("sends_per_prefix", &self.sends_per_prefix));
        flaws.note(check_number("countries_per_end_user", &self.countries_per_end_user, MAX_WINDOW));
        flaws.note(check_number("messages_per_hour", &self.messages_per_hour, MAX_BUDGET));
        flaws.note(check_number("messages_per_day", &self.messages_per_day, MAX_BUDGET));
        flaws.note(check_number("calls_per_hour", &self.calls_per_hour, MAX_BUDGET));
        flaws.note(check_number("calls_per_day", &self.calls_per_day, MAX_BUDGET));
        if let Change::Set(words) = &self.record_only {
            for (at, word) in words.iter().enumerate() {
                let known = FraudRule::recordable(word);
                flaws.note(known.map_err(|error| rejected(&format!("record_only/{at}"), error.to_string())));
            }
        }
        flaws.end()
    }

    /// Applies values that were checked.
    fn apply(&self, rules: &mut FraudSettings) {
        self.sends_per_end_user.apply(&mut rules.sends_per_end_user);
        self.countries_per_end_user.apply(&mut rules.countries_per_end_user);
        self.sends_per_prefix.apply(&mut rules.sends_per_prefix);
        self.messages_per_hour.apply(&mut rules.messages_per_hour);
        self.messages_per_day.apply(&mut rules.messages_per_day);
        self.calls_per_hour.apply(&mut rules.calls_per_hour);
        self.calls_per_day.apply(&mut rules.calls_per_day);
        match &self.record_only {
            Change::Keep => {}
            Change::Remove => rules.record_only = None,
            Change::Set(words) => {
                let known = words.iter().filter_map(|word| FraudRule::recordable(word).ok());
                rules.record_only = Some(known.collect());
            }
        }
    }
}

fn check_windows(name: &str, change: &Change<Vec<Rate>>) -> Result<(), Rejection> {
    let Change::Set(rates) = change else { return Ok(()) };
    let is_countable = rates.iter().all(|rate| rate.max <= MAX_WINDOW);
    match (1..=MAX_WINDOWS).contains(&rates.len()) && is_countable {
        true => Ok(()),
        false => {
            let words = format!("1 to {MAX_WINDOWS} windows of at most {MAX_WINDOW} messages");
            Err(rejected(name, words))
        }
    }
}

fn check_number(name: &str, change: &Change<u32>, most: u32) -> Result<(), Rejection> {
    match change {
        Change::Set(number) if !(1..=most).contains(number) => {
            Err(rejected(name, format!("a number from 1 to {most}; null for the operator's alone")))
        }
        _ => Ok(()),
    }
}

fn rejected(name: &str, words: String) -> Rejection {
    Rejection::field(format!("/phone/rules/{name}"), words)
}
