//! The routes of webhooks.

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};

use crate::http::shared::limits::AddressLimits;
use crate::http::twilio::basic::identify;
use crate::http::twilio::error::allowing;

use super::handlers;

pub(crate) fn routes(config: &mut ServiceConfig, limits: &AddressLimits) {
    config
        .service(
            web::resource("/Services/{service}/Webhooks")
                .route(web::get().to(handlers::list))
                .route(web::post().to(handlers::create))
                .default_service(allowing("GET, POST"))
                .wrap(from_fn(limits.verify()))
                .wrap(from_fn(identify)),
        )
        .service(
            web::resource("/Services/{service}/Webhooks/{webhook}")
                .route(web::get().to(handlers::fetch))
                .route(web::post().to(handlers::update))
                .route(web::delete().to(handlers::delete))
                .default_service(allowing("GET, POST, DELETE"))
                .wrap(from_fn(limits.verify()))
                .wrap(from_fn(identify)),
        );
}
