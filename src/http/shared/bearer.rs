//! `Authorization: Bearer` (RFC 6750 §2.1).

use actix_web::dev::ServiceRequest;
use actix_web::http::header::AUTHORIZATION;
use secrecy::SecretString;

/// The token of `Authorization: Bearer`.
pub(crate) fn bearer(request: &ServiceRequest) -> Option<SecretString> {
    let value = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| SecretString::from(token.trim()))
}
