//! Assertions: what a service account signs to get a token (RFC 7523 §2.1).

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;

use crate::domain::tenants::service_key::ServiceKey;
use crate::domain::time::Timestamp;

/// How long an assertion is valid. Issuers allow an hour.
const LIFE: Duration = Duration::from_secs(3_600);

#[derive(Serialize)]
struct Header<'a> {
    alg: &'static str,
    typ: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a str>,
}

/// The claims of an assertion.
#[derive(Serialize)]
pub(super) struct Claims<'a> {
    /// The service account.
    pub(super) iss: &'a str,
    /// The mailbox that it acts for.
    pub(super) sub: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) scope: &'a str,
    /// The token endpoint.
    pub(super) aud: &'a str,
    pub(super) iat: i64,
    pub(super) exp: i64,
}

impl<'a> Claims<'a> {
    /// Creates claims that are valid from `now`, by the clock that the issuer compares with its own.
    pub(super) fn new(iss: &'a str, sub: &'a str, scope: &'a str, aud: &'a str, now: Timestamp) -> Self {
        let seconds = |at: Timestamp| at.as_millis().div_euclid(1_000);
        Self { iss, sub, scope, aud, iat: seconds(now), exp: seconds(now + LIFE) }
    }

    /// Signs the claims with RS256: a JWT (RFC 7519). `None` if the key cannot sign.
    pub(super) fn sign(&self, key: &ServiceKey, kid: Option<&str>) -> Option<String> {
        let part = |json: Vec<u8>| URL_SAFE_NO_PAD.encode(json);
        let header = part(serde_json::to_vec(&Header { alg: "RS256", typ: "JWT", kid }).ok()?);
        let message = format!("{header}.{}", part(serde_json::to_vec(self).ok()?));
        let signature = URL_SAFE_NO_PAD.encode(key.sign(message.as_bytes())?);
        Some(format!("{message}.{signature}"))
    }
}
