//! Callbacks of the WhatsApp Cloud API. An app of Meta's has one address for the messages of all its numbers,
//! so that a report names its message itself.

use aws_lc_rs::hmac;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::hex::from_hex;
use crate::domain::deliveries::callback::{Callback, CallbackMethod, CallbackReading, ReadReport};
use crate::domain::deliveries::provider_report::Fate;

/// The longest text that a handshake may want repeated.
const MAX_CHALLENGE: usize = 100;

#[derive(Deserialize)]
struct Body {
    object: String,
    #[serde(default)]
    entry: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    changes: Vec<Change>,
}

#[derive(Deserialize)]
struct Change {
    field: String,
    value: serde_json::Value,
}

#[derive(Deserialize)]
struct Value {
    #[serde(default)]
    statuses: Vec<Status>,
}

#[derive(Deserialize)]
struct Status {
    id: String,
    status: String,
    #[serde(default)]
    errors: Vec<Error>,
}

#[derive(Deserialize)]
struct Error {
    code: Option<u32>,
}

/// Without the app's secret nothing is believed: the address is known to whoever sees Meta's page.
pub(super) fn read(key: Option<&SecretString>, callback: &Callback<'_>) -> CallbackReading {
    match callback.method {
        CallbackMethod::Get => handshake(callback).unwrap_or(CallbackReading::Refused),
        CallbackMethod::Post if key.is_some_and(|key| is_signed(key, callback)) => {
            reports(callback.body).unwrap_or(CallbackReading::Refused)
        }
        CallbackMethod::Post => CallbackReading::Refused,
    }
}

/// Reads `hub.mode`, `hub.verify_token` and `hub.challenge`.
fn handshake(callback: &Callback<'_>) -> Option<CallbackReading> {
    let fields: Vec<_> = form_urlencoded::parse(callback.query().as_bytes()).collect();
    let only = |name: &str| {
        let mut values = fields.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_ref());
        values.next().filter(|_| values.next().is_none())
    };
    let (mode, token, answer) = (only("hub.mode")?, only("hub.verify_token")?, only("hub.challenge")?);
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    let is_answer = (1..=MAX_CHALLENGE).contains(&answer.len()) && answer.bytes().all(plain);
    (mode == "subscribe" && is_answer)
        .then(|| CallbackReading::Handshake { token: token.to_owned(), answer: answer.to_owned() })
}

/// `X-Hub-Signature-256`: HMAC-SHA-256 over the body, under the secret of the app.
fn is_signed(key: &SecretString, callback: &Callback<'_>) -> bool {
    let signature = callback.header("x-hub-signature-256").and_then(|text| text.strip_prefix("sha256="));
    let Some(signature) = signature.and_then(from_hex) else { return false };
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.expose_secret().as_bytes());
    hmac::verify(&key, callback.body, &signature).is_ok()
}

/// Returns the reports of a body; `None` if it is none of WhatsApp's. It may be about other things than
/// messages of ours, such as what people write to the number.
fn reports(body: &[u8]) -> Option<CallbackReading> {
    let body: Body =
        serde_json::from_slice(body).ok().filter(|body: &Body| body.object == "whatsapp_business_account")?;
    let changes = body.entry.into_iter().flat_map(|entry| entry.changes);
    let values = changes.filter(|change| change.field == "messages").map(|change| change.value);
    let statuses = values.filter_map(|value| serde_json::from_value::<Value>(value).ok());
    let reports = statuses.flat_map(|value| value.statuses).filter_map(|status| {
        let code = status.errors.first().and_then(|error| error.code);
        Some(ReadReport { fate: fate(&status.status)?, id: Some(status.id), code })
    });
    Some(CallbackReading::Reports(reports.collect()))
}

fn fate(status: &str) -> Option<Fate> {
    match status {
        "delivered" | "read" => Some(Fate::Delivered),
        "failed" => Some(Fate::Failed),
        _ => None,
    }
}
