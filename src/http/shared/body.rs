//! The body of a request, as a whole.

use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::web::{Bytes, Data};
use actix_web::{FromRequest, HttpRequest};

use crate::http::state::AppState;

use super::problems::problem::Problem;

/// The most bytes of a request body.
pub const MAX_BODY: usize = 16 * 1024;

/// Reads a body, within its bounds of size and time.
pub(crate) fn read(
    request: &HttpRequest,
    payload: &mut Payload,
) -> impl Future<Output = Result<Bytes, Problem>> + use<> {
    let bytes = Bytes::from_request(request, payload);
    // It is there on every route.
    let limit = request.app_data::<Data<AppState>>().map_or(Duration::ZERO, |state| state.body_timeout);
    async move {
        match tokio::time::timeout(limit, bytes).await {
            Err(_) => Err(Problem::TOO_SLOW),
            Ok(read) => read.map_err(|error| Problem::of_payload(&error)),
        }
    }
}
