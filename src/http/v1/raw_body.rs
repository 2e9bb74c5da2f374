//! The body of a request with an idempotency key, as it was received.

use actix_web::web::Bytes;
use actix_web::{HttpMessage, HttpRequest};

/// The header with the key.
pub(crate) const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// Whether a request has an idempotency key.
pub(crate) fn has_key(request: &HttpRequest) -> bool {
    request.headers().contains_key(IDEMPOTENCY_KEY)
}

struct RawBody(Bytes);

/// Keeps the body of a request with a key, to compare it with that of a retry.
pub(crate) fn note(request: &HttpRequest, body: &Bytes) {
    if has_key(request) {
        request.extensions_mut().insert(RawBody(body.clone()));
    }
}

/// The body that was kept.
pub(crate) fn noted(request: &HttpRequest) -> Bytes {
    request.extensions().get::<RawBody>().map(|body| body.0.clone()).unwrap_or_default()
}
