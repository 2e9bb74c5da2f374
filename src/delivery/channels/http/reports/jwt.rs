//! Signed tokens (RFC 7519) with HMAC-SHA-256, and with nothing else: what a token says about its algorithm
//! never chooses how it is checked.

use aws_lc_rs::{digest, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::hex::from_hex;

/// The one algorithm.
const ALGORITHM: &str = "HS256";

#[derive(Deserialize)]
struct Header {
    alg: String,
    /// Extensions that must be understood (RFC 7515 §4.1.11). None is.
    crit: Option<IgnoredAny>,
}

/// Returns the claims of a token with a valid signature.
pub(super) fn claims<T: DeserializeOwned>(token: &str, key: &[u8]) -> Option<T> {
    let (signed, tag) = token.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    let header: Header = serde_json::from_slice(&decoded(header)?).ok()?;
    if header.alg != ALGORITHM || header.crit.is_some() {
        return None;
    }
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::verify(&key, signed.as_bytes(), &decoded(tag)?).ok()?;
    serde_json::from_slice(&decoded(claims)?).ok()
}

/// Returns whether a claim is the SHA-256 of these bytes, in hexadecimal digits.
pub(super) fn is_hash_of(claim: &str, bytes: &[u8]) -> bool {
    from_hex(claim).is_some_and(|claim| claim == digest::digest(&digest::SHA256, bytes).as_ref())
}

fn decoded(part: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(part).ok()
}
