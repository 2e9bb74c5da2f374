//! The routes of the original; each of them accepts POST only.

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};
use actix_web::{Resource, guard};

use crate::http::shared::fallback::allowing;
use crate::http::shared::limits::AddressLimits;

use super::own_site::own_site;
use super::{handlers, identify};

const PATHS: [&str; 3] = ["/reg_secretkey", "/otp", "/verify-otp"];

/// A path for POST alone. The method is checked before the body is read, which the middleware around the
/// path does.
fn posted(path: &str) -> Resource {
    web::resource(path).guard(guard::Post())
}

pub(crate) fn routes(config: &mut ServiceConfig, limits: &AddressLimits) {
    config
        .service(
            posted("/reg_secretkey")
                .wrap(from_fn(limits.register()))
                .wrap(from_fn(identify::operator))
                .wrap(from_fn(own_site))
                .to(handlers::register),
        )
        .service(
            posted("/otp")
                .wrap(from_fn(limits.mint()))
                .wrap(from_fn(identify::tenant))
                .wrap(from_fn(own_site))
                .to(handlers::mint),
        )
        .service(
            posted("/verify-otp")
                .wrap(from_fn(limits.verify()))
                .wrap(from_fn(identify::tenant))
                .wrap(from_fn(own_site))
                .to(handlers::verify),
        );
    // They are registered one by one: actix compiles a list of paths to regular expressions and tries each of them.
    for path in PATHS {
        config.service(web::resource(path).default_service(allowing("POST")));
    }
}
