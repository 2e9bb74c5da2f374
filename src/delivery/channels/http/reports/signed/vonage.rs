//! Vonage: a token over the hash of the body; or, from the SMS API, `sig` over the fields.

use std::collections::BTreeMap;

use aws_lc_rs::hmac;
use serde::Deserialize;
use serde_json::Value;

use crate::delivery::channels::http::reports::hex::from_hex;
use crate::delivery::channels::http::reports::jwt;
use crate::delivery::channels::http::reports::time::{OLDEST, is_within};
use crate::domain::deliveries::callback::{Callback, CallbackMethod};
use crate::domain::time::Timestamp;

#[derive(Deserialize)]
struct Claims {
    iat: i64,
    exp: Option<i64>,
    payload_hash: String,
}

/// Both kinds are HMAC-SHA-256 under the signature secret of the account, and neither can be taken for the
/// other: a token is signed from its first letter on, fields from an ampersand on.
pub(super) fn part<'a>(key: &str, callback: Callback<'a>, now: Timestamp) -> Option<Callback<'a>> {
    let is_signed = match callback.header("authorization").and_then(|text| text.strip_prefix("Bearer ")) {
        Some(token) => is_by_token(key, token, &callback, now),
        None => is_by_fields(key, &callback, now),
    };
    let callback = match callback.method {
        CallbackMethod::Get => callback,
        CallbackMethod::Post => callback.without_query(),
    };
    is_signed.then_some(callback)
}

/// The token covers the body alone.
fn is_by_token(key: &str, token: &str, callback: &Callback<'_>, now: Timestamp) -> bool {
    let Some(claims) = jwt::claims::<Claims>(token, key.as_bytes()) else { return false };
    let end = claims.exp.map(|exp| exp.checked_mul(1_000).is_some_and(|exp| now.as_millis() < exp));
    callback.method == CallbackMethod::Post
        && is_within(OLDEST, now, claims.iat)
        && end.unwrap_or(true)
        && jwt::is_hash_of(&claims.payload_hash, callback.body)
}

/// `sig` is over all other fields, in the order of their names; `&` and `=` in values are written as `_`.
fn is_by_fields(key: &str, callback: &Callback<'_>, now: Timestamp) -> bool {
    let Some(mut fields) = fields(callback) else { return false };
    let Some(signature) = fields.remove("sig").and_then(|sig| from_hex(&sig)) else { return false };
    let at = fields.get("timestamp").and_then(|at| at.parse().ok());
    let signed: String =
        fields.iter().map(|(name, value)| format!("&{name}={}", value.replace(['&', '='], "_"))).collect();
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
    at.is_some_and(|at| is_within(OLDEST, now, at))
        && hmac::verify(&key, signed.as_bytes(), &signature).is_ok()
}

/// Returns the fields of the query, the form or the JSON object; `None` if one occurs twice or holds others,
/// since it is not clear then what is signed.
fn fields(callback: &Callback<'_>) -> Option<BTreeMap<String, String>> {
    let json = || serde_json::from_slice::<BTreeMap<String, Value>>(callback.body).ok();
    match callback.method {
        CallbackMethod::Get => of_form(callback.query().as_bytes()),
        CallbackMethod::Post => match json() {
            Some(object) => object.into_iter().map(|(name, value)| Some((name, text(value)?))).collect(),
            None => of_form(callback.body),
        },
    }
}

fn of_form(form: &[u8]) -> Option<BTreeMap<String, String>> {
    let mut fields = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(form).into_owned() {
        if fields.insert(name, value).is_some() {
            return None;
        }
    }
    Some(fields)
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
