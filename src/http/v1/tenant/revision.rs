//! The revision of a tenant as an entity tag (RFC 9110 §8.8.3).

use actix_web::http::header::{ETAG, IF_MATCH};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};

/// Starts an answer with the revision in its `ETag`.
pub(crate) fn tagged(revision: i64) -> HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    answer.insert_header((ETAG, format!("\"{revision}\"")));
    answer
}

/// The revision in `If-Match` (RFC 9110 §13.1.1). A tag that this server has not written matches no revision.
pub(crate) fn condition(request: &HttpRequest) -> Option<i64> {
    const NONE: i64 = -1;
    let value = request.headers().get(IF_MATCH)?.to_str().unwrap_or_default().trim();
    let tag = || value.strip_prefix('"')?.strip_suffix('"')?.parse().ok();
    (value != "*").then(|| tag().unwrap_or(NONE))
}
