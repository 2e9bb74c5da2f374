//! What a tenant sets for the rules.

use serde::{Deserialize, Serialize};

use crate::domain::limits::rate::Rate;

use super::rule::RecordOnly;

/// A tenant's own settings for the rules. They apply in addition to the operator's, so they can only
/// tighten; only `record_only` replaces the operator's.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct FraudSettings {
    /// Messages that one end user asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sends_per_end_user: Option<Vec<Rate>>,
    /// Countries in which one end user may ask for codes without entering one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub countries_per_end_user: Option<u32>,
    /// Messages to numbers that differ in their last four digits only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sends_per_prefix: Option<Vec<Rate>>,
    /// Messages within an hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages_per_hour: Option<u32>,
    /// Messages within 24 hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages_per_day: Option<u32>,
    /// Calls within an hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calls_per_hour: Option<u32>,
    /// Calls within 24 hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calls_per_day: Option<u32>,
    /// The rules that only record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record_only: Option<RecordOnly>,
}

impl FraudSettings {
    /// Returns whether nothing is set.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
