//! Lists that come page by page.

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderName};

use super::query::Query;

/// The header `Link` (RFC 8288) of a page after which `next` begins another one.
pub(crate) fn link(request: &HttpRequest, query: &Query, next: &str) -> (HeaderName, String) {
    (header::LINK, format!("<{}>; rel=\"next\"", query.onward(request.path(), next)))
}
