//! The receipt of a verification, checked with the published keys as a backend would.

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Value, json};

use super::{Backend, minted};
use crate::api::harness::{JANE, TestApp};

/// The claims of a receipt, if it is valid.
pub async fn claims(app: &TestApp, receipt: &str, audience: &str) -> Value {
    let answer = app.api.get("/.well-known/jwks.json").await;
    assert_eq!(answer.header("cache-control"), Some("public, max-age=300"));
    let keys: JwkSet = serde_json::from_value(answer.json()).unwrap();
    let header = decode_header(receipt).unwrap();
    assert_eq!(header.typ.as_deref(), Some("otpmint-receipt+jwt"));
    let key = keys.find(&header.kid.unwrap()).expect("a published key");
    let mut validation = Validation::new(Algorithm::ES256);
    validation.set_audience(&[audience]);
    validation.set_issuer(&["otpmint"]);
    // The test's clock is stopped; the expiry of receipts is tested where they are signed.
    validation.validate_exp = false;
    decode(receipt, &DecodingKey::from_jwk(key).unwrap(), &validation).unwrap().claims
}

#[tokio::test]
async fn a_receipt_says_who_answered_what_for_whom_and_is_signed_with_a_published_key() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant);
    let bind = json!({ "payee": "Jane", "amount": "9.99" });
    let body = json!({
        "to": JANE, "purpose": "transaction", "nonce": "n-7", "metadata": { "cart": "3" }, "bind": bind,
    });
    let (key, code) = minted(&app, &backend, &body).await;
    let verified = backend.verify_with(&key, &json!({ "code": code, "bind": bind })).await.json();
    let told = claims(&app, verified["receipt"].as_str().unwrap(), &tenant.handle).await;
    let seconds = 1_768_478_400;
    assert_eq!(
        told,
        json!({
            "iss": "otpmint", "aud": tenant.handle, "sub": JANE, "purpose": "transaction",
            "channel": "email", "jti": key, "nonce": "n-7", "metadata": { "cart": "3" },
            "bind": "iNv5yEtNXZwWOyYQ4YFctevkq3Nh-RrKvJSVc3WxRi0", "amr": ["otp"],
            "iat": seconds, "exp": seconds + 300,
        })
    );
}

#[tokio::test]
async fn nothing_is_left_of_the_recipient_when_the_receipt_has_been_given() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant);
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE })).await;
    assert_eq!(backend.verify(&key, &code).await.status, 200);
    let left = "SELECT count(*) FROM challenges WHERE payload IS NOT NULL OR recipient IS NOT NULL";
    assert_eq!(app.database().number(left), 0);
}
