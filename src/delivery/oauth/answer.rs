//! Token responses (RFC 6749 §5).

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::failure::TokenFailure;
use super::token::Granted;
use crate::delivery::net::http::HttpResponse;
use crate::domain::tenants::oauth::TokenRefusal;

/// The maximum length of an access token, in bytes: with it, the line of the login stays within the
/// 12288 octets that RFC 4954 §4 allows.
const MAX_ACCESS_TOKEN: usize = 8 * 1_024;
/// The maximum length of a refresh token, in bytes.
const MAX_REFRESH_TOKEN: usize = 16 * 1_024;

#[derive(Deserialize)]
struct Success {
    access_token: SecretString,
    token_type: Option<String>,
    expires_in: Option<Seconds>,
    refresh_token: Option<SecretString>,
}

/// A number of seconds, which some issuers write as a text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Seconds {
    Number(f64),
    Text(String),
}

#[derive(Deserialize)]
struct Failure {
    error: String,
}

/// Judges a response. Only what has a positive word is a token, and only the codes of RFC 6749 end a
/// login; everything else may be tried again.
pub(super) fn judge(response: &HttpResponse) -> Result<Granted, TokenFailure> {
    let unusable = TokenFailure::NoToken(response.status);
    match response.status {
        200 => {
            serde_json::from_slice::<Success>(&response.body).ok().and_then(Success::granted).ok_or(unusable)
        }
        400 | 401 | 403 => {
            let failure: Option<Failure> = serde_json::from_slice(&response.body).ok();
            let refusal = failure.and_then(|failure| TokenRefusal::parse(&failure.error));
            Err(refusal.map_or(unusable, TokenFailure::Refused))
        }
        _ => Err(unusable),
    }
}

impl Success {
    fn granted(self) -> Option<Granted> {
        let is_bearer = self.token_type.as_deref().is_none_or(|kind| kind.eq_ignore_ascii_case("bearer"));
        let is_usable = is_token(&self.access_token, MAX_ACCESS_TOKEN)
            && self.refresh_token.as_ref().is_none_or(|token| is_token(token, MAX_REFRESH_TOKEN));
        (is_bearer && is_usable).then_some(Granted {
            access_token: self.access_token,
            expires_in: self.expires_in.and_then(Seconds::span),
            refresh_token: self.refresh_token,
        })
    }
}

impl Seconds {
    fn span(self) -> Option<Duration> {
        let seconds = match self {
            Self::Number(seconds) => seconds,
            Self::Text(text) => text.trim().parse().ok()?,
        };
        Duration::try_from_secs_f64(seconds).ok()
    }
}

/// Returns whether a text can be a token (RFC 6749 appendix A.12, A.17). Control characters would
/// end its field in a login.
fn is_token(token: &SecretString, most: usize) -> bool {
    let token = token.expose_secret();
    !token.is_empty() && token.len() <= most && token.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}
