//! Links between the pages of a list.

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderName};

use super::query::Query;

/// The header `Link` (RFC 8288) to the page that begins at `next`.
pub(crate) fn link(request: &HttpRequest, query: &Query, next: &str) -> (HeaderName, String) {
    (header::LINK, format!("<{}>; rel=\"next\"", query.onward(request.path(), next)))
}
