//! The routes of the API of Twilio Verify v2.

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};

use crate::http::shared::limits::AddressLimits;

use super::base_url::ROOT;
use super::basic::identify;
use super::error::{allowing, nothing_here};
use super::{services, verifications};

pub(crate) fn routes(config: &mut ServiceConfig, limits: &AddressLimits) {
    let scope = web::scope(ROOT)
        .service(
            web::resource("/Services")
                .route(web::get().to(services::handlers::list))
                .route(web::post().to(services::handlers::create))
                .default_service(allowing("GET, POST"))
                .wrap(from_fn(limits.verify()))
                .wrap(from_fn(identify)),
        )
        .service(
            web::resource("/Services/{service}")
                .route(web::get().to(services::handlers::fetch))
                .route(web::post().to(services::handlers::update))
                .route(web::delete().to(services::handlers::delete))
                .default_service(allowing("GET, POST, DELETE"))
                .wrap(from_fn(limits.verify()))
                .wrap(from_fn(identify)),
        )
        .service(
            web::resource("/Services/{service}/Verifications")
                .route(web::post().to(verifications::handlers::create))
                .default_service(allowing("POST"))
                .wrap(from_fn(limits.mint()))
                .wrap(from_fn(identify)),
        )
        .service(
            web::resource("/Services/{service}/Verifications/{name}")
                .route(web::get().to(verifications::handlers::fetch))
                .route(web::post().to(verifications::handlers::update))
                .default_service(allowing("GET, POST"))
                .wrap(from_fn(limits.verify()))
                .wrap(from_fn(identify)),
        )
        .service(
            web::resource("/Services/{service}/VerificationCheck")
                .route(web::post().to(verifications::handlers::check))
                .default_service(allowing("POST"))
                .wrap(from_fn(limits.verify()))
                .wrap(from_fn(identify)),
        )
        .default_service(web::to(nothing_here));
    config.service(scope);
}
