//! The original's three routes, word for word.

use reqwest::header::ACCEPT;
use serde_json::json;

use crate::api::harness::{JANE, TestApp, wrong};

#[tokio::test(flavor = "multi_thread")]
async fn an_old_client_registers_mints_and_verifies_with_the_words_that_it_knows() {
    let app = TestApp::start().await;
    let mut body = app.registration();
    body["secretKey"] = json!("an-old-client's-4Kq9z-secret");
    let operator = app.api.bearing(&app.operator_token);
    operator.register(&body).await.is(200, "Registration of secretKey succeeded.");

    let minted = app.api.mint(JANE, "an-old-client's-4Kq9z-secret").await;
    assert_eq!(minted.status, 200, "{}", minted.body);
    assert_eq!(minted.header("content-type"), Some("text/plain; charset=utf-8"));
    assert!(
        minted.body.bytes().all(|b| b.is_ascii_alphabetic()) && minted.body.len() >= 10,
        "{}",
        minted.body
    );
    assert_eq!(app.mail.received(), 1, "answered only after the mail was accepted");

    let code = app.code_after(0, JANE).await;
    app.api.verify(&minted.body, &wrong(&code)).await.is(403, "OTP Mismatched!");
    app.api.verify(&minted.body, &code).await.is(201, "OTP Matched!");
    app.api.verify(&minted.body, &code).await.is(400, "Error: Invalid shareableKey!");
}

#[tokio::test(flavor = "multi_thread")]
async fn attempts_end_with_the_words_of_the_original() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let challenge = app.mint(&tenant, JANE).await;
    for _ in 0..5 {
        app.api.verify(&challenge.key, &wrong(&challenge.code)).await.is(403, "OTP Mismatched!");
    }
    app.api.verify(&challenge.key, &challenge.code).await.is(400, "Maximum Attempts Reached!");
    let told = app.api.json().verify(&challenge.key, &challenge.code).await;
    told.is_problem(400, "challenge_exhausted");
    assert_eq!(told.json()["message"], "Maximum Attempts Reached!");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_json_gets_it_from_each_route() {
    let app = TestApp::start().await;
    let api = app.api.json();
    let registered = app.operator().register(&app.registration()).await;
    assert_eq!(registered.status, 200);
    assert_eq!(registered.header("content-type"), Some("application/json"));
    let key = registered.json()["secretKey"].as_str().unwrap().to_owned();
    assert!(registered.json()["tenant"].as_str().unwrap().starts_with("tnt_"));

    let minted = api.mint(JANE, &key).await;
    assert_eq!((minted.status, &minted.json()["expires_at"]), (200, &json!("2026-01-15T12:10:00Z")));
    let shareable = minted.json()["shareableKey"].as_str().unwrap().to_owned();
    let code = app.code_after(0, JANE).await;

    let refused = api.verify(&shareable, &wrong(&code)).await;
    refused.is_problem(403, "code_mismatch");
    assert_eq!(
        refused.json(),
        json!({ "code": "code_mismatch", "message": "OTP Mismatched!", "attempts_remaining": 4 })
    );
    let matched = api.verify(&shareable, &code).await;
    assert_eq!((matched.status, matched.json()), (201, json!({ "status": "verified" })));
    api.verify(&shareable, &code).await.is_problem(400, "challenge_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn libraries_that_accept_json_without_meaning_it_get_text() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    for accept in ["application/json, text/plain, */*", "*/*", "text/html, */*;q=0.8"] {
        let api = app.api.with(ACCEPT, accept);
        let minted = api.mint("axios@recipient.example", &tenant.key).await;
        assert_eq!(minted.header("content-type"), Some("text/plain; charset=utf-8"), "{accept}");
        assert!(minted.body.bytes().all(|b| b.is_ascii_alphabetic()), "{}", minted.body);
        api.verify("nonsense", "123456").await.is(400, "Error: Invalid shareableKey!");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_can_be_spent_once_and_by_nobody_with_another_challenge() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let one = app.mint(&tenant, JANE).await;
    let two = app.mint(&tenant, "joe@recipient.example").await;
    if one.code != two.code {
        app.api.verify(&one.key, &two.code).await.is(403, "OTP Mismatched!");
    }
    app.api.verify(&one.key, &one.code).await.is(201, "OTP Matched!");
    app.api.verify(&two.key, &two.code).await.is(201, "OTP Matched!");
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_never_kept_by_a_cache_and_carry_a_request_id() {
    let app = TestApp::start().await;
    for answer in [
        app.api.mint(JANE, "no such key, none at all").await,
        app.api.verify("nonsense", "123456").await,
        app.api.get("/nowhere").await,
        app.api.get("/livez").await,
    ] {
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert!(answer.header("x-request-id").is_some_and(|id| id.len() == 16));
    }
}
