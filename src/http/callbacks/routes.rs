//! The routes of callbacks.

use actix_web::web::{self, PayloadConfig, ServiceConfig};

use crate::http::shared::fallback::allowing;

use super::handler::receive;

/// The largest callback, in bytes.
const MAX_CALLBACK: usize = 64 * 1024;

pub(crate) fn routes(config: &mut ServiceConfig) {
    // In a scope, so that no other request is held against the pattern.
    config.service(
        web::scope("/callbacks").service(
            web::resource("/{route}/{key}")
                // Providers put several reports into one callback.
                .app_data(PayloadConfig::new(MAX_CALLBACK))
                .route(web::get().to(receive))
                .route(web::post().to(receive))
                .default_service(allowing("GET, POST")),
        ),
    );
}
