//! The tenant's settings for phone numbers in answers, and the schema of their patch.

use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::domain::phone::country::Country;
use crate::domain::phone::fraud::settings::FraudSettings;
use crate::domain::phone::settings::PhoneSettings;

use crate::http::shared::description::schemas::part;

use super::rules_schema::PhoneRulesSchema;

/// Which phone numbers are understood, and where codes may be sent.
#[derive(Serialize, ToSchema)]
#[schema(as = Phone)]
pub(crate) struct PhoneView {
    /// The country whose national numbers are understood; null if only international ones are.
    #[schema(required, value_type = Option<String>, pattern = "^[A-Z]{2}$", max_length = 2, example = "DE")]
    pub(in crate::http::v1::tenant) region: Option<Country>,
    #[schema(schema_with = countries)]
    pub(in crate::http::v1::tenant) countries: Vec<String>,
    /// The tenant's own rules against toll fraud.
    #[schema(value_type = PhoneRulesSchema)]
    pub(in crate::http::v1::tenant) rules: FraudSettings,
}

/// The changes to the settings for phone numbers.
#[derive(ToSchema)]
#[schema(as = PhonePatch)]
#[expect(dead_code, reason = "only its schema is used, as that of the patch")]
pub(crate) struct PhonePatchSchema {
    /// The country whose national numbers are understood.
    #[schema(pattern = "^[A-Z]{2}$", max_length = 2, example = "DE")]
    region: Option<String>,
    #[schema(schema_with = changed_countries)]
    countries: Option<Vec<String>>,
    rules: Option<PhoneRulesSchema>,
}

impl PhoneView {
    pub(in crate::http::v1::tenant) fn of(settings: &PhoneSettings) -> Self {
        Self {
            region: settings.region,
            countries: settings.countries.clone().into(),
            rules: settings.rules.clone(),
        }
    }
}

const COUNTRY: &str = "^([A-Z]{2}|\\*)$";

fn countries() -> RefOr<Schema> {
    part(json!({
        "type": "array",
        "description": "The countries that codes may be sent to; `*` alone stands for all. Empty at first.",
        "items": { "type": "string", "pattern": COUNTRY, "maxLength": 2 },
        "maxItems": 300,
    }))
}

fn changed_countries() -> RefOr<Schema> {
    part(json!({
        "type": ["array", "null"],
        "description": "Replaces the whole list: the countries that codes may be sent to; `*` alone stands for all.",
        "items": { "type": "string", "pattern": COUNTRY, "maxLength": 2 },
        "maxItems": 300,
        "examples": [["AT", "DE"]],
    }))
}
