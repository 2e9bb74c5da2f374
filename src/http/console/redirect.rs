//! Redirects after forms.

use actix_web::HttpResponse;
use actix_web::http::header::LOCATION;

use super::flash::Flash;

/// Redirects with a GET, so that reloading repeats nothing (RFC 9110 §15.4.4).
pub(crate) fn see_other(there: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, there)).finish()
}

/// Redirects with a flash about the last action.
pub(crate) fn done(there: &str, flash: Flash) -> HttpResponse {
    see_other(&format!("{there}?done={}", flash.word()))
}
