//! The v1 API: one challenge object everywhere, and errors that say what to change.

mod admin;
mod answers;
mod bearer;
mod body;
mod challenges;
mod cors;
mod error;
mod fields;
pub(super) mod forms;
mod idempotency;
mod object;
mod objects;
pub(super) mod openapi;
mod operator;
mod page;
mod parameters;
mod prefer;
mod problem_view;
mod public;
mod public_view;
mod query;
mod rate_limit;
mod reports;
mod results;
mod sandbox;
mod templates;
mod tenant;
mod view;
mod webhooks;

use actix_web::http::Method;
use actix_web::middleware::{Condition, from_fn};
use actix_web::web::{self, ServiceConfig};

use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;

use super::limits::AddressLimits;

/// A path whose caller is found out first, and counted by its address unless it is a tenant; with
/// `[pages]`, one that also answers whoever has a shareable key, and pages whose tenants allow them.
/// Other methods are refused, with those that there are.
macro_rules! bearer_route {
    ($config:expr, $limit:expr, $path:expr, $([$pages:path])? $first:ident => $to:path $(, $method:ident => $handler:path)*) => {{
        let (enabled, limiter) = $limit;
        $config.service(
            web::resource($path)
                .wrap(Condition::new(enabled, limiter))
                .wrap(from_fn(bearer::identify))
                $(.wrap(from_fn($pages)))?
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
        results::ResultsDoc::openapi(),
        tenant::TenantDoc::openapi(),
        tenant::logo::LogoDoc::openapi(),
        tenant::keys::KeysDoc::openapi(),
        tenant::smtp::SmtpDoc::openapi(),
        templates::TemplatesDoc::openapi(),
        webhooks::WebhookDoc::openapi(),
        tenant::reports::ReportsDoc::openapi(),
        tenant::recipients::RecipientsDoc::openapi(),
        reports::ReportDoc::openapi(),
        sandbox::SandboxDoc::openapi(),
        admin::AdminDoc::openapi(),
        admin::keys::KeysDoc::openapi(),
        admin::reports::ReportsDoc::openapi(),
    ]
}

/// The routes below `/v1`.
pub(super) fn routes(config: &mut ServiceConfig, limits: &AddressLimits) {
    let below = web::scope("/v1").configure(|config| {
        tenant_routes(config, limits);
        admin::routes(config, limits);
    });
    config.service(below.default_service(web::to(error::not_found)));
}

/// The routes of challenges and of what belongs to a tenant.
fn tenant_routes(config: &mut ServiceConfig, limits: &AddressLimits) {
    let minting = || (limits.is_enabled(), limits.mint());
    let verifying = || (limits.is_enabled(), limits.verify());
    bearer_route!(config, minting(), "/challenges", POST => challenges::mint);
    bearer_route!(config, verifying(), "/challenges/{key}", [cors::get] GET => challenges::status, DELETE => challenges::cancel);
    bearer_route!(config, verifying(), "/challenges/{key}/verify", [cors::post] POST => challenges::verify);
    bearer_route!(config, minting(), "/challenges/{key}/resend", [cors::post] POST => challenges::resend);
    bearer_route!(config, verifying(), "/verify", POST => challenges::verify_latest);
    bearer_route!(config, verifying(), "/results", POST => results::fetch);
    bearer_route!(config, verifying(), "/tenant", GET => tenant::get, PATCH => tenant::patch);
    bearer_route!(config, verifying(), "/tenant/logo", PUT => tenant::logo::put, DELETE => tenant::logo::delete);
    bearer_route!(config, verifying(), "/tenant/keys", GET => tenant::keys::list, POST => tenant::keys::add);
    bearer_route!(config, verifying(), "/tenant/keys/{key}/rotate", POST => tenant::keys::rotate);
    bearer_route!(config, verifying(), "/tenant/keys/{key}", DELETE => tenant::keys::revoke);
    bearer_route!(config, verifying(), "/tenant/smtp", GET => tenant::smtp::get, PUT => tenant::smtp::replace);
    bearer_route!(config, verifying(), "/tenant/smtp/test", POST => tenant::smtp::test);
    bearer_route!(config, verifying(), "/tenant/templates", GET => templates::list);
    bearer_route!(config, verifying(), "/tenant/templates/lint", POST => templates::lint);
    bearer_route!(config, verifying(), "/tenant/templates/preview", POST => templates::preview);
    bearer_route!(config, verifying(), "/tenant/templates/{purpose}/{locale}",
        GET => templates::get, PUT => templates::put, DELETE => templates::delete);
    bearer_route!(config, verifying(), "/tenant/webhooks", GET => webhooks::list, POST => webhooks::create);
    bearer_route!(config, verifying(), "/tenant/webhooks/{id}",
        GET => webhooks::get, PATCH => webhooks::change, DELETE => webhooks::delete);
    bearer_route!(config, verifying(), "/tenant/webhooks/{id}/rotate", POST => webhooks::rotate);
    bearer_route!(config, verifying(), "/tenant/webhooks/{id}/test", POST => webhooks::posts::test);
    bearer_route!(config, verifying(), "/tenant/webhooks/{id}/deliveries", GET => webhooks::posts::list);
    bearer_route!(config, verifying(), "/tenant/webhooks/{id}/deliveries/{event}/replay",
        POST => webhooks::posts::replay);
    bearer_route!(config, verifying(), "/tenant/sandbox", GET => sandbox::keys::sandbox);
    bearer_route!(config, verifying(), "/tenant/sandbox/keys", POST => sandbox::keys::add);
    bearer_route!(config, verifying(), "/sandbox/outbox", GET => sandbox::outbox::read, DELETE => sandbox::outbox::empty);
    bearer_route!(config, verifying(), "/tenant/stats", GET => tenant::reports::stats);
    bearer_route!(config, verifying(), "/tenant/audit", GET => tenant::reports::trail);
    bearer_route!(config, verifying(), "/tenant/recipients/unlock", POST => tenant::recipients::unlock);
}
