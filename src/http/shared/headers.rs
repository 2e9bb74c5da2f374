//! Headers of every answer.

use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{HeaderValue, STRICT_TRANSPORT_SECURITY};
use actix_web::middleware::DefaultHeaders;

use crate::domain::web_origin::WebOrigin;

/// How bytes reach a listener of this server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Transport {
    /// As they are.
    Plain,
    /// Over TLS that the server itself provides.
    Tls,
}

/// Answers are not cached, sniffed, framed or revealed to other sites, and browsers that have used TLS come back with
/// TLS only. A header that a handler sets itself has priority.
pub fn safe_headers(transport: Transport) -> DefaultHeaders {
    let headers = DefaultHeaders::new()
        .add(("Cache-Control", "no-store"))
        .add(("X-Content-Type-Options", "nosniff"))
        .add(("X-Frame-Options", "DENY"))
        .add(("Referrer-Policy", "no-referrer"));
    match transport {
        Transport::Plain => headers,
        Transport::Tls => headers.add((STRICT_TRANSPORT_SECURITY, HSTS)),
    }
}

/// A year: browsers that have used TLS once do not come back without it (RFC 6797).
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Says the same for pages behind a proxy that provides TLS.
pub(crate) fn keep_tls(response: &mut ServiceResponse<BoxBody>, public: &WebOrigin) {
    if public.as_str().starts_with("https:") {
        response.headers_mut().insert(STRICT_TRANSPORT_SECURITY, HSTS);
    }
}
