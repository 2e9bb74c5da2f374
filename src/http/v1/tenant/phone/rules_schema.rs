//! The schema of a tenant's rules against toll fraud.

use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::domain::phone::fraud::rule::FraudRule;

use crate::http::shared::description::schemas::part;

/// The tenant's own rules against toll fraud, in addition to the operator's: they only tighten. An absent
/// rule is the operator's alone. In a patch null removes a rule.
#[derive(ToSchema)]
#[schema(as = PhoneRules)]
#[expect(dead_code, reason = "only its schema is used: the domain's own types are read and written")]
pub(crate) struct PhoneRulesSchema {
    #[schema(schema_with = per_end_user)]
    sends_per_end_user: Option<Vec<String>>,
    /// Countries in which one end user may ask for codes within 24 hours without entering one.
    #[schema(minimum = 1, maximum = 50, example = 2)]
    countries_per_end_user: Option<u32>,
    #[schema(schema_with = per_prefix)]
    sends_per_prefix: Option<Vec<String>>,
    /// Messages to phone numbers within an hour.
    #[schema(minimum = 1, maximum = 1_000_000_000, example = 100)]
    messages_per_hour: Option<u32>,
    /// Messages to phone numbers within 24 hours.
    #[schema(minimum = 1, maximum = 1_000_000_000, example = 500)]
    messages_per_day: Option<u32>,
    /// Of these, calls within an hour.
    #[schema(minimum = 1, maximum = 1_000_000_000, example = 10)]
    calls_per_hour: Option<u32>,
    /// Of these, calls within 24 hours.
    #[schema(minimum = 1, maximum = 1_000_000_000, example = 50)]
    calls_per_day: Option<u32>,
    /// The rules that only record what they would have refused; replaces the operator's list.
    #[schema(value_type = Option<Vec<FraudRule>>, example = json!(["unverified_by_country"]))]
    record_only: Option<Vec<String>>,
}

fn per_end_user() -> RefOr<Schema> {
    part(windows("Messages for one end user (IPv6: each /64), in several windows at once."))
}

fn per_prefix() -> RefOr<Schema> {
    part(windows(
        "Messages to numbers that differ in their last four digits only, in several windows at once.",
    ))
}

fn windows(description: &str) -> Value {
    json!({
        "type": ["array", "null"],
        "description": description,
        "items": { "type": "string", "pattern": "^[1-9][0-9]?/[1-9][0-9]*[smh]$", "maxLength": 9 },
        "minItems": 1, "maxItems": 5, "examples": [["3/10m", "10/24h"]],
    })
}
