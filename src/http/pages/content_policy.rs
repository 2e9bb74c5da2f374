//! The content policy of a page (CSP, <https://www.w3.org/TR/CSP3/>).

use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderName};

use crate::service::WayBack;

/// The page itself may read the code of a text message (WebOTP); in a frame, if the page around it allows that too.
/// (<https://www.w3.org/TR/permissions-policy/>)
pub(crate) const FEATURES: (HeaderName, &str) =
    (HeaderName::from_static("permissions-policy"), "otp-credentials=(self)");

/// The header of a page with this way back: the page loads files of this server only.
///
/// Its forms may be sent to this server only. In a frame no form is sent: the script sends what was typed, because
/// the
/// result has to reach the embedding page. Only the page of the way back may embed it.
pub(crate) fn of(way_back: Option<&WayBack>) -> (HeaderName, String) {
    let (forms, ancestors) = match way_back {
        Some(WayBack::Address(_) | WayBack::Nowhere) => ("'self'", "'none'"),
        Some(WayBack::Frame(page)) => ("'none'", page.as_str()),
        None => ("'none'", "'none'"),
    };
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
         form-action {forms}; base-uri 'none'; frame-ancestors {ancestors}"
    );
    (CONTENT_SECURITY_POLICY, policy)
}
