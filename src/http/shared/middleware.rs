//! What is wrapped around handlers.

use actix_web::Error;
use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;

/// What a middleware answers.
pub(crate) type MiddlewareResult = Result<ServiceResponse<BoxBody>, Error>;
