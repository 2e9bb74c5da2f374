//! The routes of callbacks.

use actix_web::web::{self, ServiceConfig};

use crate::http::shared::fallback::allowing;

use super::handler::receive;

pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(
        web::resource("/callbacks/{route}/{key}")
            .route(web::get().to(receive))
            .route(web::post().to(receive))
            .default_service(allowing("GET, POST")),
    );
}
