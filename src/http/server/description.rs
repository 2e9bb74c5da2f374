//! The OpenAPI description of the server's own routes.

use actix_web::http::StatusCode;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::http::shared::description::answers::retry_after;
use crate::http::shared::description::operation::{ApiOperation, OperationText, SecurityScheme, Spec};

/// The health of the server.
#[derive(ToSchema)]
#[schema(as = Health)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct HealthView {
    /// `pass` or `fail`.
    #[schema(pattern = "^(pass|fail)$", max_length = 4)]
    status: String,
    /// How several nodes count request rates: `together`, or `apart`, each its share.
    #[schema(pattern = "^(together|apart)$", max_length = 8)]
    limits: Option<String>,
    /// Why it failed: `draining`, `store` (it cannot record), `lease` (the server could not renew its lease in a
    /// database that several share) or `clock` (its clock differs from the database's).
    #[schema(nullable = false, pattern = "^(draining|store|lease|clock)$", max_length = 8)]
    reason: Option<String>,
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
    /// The thumbprint of the key (RFC 7638).
    #[schema(pattern = "^[A-Za-z0-9_-]{43}$", max_length = 43)]
    kid: String,
    /// The x coordinate.
    #[schema(pattern = "^[A-Za-z0-9_-]{43}$", max_length = 43)]
    x: String,
    /// The y coordinate.
    #[schema(pattern = "^[A-Za-z0-9_-]{43}$", max_length = 43)]
    y: String,
}

const TAG: &str = "server";

/// The tag of these operations and its description.
pub(crate) const TAGGED: (&str, &str) = (TAG, "Health, and the keys that verify receipts.");

/// The described routes; the others serve pages.
pub(crate) fn operations() -> [ApiOperation; 3] {
    [liveness(), readiness(), receipt_keys()]
}

fn health(word: &str) -> Value {
    json!({ "status": word })
}

fn liveness() -> ApiOperation {
    let about = OperationText {
        tag: TAG,
        id: "getLiveness",
        summary: "Liveness",
        description: "Says that the process is running, and nothing about the store: see `/readyz`.",
    };
    let spec = Spec::secured(&[SecurityScheme::Nobody]);
    let spec = spec.success::<HealthView>(StatusCode::OK, "The process is running.", health("pass"));
    ApiOperation::of("GET", "/livez", &about, spec)
}

fn readiness() -> ApiOperation {
    let about = OperationText {
        tag: TAG,
        id: "getReadiness",
        summary: "Readiness",
        description: "Says whether the server accepts requests. Also at `/healthz`.",
    };
    let busy = StatusCode::SERVICE_UNAVAILABLE;
    let spec = Spec::secured(&[SecurityScheme::Nobody])
        .success::<HealthView>(StatusCode::OK, "The server accepts requests.", health("pass"))
        .success::<HealthView>(
            busy,
            "The store cannot record, or the server is shutting down or cut off from the other nodes.",
            json!({ "status": "fail", "reason": "store" }),
        )
        .answers(|answers| answers.header(busy, "Retry-After", retry_after()));
    ApiOperation::of("GET", "/readyz", &about, spec)
}

fn receipt_keys() -> ApiOperation {
    let about = OperationText {
        tag: TAG,
        id: "getReceiptKeys",
        summary: "The keys that verify receipts",
        description: "Public: pages of any origin may read the keys, and caches may keep them as long as a receipt \
                      lives.",
    };
    let example = json!({ "keys": [{
        "kty": "EC", "use": "sig", "alg": "ES256", "crv": "P-256",
        "kid": "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U",
        "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
    }] });
    let anybody = json!({
        "description": "Pages of any origin may read the keys.",
        "schema": { "type": "string", "enum": ["*"] },
    });
    let spec = Spec::secured(&[SecurityScheme::Nobody])
        .success::<JwkSet>(StatusCode::OK, "The keys.", example)
        .answers(|answers| answers.header(StatusCode::OK, "Access-Control-Allow-Origin", anybody));
    ApiOperation::of("GET", "/.well-known/jwks.json", &about, spec)
}
