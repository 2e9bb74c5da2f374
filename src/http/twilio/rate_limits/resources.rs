//! The routes of rate limits and buckets.

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};

use crate::http::shared::limits::AddressLimits;
use crate::http::twilio::basic::identify;
use crate::http::twilio::error::allowing;

use super::{buckets, handlers};

pub(crate) fn routes(config: &mut ServiceConfig, limits: &AddressLimits) {
    config
        .service(
            web::resource("/Services/{service}/RateLimits")
                .route(web::get().to(handlers::list))
                .route(web::post().to(handlers::create))
                .default_service(allowing("GET, POST"))
                .wrap(from_fn(limits.verify()))
                .wrap(from_fn(identify)),
        )
        .service(
            web::resource("/Services/{service}/RateLimits/{limit}")
                .route(web::get().to(handlers::fetch))
                .route(web::post().to(handlers::update))
                .route(web::delete().to(handlers::delete))
                .default_service(allowing("GET, POST, DELETE"))
                .wrap(from_fn(limits.verify()))
                .wrap(from_fn(identify)),
        )
        .service(
            web::resource("/Services/{service}/RateLimits/{limit}/Buckets")
                .route(web::get().to(buckets::list))
                .route(web::post().to(buckets::create))
                .default_service(allowing("GET, POST"))
                .wrap(from_fn(limits.verify()))
                .wrap(from_fn(identify)),
        )
        .service(
            web::resource("/Services/{service}/RateLimits/{limit}/Buckets/{bucket}")
                .route(web::get().to(buckets::fetch))
                .route(web::post().to(buckets::update))
                .route(web::delete().to(buckets::delete))
                .default_service(allowing("GET, POST, DELETE"))
                .wrap(from_fn(limits.verify()))
                .wrap(from_fn(identify)),
        );
}
