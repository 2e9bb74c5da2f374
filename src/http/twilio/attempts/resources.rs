//! The routes of attempts.

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};

use crate::http::shared::limits::AddressLimits;
use crate::http::twilio::basic::identify;
use crate::http::twilio::error::allowing;

use super::handlers;

pub(crate) fn routes(config: &mut ServiceConfig, limits: &AddressLimits) {
    config
        .service(
            web::resource("/Attempts")
                .route(web::get().to(handlers::list))
                .default_service(allowing("GET"))
                .wrap(from_fn(limits.verify()))
                .wrap(from_fn(identify)),
        )
        .service(
            web::resource("/Attempts/Summary")
                .route(web::get().to(handlers::summary))
                .default_service(allowing("GET"))
                .wrap(from_fn(limits.verify()))
                .wrap(from_fn(identify)),
        )
        .service(
            web::resource("/Attempts/{attempt}")
                .route(web::get().to(handlers::fetch))
                .default_service(allowing("GET"))
                .wrap(from_fn(limits.verify()))
                .wrap(from_fn(identify)),
        );
}
