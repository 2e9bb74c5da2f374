//! The routes below `/v1/admin`.

use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};

use crate::http::shared::limits::AddressLimits;
use crate::http::v1::{error, operator};

use super::{keys, reports, tenants};

/// A path for the operator. Other methods are refused, with those that there are.
macro_rules! operator_route {
    ($config:expr, $limits:expr, $path:expr, $first:ident => $to:path $(, $method:ident => $handler:path)*) => {
        $config.service(
            web::resource($path)
                .wrap(from_fn($limits.verify()))
                .wrap(from_fn(operator::identify))
                .route(web::method(Method::$first).to($to))
                $(.route(web::method(Method::$method).to($handler)))*
                .default_service(error::allowing(concat!(stringify!($first) $(, ", ", stringify!($method))*))),
        );
    };
}

/// The routes below `/v1/admin`.
pub(crate) fn routes(config: &mut ServiceConfig, limits: &AddressLimits) {
    operator_route!(config, limits, "/admin/tenants", GET => tenants::list, POST => tenants::register);
    operator_route!(config, limits, "/admin/tenants/{tenant}", GET => tenants::get, PATCH => tenants::change);
    operator_route!(config, limits, "/admin/tenants/{tenant}/keys", POST => keys::grant);
    operator_route!(config, limits, "/admin/tenants/{tenant}/unlock", POST => keys::unlock);
    operator_route!(config, limits, "/admin/stats", GET => reports::stats);
    operator_route!(config, limits, "/admin/audit", GET => reports::trail);
}
