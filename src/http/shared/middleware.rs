//! Types of middleware.

use actix_web::Error;
use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;

/// The result of a middleware.
pub(crate) type MiddlewareResult = Result<ServiceResponse<BoxBody>, Error>;
