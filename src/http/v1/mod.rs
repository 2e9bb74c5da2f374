//! The v1 API: one challenge object everywhere, and errors that say what to change.

mod bearer;
mod body;
mod challenges;
mod error;
mod idempotency;
mod object;
pub(super) mod openapi;
mod prefer;
mod view;

use actix_web::middleware::{Condition, from_fn};
use actix_web::web::{self, ServiceConfig};

use super::limits::AddressLimits;

/// The routes below `/v1`.
pub(super) fn routes(config: &mut ServiceConfig, limits: &AddressLimits) {
    let limited = limits.is_enabled();
    let minting = || Condition::new(limited, limits.mint());
    let verifying = || Condition::new(limited, limits.verify());
    config
        .service(
            web::resource("/v1/challenges")
                .wrap(minting())
                .wrap(from_fn(bearer::identify))
                .route(web::post().to(challenges::mint))
                .default_service(error::allowing("POST")),
        )
        .service(
            web::resource("/v1/challenges/{key}")
                .wrap(verifying())
                .wrap(from_fn(bearer::identify))
                .route(web::get().to(challenges::status))
                .route(web::delete().to(challenges::cancel))
                .default_service(error::allowing("GET, DELETE")),
        )
        .service(
            web::resource("/v1/challenges/{key}/verify")
                .wrap(verifying())
                .wrap(from_fn(bearer::identify))
                .route(web::post().to(challenges::verify))
                .default_service(error::allowing("POST")),
        )
        .service(
            web::resource("/v1/challenges/{key}/resend")
                .wrap(minting())
                .wrap(from_fn(bearer::identify))
                .route(web::post().to(challenges::resend))
                .default_service(error::allowing("POST")),
        )
        .service(
            web::resource("/v1/verify")
                .wrap(verifying())
                .wrap(from_fn(bearer::identify))
                .route(web::post().to(challenges::verify_latest))
                .default_service(error::allowing("POST")),
        )
        .service(web::scope("/v1").default_service(web::to(error::not_found)));
}
