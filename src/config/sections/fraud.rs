//! `[fraud]`.

use serde::Deserialize;

use super::super::read;
use crate::domain::limits::rate::Rate;

/// `[fraud]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fraud {
    /// Messages for one end user of a tenant.
    #[serde(deserialize_with = "read::rates")]
    pub sends_per_end_user: Vec<Rate>,
    /// Countries in which an end user may ask for codes without entering one.
    pub countries_per_end_user: u32,
    /// Messages to numbers that differ in their last four digits only.
    #[serde(deserialize_with = "read::rates")]
    pub sends_per_prefix: Vec<Rate>,
    /// The run of neighbours that is refused.
    #[serde(deserialize_with = "read::rate")]
    pub neighbouring_numbers: Rate,
    /// Codes of one country that nobody enters within 24 hours, at least.
    pub unverified_per_day: u32,
    /// The same within an hour.
    pub unverified_per_hour: u32,
    /// A tenant's messages within an hour; 0 for no bound.
    pub messages_per_hour: u32,
    /// A tenant's messages within 24 hours; 0 for no bound.
    pub messages_per_day: u32,
    /// A tenant's calls within an hour; 0 for no bound.
    pub calls_per_hour: u32,
    /// A tenant's calls within 24 hours; 0 for no bound.
    pub calls_per_day: u32,
    /// The server's messages within an hour; 0 for no bound.
    pub server_messages_per_hour: u32,
    /// The server's messages within 24 hours; 0 for no bound.
    pub server_messages_per_day: u32,
    /// Of a hundred codes, so many are entered at least.
    pub alarm_percent: u32,
    /// Messages of an hour below which there is no alarm.
    pub alarm_messages: u32,
    /// The rules that only record.
    #[serde(deserialize_with = "read::texts")]
    pub record_only: Vec<String>,
}
