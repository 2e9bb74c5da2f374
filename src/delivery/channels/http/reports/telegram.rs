//! Callbacks of Telegram Gateway.

use std::time::Duration;

use aws_lc_rs::{digest, hmac};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::hex::from_hex;
use super::reported::reported;
use super::time::is_within;
use crate::domain::deliveries::callback::{Callback, CallbackMethod, CallbackReading};
use crate::domain::deliveries::provider_report::Fate;
use crate::domain::time::Timestamp;

/// How old a report may be, and how far ahead its clock. Telegram repeats a report with a new time.
const OLDEST: Duration = Duration::from_secs(600);

#[derive(Deserialize)]
struct RequestStatus {
    delivery_status: Option<DeliveryStatus>,
}

#[derive(Deserialize)]
struct DeliveryStatus {
    status: String,
}

pub(super) fn read(secret: &SecretString, callback: &Callback<'_>, now: Timestamp) -> CallbackReading {
    if callback.method != CallbackMethod::Post || !is_signed(secret, callback, now) {
        return CallbackReading::Refused;
    }
    let Ok(status) = serde_json::from_slice::<RequestStatus>(callback.body) else {
        return CallbackReading::Refused;
    };
    reported(status.delivery_status.and_then(|delivery| fate(&delivery.status)))
}

/// `X-Request-Signature`: HMAC-SHA-256 over time and body, under the hash of the token.
fn is_signed(secret: &SecretString, callback: &Callback<'_>, now: Timestamp) -> bool {
    let (Some(at), Some(signature)) =
        (callback.header("x-request-timestamp"), callback.header("x-request-signature"))
    else {
        return false;
    };
    let is_fresh = at.parse().is_ok_and(|seconds| is_within(OLDEST, now, seconds));
    let Some(signature) = from_hex(signature) else { return false };
    let token = digest::digest(&digest::SHA256, secret.expose_secret().as_bytes());
    let key = hmac::Key::new(hmac::HMAC_SHA256, token.as_ref());
    let signed = [at.as_bytes(), b"\n", callback.body].concat();
    is_fresh && hmac::verify(&key, &signed, &signature).is_ok()
}

fn fate(status: &str) -> Option<Fate> {
    match status {
        "delivered" | "read" => Some(Fate::Delivered),
        "expired" | "revoked" => Some(Fate::Failed),
        _ => None,
    }
}
