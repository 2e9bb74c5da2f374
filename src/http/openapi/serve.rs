//! `GET /openapi.json`.

use std::sync::LazyLock;

use actix_web::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_LENGTH};
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};

use crate::http::shared::document_limit::DocumentLimit;
use crate::http::shared::fallback::allowing;
use crate::http::shared::representation::{Document, Wishes};

use super::document::openapi;

pub(crate) fn routes(config: &mut ServiceConfig, limit: &DocumentLimit) {
    config.service(
        web::resource("/openapi.json")
            .wrap(limit.counting_networks())
            .wrap(limit.counting())
            .route(web::get().to(serve))
            .route(web::head().to(serve))
            .default_service(allowing("GET, HEAD")),
    );
}

/// Anybody may read the document, so pages of any origin may fetch it. A new build may have another
/// document, so caches keep it for minutes only.
async fn serve(request: HttpRequest) -> HttpResponse {
    static DOCUMENT: LazyLock<Document> = LazyLock::new(|| Document::new(openapi().as_bytes()));
    let mut answer = HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .finish();
    answer.headers_mut().remove(CONTENT_LENGTH);
    DOCUMENT.answer(&Wishes::of(&request), answer.drop_body().map_body(|_, _| ()))
}
