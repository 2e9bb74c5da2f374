//! The routes of otpgateway.

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};

use crate::http::shared::limits::AddressLimits;

use super::failure::{allowing, not_found};
use super::{handlers, identify, public};

pub(crate) fn routes(config: &mut ServiceConfig, limits: &AddressLimits) {
    config.service(
        web::scope("/api")
            .service(
                web::resource("/health")
                    .route(web::get().to(public::health))
                    .route(web::head().to(public::health))
                    .default_service(allowing("GET, HEAD")),
            )
            .service(
                web::resource("/providers")
                    .wrap(from_fn(limits.verify()))
                    .wrap(from_fn(identify::identify))
                    .route(web::get().to(handlers::providers))
                    .default_service(allowing("GET")),
            )
            .service(
                web::resource("/otp/{id}/status")
                    .wrap(from_fn(limits.verify()))
                    .wrap(from_fn(identify::identify))
                    .route(web::post().to(handlers::status))
                    .route(web::delete().to(handlers::take_status))
                    .default_service(allowing("POST, DELETE")),
            )
            .service(
                web::resource("/otp/{id}")
                    .wrap(from_fn(limits.mint()))
                    .wrap(from_fn(identify::identify))
                    .route(web::put().to(handlers::put))
                    .route(web::post().to(handlers::check))
                    .default_service(allowing("PUT, POST")),
            )
            .default_service(web::to(not_found)),
    );
    // In a scope, so that no other request is held against the patterns. `POST /otp` itself is a route of the
    // original, which is registered before.
    config.service(
        web::scope("/otp")
            .service(
                web::resource("/{namespace}/{id}/status")
                    .wrap(from_fn(limits.verify()))
                    .wrap(from_fn(identify::visit))
                    .route(web::get().to(public::status))
                    .route(web::head().to(public::status))
                    .default_service(allowing("GET, HEAD")),
            )
            .service(
                web::resource("/{namespace}/{id}")
                    .wrap(from_fn(limits.verify()))
                    .wrap(from_fn(identify::visit))
                    .route(web::get().to(public::page))
                    .route(web::head().to(public::page))
                    .route(web::post().to(public::page))
                    .default_service(allowing("GET, HEAD, POST")),
            ),
    );
}
