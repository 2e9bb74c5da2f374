//! The listener without TLS: it sends browsers to the one with TLS, and tells an authority what it asks for.

use std::sync::Arc;

use actix_web::http::Method;
use actix_web::http::header::LOCATION;
use actix_web::web::{self, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};

use crate::domain::web_origin::WebOrigin;
use crate::service::Services;

/// What this listener knows.
#[derive(Clone)]
pub struct PlainDoor {
    /// Where browsers reach the server.
    pub public: WebOrigin,
    /// The use cases.
    pub services: Arc<Services>,
}

/// Registers the routes of the listener without TLS.
pub fn plain_routes(config: &mut ServiceConfig, door: &PlainDoor) {
    config
        .app_data(Data::new(door.clone()))
        .route("/.well-known/acme-challenge/{token}", web::get().to(challenge))
        .default_service(web::to(elsewhere));
}

/// `GET /.well-known/acme-challenge/{token}` (RFC 8555 §8.3).
async fn challenge(door: Data<PlainDoor>, token: Path<String>) -> HttpResponse {
    match door.services.acme_challenges.answer(&token).await {
        Some(answer) => HttpResponse::Ok().content_type("application/octet-stream").body(answer),
        None => HttpResponse::NotFound().finish(),
    }
}

/// Everything else. A client that sends something is not sent on: it has sent its secrets in clear, and would go on
/// doing so without anybody noticing.
async fn elsewhere(door: Data<PlainDoor>, request: HttpRequest) -> HttpResponse {
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    match *request.method() {
        Method::GET | Method::HEAD => HttpResponse::PermanentRedirect()
            .insert_header((LOCATION, format!("{}{target}", door.public)))
            .finish(),
        _ => HttpResponse::Forbidden()
            .content_type("text/plain; charset=utf-8")
            .body(format!("This server is reached over TLS: {}\n", door.public)),
    }
}
