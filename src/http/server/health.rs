//! Liveness and readiness.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::json;

use crate::http::state::AppState;

/// `GET /livez`: the process is running.
pub(crate) async fn live() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "pass" }))
}

/// `GET /readyz`: the server accepts requests; 503 while it drains and while the store cannot record.
pub(crate) async fn ready(state: Data<AppState>) -> HttpResponse {
    match state.is_ready() {
        true => HttpResponse::Ok().json(json!({ "status": "pass" })),
        false => HttpResponse::ServiceUnavailable()
            .insert_header(("Retry-After", "1"))
            .json(json!({ "status": "fail" })),
    }
}
