//! Headers that answers have whatever they answer.

use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{HeaderValue, STRICT_TRANSPORT_SECURITY};
use actix_web::middleware::DefaultHeaders;

use crate::domain::web_origin::WebOrigin;

/// Headers of every answer: nothing is cached, sniffed, framed or told to others. A handler that
/// sets one of them itself wins.
pub fn safe_headers() -> DefaultHeaders {
    DefaultHeaders::new()
        .add(("Cache-Control", "no-store"))
        .add(("X-Content-Type-Options", "nosniff"))
        .add(("X-Frame-Options", "DENY"))
        .add(("Referrer-Policy", "no-referrer"))
}

/// A year: browsers that came over TLS once do not come without it again (RFC 6797).
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Has browsers that came over TLS never come without it.
pub(crate) fn keep_tls(response: &mut ServiceResponse<BoxBody>, public: &WebOrigin) {
    if public.as_str().starts_with("https:") {
        response.headers_mut().insert(STRICT_TRANSPORT_SECURITY, HSTS);
    }
}
