// SPDX-License-Identifier: MIT

use crate::error::{Error, Kind};

/// The path of a challenge, or what the server says to what cannot be a shareable key, which often comes from a form.
/// The server is not asked, as `..` would lead to another route.
pub(crate) fn challenge(key: &str) -> Result<String, Error> {
    if key.is_empty() || key.len() > 64 || !key.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        let error = Error::new(Kind::ChallengeNotFound, "challenge_not_found", "This is no shareable key");
        return Err(error.with_status(404));
    }
    Ok(format!("/v1/challenges/{key}"))
}

/// The path of a factor.
pub(crate) fn factor(handle: &str, verb: &str) -> Result<String, Error> {
    let is_handle = handle.strip_prefix("fct_").is_some_and(|rest| {
        (1..=64).contains(&rest.len())
            && rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    });
    if !is_handle {
        let error = Error::new(Kind::Other, "factor_not_found", "This is no handle of a factor");
        return Err(error.with_status(404));
    }
    Ok(format!("/v1/factors/{handle}{verb}"))
}

/// Whether a route carries out a request with the same `Idempotency-Key` only once. Others ignore it, so it would
/// promise what is not so.
pub(crate) fn takes_key(method: &str, path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    method == "POST"
        && matches!(parts[..], ["v1", "challenges" | "verify"] | ["v1", "challenges", _, "verify" | "resend"])
}
