//! The v1 API: one challenge object everywhere, and errors that say what to change.

mod admin;
mod bearer;
mod body;
mod challenges;
mod error;
mod idempotency;
mod object;
pub(super) mod openapi;
mod operator;
mod prefer;
mod query;
mod reports;
mod tenant;
mod view;

use actix_web::http::Method;
use actix_web::middleware::{Condition, from_fn};
use actix_web::web::{self, ServiceConfig};

use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;

use super::limits::AddressLimits;

/// A path whose caller is found out first, and counted by its address unless it is a tenant. Other
/// methods are refused, with those that there are.
macro_rules! bearer_route {
    ($config:expr, $limit:expr, $path:expr, $first:ident => $to:path $(, $method:ident => $handler:path)*) => {{
        let (enabled, limiter) = $limit;
        $config.service(
            web::resource($path)
                .wrap(Condition::new(enabled, limiter))
                .wrap(from_fn(bearer::identify))
                .route(web::method(Method::$first).to($to))
                $(.route(web::method(Method::$method).to($handler)))*
                .default_service(error::allowing(concat!(stringify!($first) $(, ", ", stringify!($method))*))),
        );
    }};
}

/// The descriptions of the resources, in the order in which they are shown.
pub(super) fn documents() -> Vec<OpenApi> {
    vec![
        openapi::V1Doc::openapi(),
        tenant::TenantDoc::openapi(),
        tenant::reports::ReportsDoc::openapi(),
        tenant::recipients::RecipientsDoc::openapi(),
        reports::ReportDoc::openapi(),
        admin::AdminDoc::openapi(),
        admin::keys::KeysDoc::openapi(),
        admin::reports::ReportsDoc::openapi(),
    ]
}

/// The routes below `/v1`.
pub(super) fn routes(config: &mut ServiceConfig, limits: &AddressLimits) {
    let minting = || (limits.is_enabled(), limits.mint());
    let verifying = || (limits.is_enabled(), limits.verify());
    bearer_route!(config, minting(), "/v1/challenges", POST => challenges::mint);
    bearer_route!(config, verifying(), "/v1/challenges/{key}", GET => challenges::status, DELETE => challenges::cancel);
    bearer_route!(config, verifying(), "/v1/challenges/{key}/verify", POST => challenges::verify);
    bearer_route!(config, minting(), "/v1/challenges/{key}/resend", POST => challenges::resend);
    bearer_route!(config, verifying(), "/v1/verify", POST => challenges::verify_latest);
    bearer_route!(config, verifying(), "/v1/tenant", GET => tenant::get);
    bearer_route!(config, verifying(), "/v1/tenant/stats", GET => tenant::reports::stats);
    bearer_route!(config, verifying(), "/v1/tenant/audit", GET => tenant::reports::trail);
    bearer_route!(config, verifying(), "/v1/tenant/recipients/unlock", POST => tenant::recipients::unlock);
    admin::routes(config, limits);
    config.service(web::scope("/v1").default_service(web::to(error::not_found)));
}
