//! How a page is answered.

use actix_web::http::header::{ContentType, LOCATION};
use actix_web::{HttpResponse, Result, error};

/// A page that was rendered.
pub(super) fn page_of(rendered: askama::Result<String>) -> Result<HttpResponse> {
    let page = rendered.map_err(error::ErrorInternalServerError)?;
    Ok(HttpResponse::Ok().content_type(ContentType::html()).body(page))
}

/// Redirects with a GET, so that reloading repeats nothing (RFC 9110 §15.4.4).
pub(super) fn see_other(there: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, there)).finish()
}
