//! The routes of entities, factors and their challenges.

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};

use crate::http::shared::limits::AddressLimits;
use crate::http::twilio::basic::identify;
use crate::http::twilio::error::allowing;

use super::{challenges, entities, handlers};

pub(crate) fn routes(config: &mut ServiceConfig, limits: &AddressLimits) {
    entities(config, limits);
    config
        .service(
            web::resource("/Services/{service}/Entities/{identity}/Factors")
                .route(web::get().to(handlers::list))
                .route(web::post().to(handlers::create))
                .default_service(allowing("GET, POST"))
                .wrap(from_fn(limits.verify()))
                .wrap(from_fn(identify)),
        )
        .service(
            web::resource("/Services/{service}/Entities/{identity}/Factors/{factor}")
                .route(web::get().to(handlers::fetch))
                .route(web::post().to(handlers::update))
                .route(web::delete().to(handlers::delete))
                .default_service(allowing("GET, POST, DELETE"))
                .wrap(from_fn(limits.verify()))
                .wrap(from_fn(identify)),
        )
        .service(
            web::resource("/Services/{service}/Entities/{identity}/Challenges")
                .route(web::get().to(challenges::list))
                .route(web::post().to(challenges::create))
                .default_service(allowing("GET, POST"))
                .wrap(from_fn(limits.verify()))
                .wrap(from_fn(identify)),
        )
        .service(
            web::resource("/Services/{service}/Entities/{identity}/Challenges/{challenge}")
                .route(web::get().to(challenges::gone))
                .route(web::post().to(challenges::gone))
                .default_service(allowing("GET, POST"))
                .wrap(from_fn(limits.verify()))
                .wrap(from_fn(identify)),
        );
}

fn entities(config: &mut ServiceConfig, limits: &AddressLimits) {
    config
        .service(
            web::resource("/Services/{service}/Entities")
                .route(web::get().to(entities::list))
                .route(web::post().to(entities::create))
                .default_service(allowing("GET, POST"))
                .wrap(from_fn(limits.verify()))
                .wrap(from_fn(identify)),
        )
        .service(
            web::resource("/Services/{service}/Entities/{identity}")
                .route(web::get().to(entities::fetch))
                .route(web::delete().to(entities::delete))
                .default_service(allowing("GET, DELETE"))
                .wrap(from_fn(limits.verify()))
                .wrap(from_fn(identify)),
        );
}
