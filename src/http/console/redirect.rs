//! Where a browser goes on after a form.

use actix_web::HttpResponse;
use actix_web::http::header::LOCATION;

use super::flash::Flash;

/// Leads on with a GET, so that reloading repeats nothing (RFC 9110 §15.4.4).
pub(crate) fn see_other(there: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, there)).finish()
}

/// The same with something to say about what was done.
pub(crate) fn done(there: &str, flash: Flash) -> HttpResponse {
    see_other(&format!("{there}?done={}", flash.word()))
}
