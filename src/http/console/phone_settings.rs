//! The form on the page about phone numbers: the tenant's countries, its rules against toll fraud, and its budgets.

use serde_json::{Value, json};

use crate::domain::limits::rate::Rate;
use crate::domain::phone::fraud::rule::FraudRule;
use crate::domain::phone::fraud::rules::FraudRules;
use crate::domain::phone::settings::PhoneSettings;

use crate::http::shared::problems::rejection::Rejection;

use super::fields::{self, Empty, Field, FieldKind, FieldRow};
use super::form_fields::FormFields;
use super::words::plain;

/// The settings. One more is one entry here.
static FIELDS: &[Field] = &[
    Field::of(
        FieldKind::List,
        "/phone/countries",
        "Countries",
        "Where codes may be sent to, by two letters: AT, DE. * stands for all. Empty: nowhere.",
    ),
    Field::text(
        "/phone/region",
        "Region",
        "Two letters: numbers without a country code are understood as of this country. Empty: they are refused.",
    ),
    Field::of(FieldKind::Number, "/phone/rules/messages_per_hour", "Budget: messages within an hour", ""),
    Field::of(FieldKind::Number, "/phone/rules/messages_per_day", "Budget: messages within 24 hours", ""),
    Field::of(FieldKind::Number, "/phone/rules/calls_per_hour", "Budget: calls within an hour", ""),
    Field::of(FieldKind::Number, "/phone/rules/calls_per_day", "Budget: calls within 24 hours", ""),
    Field::of(
        FieldKind::List,
        "/phone/rules/sends_per_end_user",
        "Messages for one end user",
        "Such as 3/10m, 10/24h. They apply in addition to the server's.",
    ),
    Field::of(
        FieldKind::Number,
        "/phone/rules/countries_per_end_user",
        "Countries for one end user",
        "In which one may ask for codes within 24 hours without entering one.",
    ),
    Field::of(
        FieldKind::List,
        "/phone/rules/sends_per_prefix",
        "Messages to a range of numbers",
        "To numbers that differ in their last four digits only, such as 5/10m, 20/24h.",
    ),
];

/// The field that says whether the list of rules that only record is the tenant's own, and its value then.
const RECORDING: (&str, &str) = ("recording", "own");
/// The boxes of the rules that only record.
const RECORD_ONLY: &str = "record_only";

/// The form of the settings.
pub(crate) struct PhoneForm {
    pub(crate) fields: Vec<FieldRow>,
    /// Whether the tenant says itself which rules only record.
    pub(crate) has_own_list: bool,
    /// The rules that may only record: the word, how it is read, and whether it is ticked.
    pub(crate) recordable: Vec<(&'static str, String, bool)>,
}

impl PhoneForm {
    pub(crate) fn of(settings: &PhoneSettings) -> Self {
        let shown = json!({ "phone": settings });
        let own = settings.rules.record_only.as_ref();
        Self {
            fields: fields::rows(FIELDS, Some(&shown)),
            has_own_list: own.is_some(),
            recordable: recordable(|rule| own.is_some_and(|own| own.contains(&rule))),
        }
    }

    /// Tells each field what holds without it; `None` where limits are switched off.
    pub(crate) fn inheriting(mut self, server: Option<&FraudRules>) -> Self {
        if let Some(server) = server {
            let values = inherited(server);
            self.fields.iter_mut().for_each(|row| row.inherit(&values, "server default"));
        }
        self
    }

    /// The form as it was typed, with what is wrong.
    pub(crate) fn typed(typed: &FormFields, wrong: &Rejection) -> Self {
        let mut rows = fields::typed_rows(FIELDS, typed, wrong);
        fields::focus_first(&mut rows);
        Self {
            fields: rows,
            has_own_list: has_own_list(typed),
            recordable: recordable(|rule| typed.all(RECORD_ONLY).any(|word| word == rule.as_str())),
        }
    }
}

/// What holds without a value: the server's rules, in the shape of a body of the API.
fn inherited(server: &FraudRules) -> Value {
    let windows = |rates: &[Rate]| rates.iter().map(Rate::to_string).collect::<Vec<_>>().join(", ");
    let most = |bound: Option<u32>| bound.map_or(json!("no limit"), |most| json!(most));
    json!({ "phone": { "rules": {
        "messages_per_hour": most(server.tenant.hour),
        "messages_per_day": most(server.tenant.day),
        "calls_per_hour": most(server.calls.hour),
        "calls_per_day": most(server.calls.day),
        "sends_per_end_user": windows(&server.sends_per_end_user),
        "countries_per_end_user": server.countries_per_end_user,
        "sends_per_prefix": windows(&server.sends_per_prefix),
    } } })
}

fn recordable(is_ticked: impl Fn(FraudRule) -> bool) -> Vec<(&'static str, String, bool)> {
    let row = |rule: FraudRule| (rule.as_str(), plain(rule.as_str()), is_ticked(rule));
    FraudRule::ALL.into_iter().filter(|rule| rule.is_recordable()).map(row).collect()
}

fn has_own_list(typed: &FormFields) -> bool {
    typed.text(RECORDING.0) == RECORDING.1
}

/// Reads the form into the fields of `PATCH /v1/tenant`.
pub(crate) fn patch(typed: &FormFields) -> Result<Value, Rejection> {
    let mut body = json!({});
    fields::read(FIELDS, typed, &mut body, Empty::Null)?;
    let own: Vec<_> = typed.all(RECORD_ONLY).collect();
    let list = if has_own_list(typed) { json!(own) } else { Value::Null };
    fields::set(&mut body, "/phone/rules/record_only", Some(list));
    Ok(body)
}
