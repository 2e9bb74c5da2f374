//! The resources of v1 as data: which handler serves each operation, and how it is described.

use actix_web::web::{self, ServiceConfig};
use actix_web::{Route, guard};

use crate::http::shared::description::operation::ApiOperation;
use crate::http::shared::limits::AddressLimits;

/// Resources that the description shows together.
pub(crate) struct ResourceGroup {
    /// The tag in the description.
    pub(crate) tag: &'static str,
    /// The description of the tag.
    pub(crate) about: &'static str,
    /// In any order: no path also matches another one.
    pub(crate) resources: &'static [Resource],
}

/// The operations at one path.
pub(crate) struct Resource {
    /// Registers the route.
    pub(crate) register: fn(&mut ServiceConfig, &AddressLimits),
    /// Describes the operations, under the tag of their group.
    pub(crate) describe: fn(&'static str) -> Vec<ApiOperation>,
}

/// The route of `HEAD`, which every `GET` answers too; for other methods a route that takes no request.
pub(crate) fn head(method: &str) -> Route {
    match method {
        "GET" => web::head(),
        _ => web::route().guard(guard::fn_guard(|_| false)),
    }
}

/// Defines the resource at a path. `$identify` identifies the caller first, whose address is counted under
/// `$limit` if the caller has not authenticated. With `pages`, tenants' web pages may read the answers.
/// `HEAD` is answered as `GET`, and `OPTIONS` with `Allow`. Other methods are refused, with `Allow`.
macro_rules! resource {
    (
        $path:literal, $identify:path, $limit:ident $(, pages $pages:path)?;
        $($method:ident $handler:path: $id:literal, $summary:literal, $description:literal, $spec:expr;)+
    ) => {
        $crate::http::v1::resource::Resource {
            register: |config, limits| {
                use actix_web::http::Method;
                use actix_web::middleware::from_fn;
                config.service(
                    actix_web::web::resource(&$path["/v1".len()..])
                        .wrap(from_fn(limits.$limit()))
                        .wrap(from_fn($identify))
                        $(.wrap(from_fn($pages)))?
                        $(.route(actix_web::web::method(Method::$method).to($handler)))+
                        $(.route($crate::http::v1::resource::head(stringify!($method)).to($handler)))+
                        .default_service($crate::http::v1::error::allowing(&[$(stringify!($method)),+])),
                );
            },
            describe: |tag| {
                use $crate::http::shared::description::operation::{OperationText, ApiOperation};
                vec![$({
                    let about = OperationText { tag, id: $id, summary: $summary, description: $description };
                    ApiOperation::of(stringify!($method), $path, &about, $spec.finish(stringify!($method)))
                }),+]
            },
        }
    };
}

pub(crate) use resource;
