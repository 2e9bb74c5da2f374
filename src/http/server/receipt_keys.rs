//! What others look for at a fixed place (RFC 8615).

use actix_web::HttpResponse;
use actix_web::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL};
use actix_web::web::Data;

use crate::http::state::AppState;

use super::description;

/// `GET /.well-known/jwks.json`: the keys that check receipts. Public, so any page may read them
/// and any cache may keep them, as long as a receipt lives.
///
/// As `application/json`, like those of the large identity providers: the registered
/// `application/jwk-set+json` (RFC 7517 §8.5.2) is unknown to some clients, caches and browsers,
/// and none insists on it.
#[utoipa::path(
    get,
    path = "/.well-known/jwks.json",
    operation_id = "getReceiptKeys",
    tag = "server",
    summary = "The keys that check receipts",
    description = "Public: any page may read them, and any cache may keep them for as long as a receipt lives.",
    security(()),
    responses(description::Keys)
)]
pub(crate) async fn jwks(state: Data<AppState>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .json(state.services.keys.jwks())
}
