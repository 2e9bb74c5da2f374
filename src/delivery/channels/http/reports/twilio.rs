//! Callbacks of Twilio: `StatusCallback` of messages and calls.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretString};

use super::reported::reported_with;
use crate::domain::deliveries::callback::{Callback, CallbackMethod, CallbackReading};
use crate::domain::deliveries::provider_report::Fate;

/// Twilio signs with the auth token of the account. Where an API key is used instead and the token was not
/// given, the address, which cannot be guessed, is the only proof.
pub(super) fn read(token: Option<&SecretString>, callback: &Callback<'_>) -> CallbackReading {
    if callback.method != CallbackMethod::Post {
        return CallbackReading::Refused;
    }
    let fields: Vec<_> = form_urlencoded::parse(callback.body).into_owned().collect();
    if token.is_some_and(|token| !is_signed(token, callback, &fields)) {
        return CallbackReading::Refused;
    }
    let value = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let code = value("ErrorCode").and_then(|code| code.parse().ok());
    reported_with(value("MessageStatus").or_else(|| value("CallStatus")).and_then(fate), code)
}

/// `X-Twilio-Signature`: HMAC-SHA-1 over the URL and the fields in the order of their names.
fn is_signed(secret: &SecretString, callback: &Callback<'_>, fields: &[(String, String)]) -> bool {
    let signature = callback.header("x-twilio-signature").and_then(|text| STANDARD.decode(text).ok());
    let Some(signature) = signature else { return false };
    let mut sorted: Vec<_> = fields.iter().collect();
    sorted.sort();
    let signed: String =
        sorted.into_iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]).collect();
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret.expose_secret().as_bytes());
    // Twilio leaves the usual port out, or writes it, depending on its age.
    spellings(callback.url)
        .iter()
        .any(|url| hmac::verify(&key, format!("{url}{signed}").as_bytes(), &signature).is_ok())
}

/// The URL as it is, and with the usual port.
fn spellings(url: &str) -> Vec<String> {
    let mut all = vec![url.to_owned()];
    if let Some((host, path)) = url.strip_prefix("https://").and_then(|rest| rest.split_once('/')) {
        match host.strip_suffix(":443") {
            Some(bare) => all.push(format!("https://{bare}/{path}")),
            None if !host.contains(':') => all.push(format!("https://{host}:443/{path}")),
            None => {}
        }
    }
    all
}

fn fate(status: &str) -> Option<Fate> {
    match status {
        "delivered" | "read" | "completed" => Some(Fate::Delivered),
        "undelivered" | "failed" | "canceled" | "busy" | "no-answer" => Some(Fate::Failed),
        _ => None,
    }
}
