//! What a browser lets a page do (CSP, <https://www.w3.org/TR/CSP3/>).

use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderName};

use crate::service::WayBack;

/// The header of a page with this way back: it loads what is here and nothing else.
///
/// Its forms go to itself. In a frame they go nowhere: its script sends what is typed, and without that nothing is, since
/// nobody could be told of the result. In a frame of one page, and of no other.
pub(crate) fn of(way_back: Option<&WayBack>) -> (HeaderName, String) {
    let (forms, ancestors) = match way_back {
        Some(WayBack::Address(_)) => ("'self'", "'none'"),
        Some(WayBack::Frame(page)) => ("'none'", page.as_str()),
        None => ("'none'", "'none'"),
    };
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
         form-action {forms}; base-uri 'none'; frame-ancestors {ancestors}"
    );
    (CONTENT_SECURITY_POLICY, policy)
}
