//! Liveness and readiness.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::{Value, json};

use crate::http::state::AppState;
use crate::service::Counting;

/// `GET /livez`: the process is running.
pub(crate) async fn live() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "pass" }))
}

/// Says how request rates are counted where there are several nodes. Counting apart is no reason to
/// send no requests: every node would be out of service at once.
fn passed(counting: Counting) -> Value {
    match counting {
        Counting::Alone => json!({ "status": "pass" }),
        Counting::Together => json!({ "status": "pass", "limits": "together" }),
        Counting::Apart => json!({ "status": "pass", "limits": "apart" }),
    }
}

/// `GET /readyz`: the server accepts requests; otherwise 503 with the reason.
pub(crate) async fn ready(state: Data<AppState>) -> HttpResponse {
    match state.unready() {
        None => HttpResponse::Ok().json(passed(state.services.limiter.counting())),
        Some(reason) => HttpResponse::ServiceUnavailable()
            .insert_header(("Retry-After", "1"))
            .json(json!({ "status": "fail", "reason": reason.as_str() })),
    }
}
