//! The routes of hooks.

use actix_web::HttpMessage;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, Data, PayloadConfig, ServiceConfig};

use crate::http::shared::client::ClientIp;
use crate::http::shared::fallback::allowing;
use crate::http::state::AppState;

use super::handler::receive;

/// The largest request, in bytes: products describe the whole user.
const MAX_REQUEST: usize = 64 * 1024;

pub(crate) fn routes(config: &mut ServiceConfig) {
    // In a scope, so that no other request is held against the pattern. `GET` is not offered, because the code
    // would be in the URL, which is logged.
    config.service(
        web::scope("/hooks").service(
            web::resource("/{product}/{tenant}")
                .wrap(from_fn(note_client))
                .app_data(PayloadConfig::new(MAX_REQUEST))
                .route(web::post().to(receive))
                .default_service(allowing("POST")),
        ),
    );
}

/// Finds the client IP.
async fn note_client(
    state: Data<AppState>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let client_ip = state.clients.address(&request);
    request.extensions_mut().insert(ClientIp(client_ip));
    Ok(next.call(request).await?.map_into_boxed_body())
}
