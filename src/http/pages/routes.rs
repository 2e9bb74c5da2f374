//! The routes of the pages and of the files that they load.

use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};

use crate::http::shared::fallback::allowing;
use crate::http::shared::limits::AddressLimits;

use super::handlers::{cancel, give, resend, show, verify, withdraw};
use super::{assets, brand, factors, guard, widget};

/// A path of the pages: its methods, limited by the visitor's address.
macro_rules! page_route {
    ($config:expr, $limit:expr, $path:expr, $allow:literal, $($method:ident => $handler:path),+) => {{
        $config.service(
            web::resource($path)
                .wrap(from_fn($limit))
                .wrap(from_fn(guard::guard))
                $(.route(web::method(Method::$method).to($handler)))+
                .default_service(allowing($allow)),
        );
    }};
}

pub(crate) fn routes(config: &mut ServiceConfig, limits: &AddressLimits) {
    let minting = || limits.mint();
    let verifying = || limits.verify();
    config.service(web::scope("/c").configure(|config| {
        page_route!(config, verifying(), "/{key}", "GET, HEAD", GET => show, HEAD => show);
        page_route!(config, verifying(), "/{key}/verify", "POST", POST => verify);
        page_route!(config, minting(), "/{key}/resend", "POST", POST => resend);
        page_route!(config, verifying(), "/{key}/cancel", "POST", POST => cancel);
        page_route!(config, minting(), "/{key}/recipient", "POST", POST => give);
        page_route!(config, verifying(), "/{key}/withdraw", "POST", POST => withdraw);
    }));
    config.service(web::scope("/f").configure(|config| {
        let (show, confirm) = (factors::show, factors::confirm);
        page_route!(config, verifying(), "/{key}", "GET, HEAD", GET => show, HEAD => show);
        page_route!(config, verifying(), "/{key}/confirm", "POST", POST => confirm);
    }));
    assets::routes(config);
    brand::routes(config);
    widget::routes(config);
}
