//! The routes of the API of Twilio Verify v2.

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};

use crate::http::shared::limits::AddressLimits;

use super::base_url::ROOT;
use super::basic::identify;
use super::error::{allowing, nothing_here};
use super::{
    attempts, factors, messaging, rate_limits, safe_list, services, templates, verifications, webhooks,
};

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
        .configure(|config| rate_limits::resources::routes(config, limits))
        .configure(|config| factors::resources::routes(config, limits))
        .configure(|config| webhooks::resources::routes(config, limits))
        .configure(|config| attempts::resources::routes(config, limits))
        .configure(|config| safe_list::routes(config, limits))
        .configure(|config| others(config, limits))
        .default_service(web::to(nothing_here));
    config.service(scope);
}

fn others(config: &mut ServiceConfig, limits: &AddressLimits) {
    config.service(
        web::resource("/Templates")
            .route(web::get().to(templates::list))
            .default_service(allowing("GET"))
            .wrap(from_fn(limits.verify()))
            .wrap(from_fn(identify)),
    );
    config.service(
        web::resource("/Services/{service}/MessagingConfigurations")
            .route(web::get().to(messaging::list))
            .route(web::post().to(messaging::create))
            .default_service(allowing("GET, POST"))
            .wrap(from_fn(limits.verify()))
            .wrap(from_fn(identify)),
    );
    config.service(
        web::resource("/Services/{service}/MessagingConfigurations/{country}")
            .route(web::get().to(messaging::gone))
            .route(web::post().to(messaging::gone))
            .route(web::delete().to(messaging::gone))
            .default_service(allowing("GET, POST, DELETE"))
            .wrap(from_fn(limits.verify()))
            .wrap(from_fn(identify)),
    );
}
