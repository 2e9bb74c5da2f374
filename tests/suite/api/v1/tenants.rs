//! Which tenant a challenge belongs to, and who is counted.

use serde_json::json;

use super::{Backend, assert_problem, minted};
use crate::api::harness::{JANE, TestApp, wrong};

#[tokio::test]
async fn another_tenants_challenge_is_unknown_on_every_route_and_loses_no_attempt() {
    let app = TestApp::start().await;
    let (owner, stranger) = (app.tenant().await, app.tenant().await);
    let backend = Backend::of(&app, &owner);
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE })).await;
    let stranger = Backend::of(&app, &stranger);
    assert_problem(&stranger.status(&key).await, 404, "challenge_not_found");
    assert_problem(&stranger.verify(&key, &code).await, 404, "challenge_not_found");
    assert_problem(&stranger.verify(&key, &wrong(&code)).await, 404, "challenge_not_found");
    assert_problem(&stranger.resend(&key).await, 404, "challenge_not_found");
    assert_problem(&stranger.cancel(&key).await, 404, "challenge_not_found");
    let latest = stranger.verify_latest(&json!({ "to": JANE, "code": code })).await;
    assert_problem(&latest, 404, "challenge_not_found");
    assert_eq!(backend.status(&key).await.json()["attempts_remaining"], 5);
    assert_eq!(backend.verify(&key, &code).await.status, 200);
}

#[tokio::test]
async fn without_a_valid_key_there_is_nothing_and_the_address_is_counted() {
    let app = TestApp::start().await;
    for _ in 0..10 {
        let answer = app.api.bearing("not-a-key-of-anybody").post("/v1/challenges", &json!({})).await;
        assert_problem(&answer, 401, "invalid_secret_key");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    }
    let answer = app.api.post("/v1/challenges", &json!({})).await;
    assert!(assert_problem(&answer, 429, "mint_per_address")["retry_after"].as_u64() >= Some(1));
}

#[tokio::test]
async fn the_limits_of_addresses_apply_to_the_end_user_whom_a_backend_tells() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant);
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE })).await;
    let body = |ip: &str| json!({ "code": "0", "end_user_ip": ip });
    for _ in 0..30 {
        let answer = backend.verify_with(&key, &body("2001:db8::1")).await;
        assert_problem(&answer, 422, "not_a_code");
    }
    let answer = backend.verify_with(&key, &body("2001:db8::2")).await;
    assert_problem(&answer, 429, "verify_per_address");
    assert_eq!(backend.verify(&key, &code).await.status, 200);
}

#[tokio::test]
async fn what_one_tenant_tells_of_an_end_user_uses_up_nothing_of_another() {
    let app = TestApp::start().await;
    let (noisy, other) = (app.tenant().await, app.tenant().await);
    let noisy = Backend::of(&app, &noisy);
    let backend = Backend::of(&app, &other);
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE })).await;
    let victim = "192.0.2.77";
    for _ in 0..40 {
        noisy.verify_with("nonsense", &json!({ "code": "123456", "end_user_ip": victim })).await;
    }
    let answer = backend.verify_with(&key, &json!({ "code": code, "end_user_ip": victim })).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[tokio::test]
async fn who_guesses_secret_keys_learns_nothing_more_and_a_generated_key_is_never_held_up() {
    let app = TestApp::with(|settings| {
        settings.limits.mint_per_address = "50/1s".parse().unwrap();
    })
    .await;
    let generated = app.tenant().await;
    let mut chosen = app.registration();
    chosen["secretKey"] = json!("chosen-by-a-person-8Wq2");
    assert_eq!(app.operator().register(&chosen).await.status, 200);
    for guess in 0..30 {
        let api = app.api.bearing(&format!("not-a-key-of-anybody-{guess}"));
        let answer = api.post("/v1/challenges", &json!({})).await;
        assert_problem(&answer, 401, "invalid_secret_key");
    }
    for key in ["not-a-key-of-anybody-x", "chosen-by-a-person-8Wq2"] {
        let answer = app.api.bearing(key).post("/v1/challenges", &json!({ "to": JANE })).await;
        assert_problem(&answer, 429, "wrong_keys_per_address");
        assert_eq!(app.api.json().mint(JANE, key).await.is_limited_by("wrong_keys_per_address"), 60);
    }
    assert_eq!(Backend::of(&app, &generated).mint(&json!({ "to": JANE })).await.status, 201);
    app.clock.pass_seconds(60);
    let answer =
        app.api.bearing("chosen-by-a-person-8Wq2").post("/v1/challenges", &json!({ "to": JANE })).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
}

#[tokio::test]
async fn parallel_answers_over_v1_succeed_once() {
    let app = TestApp::with(|settings| settings.limits.enabled = false).await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant);
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE })).await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..64 {
        let (backend, key, code) = (Backend::of(&app, &tenant), key.clone(), code.clone());
        tasks.spawn(async move { backend.verify(&key, &code).await.status });
    }
    let statuses = tasks.join_all().await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1);
    assert_eq!(statuses.iter().filter(|status| **status == 410).count(), 63);
}
