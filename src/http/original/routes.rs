//! The routes of the original, all of which take a POST.

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};
use actix_web::{Resource, guard};

use crate::http::shared::fallback::allowing;
use crate::http::shared::limits::AddressLimits;

use super::{handlers, identify};

const PATHS: [&str; 3] = ["/reg_secretkey", "/otp", "/verify-otp"];

/// A path for POST alone. The method is looked at before the body: what is wrapped around the path
/// reads it.
fn posted(path: &str) -> Resource {
    web::resource(path).guard(guard::Post())
}

/// The three routes.
pub(crate) fn routes(config: &mut ServiceConfig, limits: &AddressLimits) {
    config
        .service(
            posted("/reg_secretkey")
                .wrap(from_fn(limits.register()))
                .wrap(from_fn(identify::operator))
                .to(handlers::register),
        )
        .service(
            posted("/otp").wrap(from_fn(limits.mint())).wrap(from_fn(identify::tenant)).to(handlers::mint),
        )
        .service(
            posted("/verify-otp")
                .wrap(from_fn(limits.verify()))
                .wrap(from_fn(identify::tenant))
                .to(handlers::verify),
        );
    // One by one: a list of paths is a list of regular expressions to actix, tried for every request.
    for path in PATHS {
        config.service(web::resource(path).default_service(allowing("POST")));
    }
}
