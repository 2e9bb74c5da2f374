//! What the routes of the server itself answer.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use serde_json::{Value, json};
use utoipa::openapi::{RefOr, Response};
use utoipa::{IntoResponses, ToSchema};

use crate::http::shared::description::answers::{Answers, reference, retry_after};

/// How the server does.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct Health {
    /// `pass` or `fail`.
    #[schema(pattern = "^(pass|fail)$", max_length = 4)]
    status: String,
}

/// Public keys (RFC 7517 §5).
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct JwkSet {
    /// Newest first.
    #[schema(max_items = 100)]
    keys: Vec<Jwk>,
}

/// A public key on P-256 (RFC 7518 §6.2).
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct Jwk {
    /// Always `EC`.
    #[schema(pattern = "^EC$")]
    kty: String,
    /// Always `P-256`.
    #[schema(pattern = "^P-256$")]
    crv: String,
    /// Always `ES256`.
    #[schema(pattern = "^ES256$")]
    alg: String,
    /// Always `sig`.
    #[schema(rename = "use", pattern = "^sig$")]
    purpose: String,
    /// Its thumbprint (RFC 7638).
    #[schema(pattern = "^[A-Za-z0-9_-]{43}$", max_length = 43)]
    kid: String,
    /// The one coordinate.
    #[schema(pattern = "^[A-Za-z0-9_-]{43}$", max_length = 43)]
    x: String,
    /// The other.
    #[schema(pattern = "^[A-Za-z0-9_-]{43}$", max_length = 43)]
    y: String,
}

fn health(word: &str) -> (&'static str, Value, Value) {
    ("application/json", reference("Health"), json!({ "status": word }))
}

/// Of `GET /livez`.
pub(crate) struct Lives;

impl IntoResponses for Lives {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        Answers::default().success(StatusCode::OK, "The process serves.", health("pass")).into_map()
    }
}

/// Of `GET /readyz`.
pub(crate) struct Ready;

impl IntoResponses for Ready {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let busy = StatusCode::SERVICE_UNAVAILABLE;
        Answers::default()
            .success(StatusCode::OK, "Requests are welcome.", health("pass"))
            .success(busy, "The store cannot record, or the server is on its way out.", health("fail"))
            .header(busy, "Retry-After", retry_after())
            .into_map()
    }
}

/// Of `GET /.well-known/jwks.json`.
pub(crate) struct Keys;

impl IntoResponses for Keys {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let example = json!({ "keys": [{
            "kty": "EC", "use": "sig", "alg": "ES256", "crv": "P-256",
            "kid": "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U",
            "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
            "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
        }] });
        let set = ("application/json", reference("JwkSet"), example);
        let anybody = json!({
            "description": "Any page may read them.",
            "schema": { "type": "string", "enum": ["*"] },
        });
        Answers::default()
            .success(StatusCode::OK, "The keys.", set)
            .header(StatusCode::OK, "Access-Control-Allow-Origin", anybody)
            .into_map()
    }
}
