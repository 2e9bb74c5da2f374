//! Reads whole request bodies.

use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::web::{Bytes, Data};
use actix_web::{FromRequest, HttpRequest};

use crate::http::state::AppState;

use super::problems::problem::Problem;
use super::problems::table::requests::TOO_SLOW;

/// The largest request body, in bytes.
pub const MAX_BODY: usize = 16 * 1024;

/// Reads a body within its limits of size and time.
pub(crate) fn read(
    request: &HttpRequest,
    payload: &mut Payload,
) -> impl Future<Output = Result<Bytes, Problem>> + use<> {
    let bytes = Bytes::from_request(request, payload);
    // Every route has the state.
    let limit = request.app_data::<Data<AppState>>().map_or(Duration::ZERO, |state| state.body_timeout);
    async move {
        match tokio::time::timeout(limit, bytes).await {
            Err(_) => Err((&TOO_SLOW).into()),
            Ok(read) => read.map_err(|error| Problem::of_payload(&error)),
        }
    }
}
