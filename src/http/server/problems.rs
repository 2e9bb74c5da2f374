//! Explains the codes of problems to people: the `type` of a problem leads here.

use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};

use crate::http::shared::fallback;
use crate::http::shared::problems::document;

/// `GET /problems/{code}`: the section about the code, as plain text.
pub(crate) async fn explain(request: HttpRequest, code: Path<String>) -> HttpResponse {
    match document::explained(&code) {
        None => fallback::not_found(request).await,
        Some(text) => HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(text),
    }
}
