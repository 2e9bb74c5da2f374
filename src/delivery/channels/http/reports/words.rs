//! Callbacks of gateways: the words for a fate, wherever the usual fields have them.

use serde_json::Value;

use super::reported::reported;
use crate::domain::deliveries::callback::{Callback, CallbackMethod, CallbackReading};
use crate::domain::deliveries::provider_report::Fate;

/// The names of fields that have the status, in lower case.
const FIELDS: [&str; 7] =
    ["status", "message_status", "messagestatus", "groupname", "stat", "event", "event_type"];

/// How deep a report is searched.
const DEPTH: usize = 8;

pub(super) fn read(callback: &Callback<'_>) -> CallbackReading {
    let in_query = || of_form(callback.query().as_bytes());
    let fate = match (callback.method, serde_json::from_slice::<Value>(callback.body)) {
        (CallbackMethod::Get, _) => in_query(),
        (CallbackMethod::Post, Ok(json)) => of_json(&json, DEPTH),
        (CallbackMethod::Post, Err(_)) => of_form(callback.body).or_else(in_query),
    };
    reported(fate)
}

fn of_form(form: &[u8]) -> Option<Fate> {
    form_urlencoded::parse(form).filter(|(name, _)| is_status(name)).find_map(|(_, word)| fate(&word))
}

fn of_json(json: &Value, depth: usize) -> Option<Fate> {
    let deeper = depth.checked_sub(1)?;
    match json {
        Value::Object(object) => {
            let named = object.iter().filter(|(name, _)| is_status(name));
            let told = named.filter_map(|(_, value)| value.as_str()).find_map(fate);
            told.or_else(|| object.values().find_map(|value| of_json(value, deeper)))
        }
        Value::Array(list) => list.iter().find_map(|value| of_json(value, deeper)),
        _ => None,
    }
}

fn is_status(name: &str) -> bool {
    FIELDS.contains(&name.to_ascii_lowercase().as_str())
}

fn fate(word: &str) -> Option<Fate> {
    match word.to_ascii_lowercase().as_str() {
        "delivered" | "delivrd" | "read" => Some(Fate::Delivered),
        "failed" | "undelivered" | "undeliverable" | "undeliv" | "rejected" | "rejectd" | "expired"
        | "aborted" | "deleted" | "delivery_failed" => Some(Fate::Failed),
        _ => None,
    }
}
