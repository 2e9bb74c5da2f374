//! `GET /openapi.json`.

use actix_web::HttpResponse;
use actix_web::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL};
use actix_web::web::{self, Bytes, ServiceConfig};

use crate::http::shared::document_limit::DocumentLimit;
use crate::http::shared::fallback::allowing;

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
async fn serve() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .body(Bytes::from_static(openapi().as_bytes()))
}
