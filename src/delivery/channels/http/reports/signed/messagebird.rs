//! MessageBird: a token over the hashes of address and body.

use std::time::Duration;

use serde::Deserialize;

use crate::delivery::channels::http::reports::jwt;
use crate::domain::deliveries::callback::Callback;
use crate::domain::time::Timestamp;

/// How far the clocks may differ.
const SKEW: Duration = Duration::from_secs(5);

#[derive(Deserialize)]
struct Claims {
    iss: String,
    /// It must be there, as the provider's own libraries want it; a report that comes twice is no news.
    #[serde(rename = "jti")]
    _jti: String,
    nbf: Option<i64>,
    exp: i64,
    url_hash: String,
    payload_hash: Option<String>,
}

pub(super) fn part<'a>(key: &str, callback: Callback<'a>, now: Timestamp) -> Option<Callback<'a>> {
    let token = callback.header("messagebird-signature-jwt")?;
    let claims: Claims = jwt::claims(token, key.as_bytes())?;
    let moment = |seconds: i64| seconds.checked_mul(1_000).map(Timestamp::from_millis);
    let has_begun = claims.nbf.is_none_or(|nbf| moment(nbf).is_some_and(|nbf| nbf <= now + SKEW));
    let is_current = has_begun && moment(claims.exp).is_some_and(|exp| now < exp + SKEW);
    let is_body = match &claims.payload_hash {
        Some(hash) => jwt::is_hash_of(hash, callback.body),
        None => callback.body.is_empty(),
    };
    let is_url = jwt::is_hash_of(&claims.url_hash, callback.url.as_bytes());
    (claims.iss == "MessageBird" && is_current && is_url && is_body).then_some(callback)
}
