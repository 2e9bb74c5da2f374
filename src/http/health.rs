//! Whether the process lives, and whether it wants requests.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::json;

use super::Face;

/// `GET /livez`: the process serves.
pub(super) async fn live() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "pass" }))
}

/// `GET /readyz`: requests are welcome; 503 while draining and while the store cannot record.
pub(super) async fn ready(face: Data<Face>) -> HttpResponse {
    match face.is_ready() {
        true => HttpResponse::Ok().json(json!({ "status": "pass" })),
        false => HttpResponse::ServiceUnavailable()
            .insert_header(("Retry-After", "1"))
            .json(json!({ "status": "fail" })),
    }
}
