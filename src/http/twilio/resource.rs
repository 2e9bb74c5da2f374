//! How a resource is registered.

/// Registers a resource: the limit that counts its requests, its path, and the handler of each method.
macro_rules! resource {
    (
        $config:expr, $limit:expr, $path:literal;
        $first:ident $handler:path $(, $method:ident $next:path)*
    ) => {{
        use actix_web::http::Method;
        use actix_web::middleware::from_fn;
        $config.service(
            actix_web::web::resource($path)
                .route(actix_web::web::method(Method::$first).to($handler))
                $(.route(actix_web::web::method(Method::$method).to($next)))*
                .default_service($crate::http::twilio::error::allowing(
                    concat!(stringify!($first) $(, ", ", stringify!($method))*),
                ))
                .wrap(from_fn($limit))
                .wrap(from_fn($crate::http::twilio::basic::identify)),
        );
    }};
}

pub(super) use resource;
