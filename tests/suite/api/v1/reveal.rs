//! `channel: "none"`: the code for an app that delivers it itself.

use reqwest::header::HeaderName;
use serde_json::{Value, json};

use super::{Backend, assert_problem, claims};
use crate::api::harness::{JANE, Tenant, TestApp, wrong};

/// A tenant whose key may receive codes.
async fn trusted(app: &TestApp) -> Tenant {
    let tenant = app.tenant().await;
    app.database().change("UPDATE secret_keys SET scopes = 'mint verify reveal'");
    tenant
}

fn asked() -> Value {
    json!({ "to": JANE, "channel": "none", "metadata": { "a": "b" } })
}

#[tokio::test]
async fn the_code_is_told_once_nothing_is_sent_and_it_works() {
    let app = TestApp::start().await;
    let tenant = trusted(&app).await;
    let backend = Backend::of(&app, &tenant).waiting();
    let told = backend.mint(&asked()).await;
    assert_eq!(told.status, 201, "{}", told.body);
    let told = told.json();
    let (key, code) = (told["key"].as_str().unwrap(), told["code"].as_str().unwrap());
    assert_eq!(code.len(), 6);
    assert_eq!((&told["channel"], &told["delivery"]), (&json!("none"), &json!(null)));
    assert_eq!((&told["sends_remaining"], &told["resend_at"]), (&json!(0), &json!(null)));
    let looked = backend.status(key).await;
    assert!(!looked.body.contains(code) && looked.json().get("code").is_none(), "{}", looked.body);
    app.clock.pass_seconds(60);
    assert_problem(&backend.resend(key).await, 409, "nothing_to_resend");
    assert_problem(&backend.verify(key, &wrong(code)).await, 403, "code_mismatch");
    let verified = backend.verify(key, code).await;
    assert_eq!((verified.status, &verified.json()["channel"]), (200, &json!("none")));
    let claims = claims(&verified);
    assert_eq!((&claims["channel"], &claims["sub"]), (&json!("none"), &json!(JANE)));
    assert_eq!((app.mail.received(), app.mail.connections()), (0, 0));
    assert_problem(&backend.resend(key).await, 410, "challenge_verified");
}

#[tokio::test]
async fn a_key_that_may_not_be_told_codes_is_not_and_nothing_happens() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant);
    let refused = backend.mint(&asked()).await;
    assert!(assert_problem(&refused, 403, "insufficient_scope")["detail"].to_string().contains("reveal"));
    assert_eq!(app.database().number("SELECT count(*) FROM challenges"), 0);
    let unknown = backend.mint(&json!({ "to": JANE, "channel": "sms" })).await;
    assert_eq!(assert_problem(&unknown, 422, "invalid_field")["errors"][0]["pointer"], "/channel");
    let sent = backend.waiting().mint(&json!({ "to": JANE, "channel": "email" })).await;
    assert_eq!((&sent.json()["delivery"]["status"], sent.json().get("code")), (&json!("sent"), None));
}

#[tokio::test]
async fn a_repeated_mint_is_answered_without_the_code() {
    let app = TestApp::start().await;
    let tenant = trusted(&app).await;
    let api = app.api.bearing(&tenant.key).with(HeaderName::from_static("idempotency-key"), "k-1");
    let first = api.post("/v1/challenges", &asked()).await;
    let again = api.post("/v1/challenges", &asked()).await;
    assert_eq!((again.status, again.header("idempotency-replayed")), (201, Some("true")));
    let (mut first, again) = (first.json(), again.json());
    assert!(first["code"].is_string());
    first["code"] = json!(null);
    assert_eq!(first, again);
    app.database().change("UPDATE idempotency SET response = NULL");
    let made_anew = api.post("/v1/challenges", &asked()).await.json();
    assert_eq!(made_anew, again, "also when the answer could not be kept");
    assert_eq!(app.database().number("SELECT count(*) FROM challenges"), 1);
}

#[tokio::test]
async fn the_code_lies_nowhere_in_the_store() {
    let app = TestApp::start().await;
    let tenant = trusted(&app).await;
    let backend = Backend::of(&app, &tenant);
    let told = backend.mint(&asked()).await.json();
    let id = app.database().number("SELECT id FROM challenges");
    let sealed = app.database().number(&format!("SELECT length(payload) FROM challenges WHERE id = {id}"));
    let mail = backend.mint(&json!({ "to": JANE })).await;
    assert_eq!(mail.status, 201);
    let with_code =
        app.database().number(&format!("SELECT length(payload) FROM challenges WHERE id <> {id}"));
    assert_eq!(
        with_code - sealed,
        told["code"].as_str().unwrap().len() as i64,
        "the sealed message lacks it"
    );
}

#[tokio::test]
async fn what_was_told_counts_against_the_recipient_like_what_was_sent() {
    let app = TestApp::start().await;
    let tenant = trusted(&app).await;
    let backend = Backend::of(&app, &tenant);
    for _ in 0..3 {
        assert_eq!(backend.mint(&asked()).await.status, 201);
    }
    assert_problem(&backend.mint(&asked()).await, 429, "sends_per_recipient");
    assert_problem(&backend.mint(&json!({ "to": JANE })).await, 429, "sends_per_recipient");
}
