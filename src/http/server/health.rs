//! Whether the process lives, and whether it wants requests.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::json;

use crate::http::state::AppState;

use super::description;

/// `GET /livez`: the process serves.
#[utoipa::path(
    get,
    path = "/livez",
    operation_id = "getLiveness",
    tag = "server",
    summary = "Whether the process serves",
    description = "Says nothing of the store: see `/readyz`.",
    security(()),
    responses(description::Lives)
)]
pub(crate) async fn live() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "pass" }))
}

/// `GET /readyz`: requests are welcome; 503 while draining and while the store cannot record.
#[utoipa::path(
    get,
    path = "/readyz",
    operation_id = "getReadiness",
    tag = "server",
    summary = "Whether requests are welcome",
    description = "Also at `/healthz`.",
    security(()),
    responses(description::Ready)
)]
pub(crate) async fn ready(state: Data<AppState>) -> HttpResponse {
    match state.is_ready() {
        true => HttpResponse::Ok().json(json!({ "status": "pass" })),
        false => HttpResponse::ServiceUnavailable()
            .insert_header(("Retry-After", "1"))
            .json(json!({ "status": "fail" })),
    }
}
