//! The life of a challenge: minted, fetched, verified, canceled.

use serde_json::json;

use super::{Backend, assert_problem, minted};
use crate::api::harness::{JANE, TestApp, wrong};

#[tokio::test]
async fn a_challenge_is_minted_seen_verified_once_and_gone() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant);
    let body = json!({ "to": JANE, "purpose": "login", "nonce": "n-1", "metadata": { "order": "17" } });
    let answer = backend.waiting().mint(&body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let minted = answer.json();
    let key = minted["key"].as_str().unwrap();
    assert_eq!(answer.header("location"), Some(format!("/v1/challenges/{key}").as_str()));
    assert_eq!(
        minted,
        json!({
            "key": key, "status": "pending", "purpose": "login", "channel": "email",
            "to": "j***@r***.example", "locale": "en", "created_at": "2026-01-15T12:00:00Z",
            "expires_at": "2026-01-15T12:10:00Z", "attempts_remaining": 5,
            "resend_at": "2026-01-15T12:00:30Z", "sends_remaining": 2,
            "delivery": { "status": "sent", "at": "2026-01-15T12:00:00Z", "error": null },
            "nonce": "n-1", "metadata": { "order": "17" },
        })
    );
    let code = app.code_after(0, JANE).await;
    let mismatch = backend.verify(key, &wrong(&code)).await;
    assert_eq!(assert_problem(&mismatch, 403, "code_mismatch")["attempts_remaining"], 4);
    let verified = backend.verify(key, &code).await;
    assert_eq!((verified.status, &verified.json()["status"]), (200, &json!("verified")));
    assert_eq!(verified.json()["receipt"].as_str().unwrap().split('.').count(), 3);
    assert_problem(&backend.verify(key, &code).await, 410, "challenge_verified");
    assert_eq!(backend.status(key).await.json()["status"], "verified");
}

#[tokio::test]
async fn each_end_has_its_own_word_for_the_tenant() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant);
    let (exhausted, code) = minted(&app, &backend, &json!({ "to": JANE })).await;
    for _ in 0..5 {
        backend.verify(&exhausted, &wrong(&code)).await;
    }
    assert_problem(&backend.verify(&exhausted, &code).await, 410, "challenge_exhausted");
    let (canceled, code) = minted(&app, &backend, &json!({ "to": JANE })).await;
    let answer = backend.cancel(&canceled).await;
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    assert_eq!(backend.status(&canceled).await.json()["status"], "canceled");
    assert_problem(&backend.verify(&canceled, &code).await, 410, "challenge_canceled");
    assert_problem(&backend.cancel(&canceled).await, 410, "challenge_canceled");
    let (expired, code) = minted(&app, &backend, &json!({ "to": JANE, "ttl": 60 })).await;
    app.clock.pass_seconds(60);
    assert_problem(&backend.verify(&expired, &code).await, 410, "challenge_expired");
    assert_eq!(backend.status(&expired).await.json()["status"], "expired");
    assert_problem(&backend.status("nonsense").await, 404, "challenge_not_found");
}

#[tokio::test]
async fn an_app_that_keeps_no_key_verifies_by_recipient_and_purpose() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant);
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE, "purpose": "password_reset" })).await;
    let by = |purpose: &str| json!({ "to": JANE, "purpose": purpose, "code": code });
    assert_problem(&backend.verify_latest(&by("login")).await, 404, "challenge_not_found");
    let verified = backend.verify_latest(&by("password_reset")).await;
    assert_eq!((verified.status, &verified.json()["key"]), (200, &json!(key)));
    assert_problem(&backend.verify_latest(&by("password_reset")).await, 404, "challenge_not_found");
}

#[tokio::test]
async fn bound_fields_have_to_be_repeated_to_the_letter() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant);
    let bind = json!({ "amount": "9.99 EUR", "payee": "Jane's Bakery" });
    let body = json!({ "to": JANE, "purpose": "transaction", "bind": bind });
    let (key, code) = minted(&app, &backend, &body).await;
    for other in [json!({}), json!({ "amount": "99.9 EUR", "payee": "Jane's Bakery" })] {
        let answer = backend.verify_with(&key, &json!({ "code": code, "bind": other })).await;
        assert_problem(&answer, 403, "code_mismatch");
    }
    let answer = backend.verify_with(&key, &json!({ "code": code, "bind": bind })).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let stored = app.database().text("SELECT group_concat(ifnull(details, '')) FROM challenges");
    assert!(!stored.contains("Bakery"), "{stored}");
}

#[tokio::test]
async fn a_challenge_may_want_other_codes_within_the_odds() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant);
    let shape = json!({ "to": JANE, "code": { "length": 8, "alphabet": "unambiguous" }, "ttl": 120 });
    let (key, code) = minted(&app, &backend, &shape).await;
    assert_eq!(code.len(), 8);
    assert_eq!(backend.verify(&key, &code.to_lowercase()).await.status, 200);
    let easy = app.tenant().await;
    let answer = Backend::of(&app, &easy).mint(&json!({ "to": JANE, "code": { "length": 3 } })).await;
    assert_eq!(assert_problem(&answer, 422, "invalid_field")["errors"][0]["pointer"], "/code/length");
}
