//! The receipt keys at their well-known address (RFC 8615).

use actix_web::HttpResponse;
use actix_web::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL};
use actix_web::web::Data;

use crate::http::state::AppState;

/// `GET /.well-known/jwks.json`: the keys that verify receipts. They are public, so pages of any origin may read
/// them, and caches may keep them as long as a receipt lives.
///
/// The content type is `application/json`, as with the large identity providers: the registered
/// `application/jwk-set+json` (RFC 7517 §8.5.2) is unknown to some clients, caches and browsers, and no client
/// requires it.
pub(crate) async fn jwks(state: Data<AppState>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .json(state.services.keys.jwks())
}
