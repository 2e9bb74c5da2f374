//! The operator looks after tenants: `/v1/admin`, for whoever has the operator token.

pub(super) mod keys;
mod limits;
pub(super) mod reports;
mod tenants;
mod view;

use actix_web::http::Method;
use actix_web::middleware::{Condition, from_fn};
use actix_web::web::{self, ServiceConfig};
use utoipa::OpenApi;

use crate::domain::limits::limit::Limit;
use crate::domain::tenants::tenant::TenantHandle;
use crate::service::Refusal;

use super::super::limits::AddressLimits;
use super::super::openapi::limited;
use super::super::problem::Problem;
use super::error::V1Error;
use super::openapi::refused;
use super::{error, operator};
pub(super) use limits::LimitsPatch;

/// The resources below `/v1/admin/tenants`.
#[derive(OpenApi)]
#[openapi(
    tags((name = "admin", description = "The operator looks after tenants, with the operator token.")),
    paths(tenants::list, tenants::register, tenants::get, tenants::change),
    components(schemas(
        view::TenantView,
        view::TenantDetailView,
        view::TenantsView,
        view::RegisteredView,
        tenants::Register,
        tenants::Switch,
        tenants::Status,
        limits::LimitsSchema,
    ))
)]
pub(super) struct AdminDoc;

/// A path for the operator. Other methods are refused, with those that there are.
macro_rules! operator_route {
    ($config:expr, $limits:expr, $path:expr, $first:ident => $to:path $(, $method:ident => $handler:path)*) => {
        $config.service(
            web::resource($path)
                .wrap(Condition::new($limits.is_enabled(), $limits.verify()))
                .wrap(from_fn(operator::identify))
                .route(web::method(Method::$first).to($to))
                $(.route(web::method(Method::$method).to($handler)))*
                .default_service(error::allowing(concat!(stringify!($first) $(, ", ", stringify!($method))*))),
        );
    };
}

/// The routes below `/v1/admin`.
pub(super) fn routes(config: &mut ServiceConfig, limits: &AddressLimits) {
    operator_route!(config, limits, "/admin/tenants", GET => tenants::list, POST => tenants::register);
    operator_route!(config, limits, "/admin/tenants/{tenant}", GET => tenants::get, PATCH => tenants::change);
    operator_route!(config, limits, "/admin/tenants/{tenant}/keys", POST => keys::grant);
    operator_route!(config, limits, "/admin/tenants/{tenant}/unlock", POST => keys::unlock);
    operator_route!(config, limits, "/admin/stats", GET => reports::stats);
    operator_route!(config, limits, "/admin/audit", GET => reports::trail);
}

/// The tenant that a path or a parameter names.
fn named(text: &str) -> Result<TenantHandle, Refusal> {
    TenantHandle::parse(text).ok_or(Refusal::UnknownTenant)
}

/// What every request of the operator can be refused with.
fn always() -> Vec<V1Error> {
    let own =
        [Refusal::OperatorTokenNeeded, limited(Limit::VerifyPerAddress), limited(Limit::WrongKeysPerAddress)];
    refused(own).chain([Problem::unrecorded(), Problem::draining()].map(V1Error::from)).collect()
}

/// What a request about one tenant can be refused with.
fn about_one() -> Vec<V1Error> {
    let mut all = always();
    all.extend(refused([Refusal::UnknownTenant]));
    all
}
