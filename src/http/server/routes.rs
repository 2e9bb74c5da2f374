//! The server's own routes. `/metrics` has a listener of its own.

use actix_web::web::{self, ServiceConfig};

use crate::http::shared::document_limit::DocumentLimit;
use crate::http::shared::fallback::allowing;

use super::{health, problems, receipt_keys};

/// A path for GET and HEAD.
macro_rules! look {
    ($config:expr, $path:expr, $handler:path $(, counted by $limit:ident)?) => {
        $config.service(
            web::resource($path)
                $(.wrap($limit.counting_networks()).wrap($limit.counting()))?
                .route(web::get().to($handler))
                .route(web::head().to($handler))
                .default_service(allowing("GET, HEAD")),
        )
    };
}

/// Registers all of them except metrics.
pub(crate) fn routes(config: &mut ServiceConfig, limit: &DocumentLimit) {
    look!(config, "/.well-known/jwks.json", receipt_keys::jwks);
    look!(config, "/problems/{code}", problems::explain, counted by limit);
    look!(config, "/livez", health::live);
    look!(config, ["/readyz", "/healthz"], health::ready);
}
