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

/// Says how request rates are counted where there are several nodes, and how the server's own certificate stands. Neither
/// is a reason to send no requests: every node would be out of service at once.
fn passed(state: &AppState) -> Value {
    let mut told = json!({ "status": "pass" });
    match state.services.limiter.counting() {
        Counting::Alone => {}
        Counting::Together => told["limits"] = "together".into(),
        Counting::Apart => told["limits"] = "apart".into(),
    }
    if let Some(certificate) = &state.upkeep.certificate {
        told["certificate"] = certificate.state(state.services.now()).as_str().into();
    }
    told
}

/// `GET /readyz`: the server accepts requests; otherwise 503 with the reason.
pub(crate) async fn ready(state: Data<AppState>) -> HttpResponse {
    match state.unready() {
        None => HttpResponse::Ok().json(passed(&state)),
        Some(reason) => HttpResponse::ServiceUnavailable()
            .insert_header(("Retry-After", "1"))
            .json(json!({ "status": "fail", "reason": reason.as_str() })),
    }
}
