//! The routes below `/v1`.

use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};

use crate::http::shared::limits::AddressLimits;

use super::{admin, bearer, challenges, cors, error, sandbox, templates, tenant, webhooks};

/// A path whose caller is found out first, and counted by its address unless it is a tenant; with
/// `[pages]`, one that also answers whoever has a shareable key, and pages whose tenants allow them.
/// Other methods are refused, with those that there are.
macro_rules! bearer_route {
    ($config:expr, $limit:expr, $path:expr, $([$pages:path])? $first:ident => $to:path $(, $method:ident => $handler:path)*) => {{
        $config.service(
            web::resource($path)
                .wrap(from_fn($limit))
                .wrap(from_fn(bearer::identify))
                $(.wrap(from_fn($pages)))?
                .route(web::method(Method::$first).to($to))
                $(.route(web::method(Method::$method).to($handler)))*
                .default_service(error::allowing(concat!(stringify!($first) $(, ", ", stringify!($method))*))),
        );
    }};
}

/// The routes below `/v1`.
pub(crate) fn routes(config: &mut ServiceConfig, limits: &AddressLimits) {
    let below = web::scope("/v1").configure(|config| {
        tenant_routes(config, limits);
        admin::routes::routes(config, limits);
    });
    config.service(below.default_service(web::to(error::not_found)));
}

/// The routes of challenges and of what belongs to a tenant.
fn tenant_routes(config: &mut ServiceConfig, limits: &AddressLimits) {
    let minting = || limits.mint();
    let verifying = || limits.verify();
    bearer_route!(config, minting(), "/challenges", POST => challenges::handlers::mint);
    bearer_route!(config, verifying(), "/challenges/{key}", [cors::get] GET => challenges::handlers::status, DELETE => challenges::handlers::cancel);
    bearer_route!(config, verifying(), "/challenges/{key}/verify", [cors::post] POST => challenges::handlers::verify);
    bearer_route!(config, minting(), "/challenges/{key}/resend", [cors::post] POST => challenges::handlers::resend);
    bearer_route!(config, verifying(), "/verify", POST => challenges::handlers::verify_latest);
    bearer_route!(config, verifying(), "/results", POST => challenges::results::fetch);
    bearer_route!(config, verifying(), "/tenant", GET => tenant::profile::get, PATCH => tenant::profile::patch);
    bearer_route!(config, verifying(), "/tenant/logo", PUT => tenant::logo::put, DELETE => tenant::logo::delete);
    bearer_route!(config, verifying(), "/tenant/keys", GET => tenant::keys::list, POST => tenant::keys::add);
    bearer_route!(config, verifying(), "/tenant/keys/{key}/rotate", POST => tenant::keys::rotate);
    bearer_route!(config, verifying(), "/tenant/keys/{key}", DELETE => tenant::keys::revoke);
    bearer_route!(config, verifying(), "/tenant/smtp", GET => tenant::smtp::handlers::get, PUT => tenant::smtp::handlers::replace);
    bearer_route!(config, verifying(), "/tenant/smtp/test", POST => tenant::smtp::handlers::test);
    bearer_route!(config, verifying(), "/tenant/templates", GET => templates::handlers::list);
    bearer_route!(config, verifying(), "/tenant/templates/lint", POST => templates::handlers::lint);
    bearer_route!(config, verifying(), "/tenant/templates/preview", POST => templates::handlers::preview);
    bearer_route!(config, verifying(), "/tenant/templates/{purpose}/{locale}",
        GET => templates::handlers::get, PUT => templates::handlers::put, DELETE => templates::handlers::delete);
    bearer_route!(config, verifying(), "/tenant/webhooks", GET => webhooks::handlers::list, POST => webhooks::handlers::create);
    bearer_route!(config, verifying(), "/tenant/webhooks/{id}",
        GET => webhooks::handlers::get, PATCH => webhooks::handlers::change, DELETE => webhooks::handlers::delete);
    bearer_route!(config, verifying(), "/tenant/webhooks/{id}/rotate", POST => webhooks::handlers::rotate);
    bearer_route!(config, verifying(), "/tenant/webhooks/{id}/test", POST => webhooks::deliveries::test);
    bearer_route!(config, verifying(), "/tenant/webhooks/{id}/deliveries", GET => webhooks::deliveries::list);
    bearer_route!(config, verifying(), "/tenant/webhooks/{id}/deliveries/{event}/replay",
        POST => webhooks::deliveries::replay);
    bearer_route!(config, verifying(), "/tenant/sandbox", GET => sandbox::keys::sandbox);
    bearer_route!(config, verifying(), "/tenant/sandbox/keys", POST => sandbox::keys::add);
    bearer_route!(config, verifying(), "/sandbox/outbox", GET => sandbox::outbox::read, DELETE => sandbox::outbox::empty);
    bearer_route!(config, verifying(), "/tenant/stats", GET => tenant::reports::stats);
    bearer_route!(config, verifying(), "/tenant/audit", GET => tenant::reports::trail);
    bearer_route!(config, verifying(), "/tenant/recipients/unlock", POST => tenant::recipients::unlock);
}
