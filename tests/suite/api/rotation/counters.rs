//! A new key does not circumvent a limit, and a repeated request is recognised.

use otpmint::domain::address::Address;
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::sub_key::KeyPurpose;
use reqwest::header::HeaderName;
use serde_json::json;

use crate::api::harness::{JANE, TestApp, wrong};
use crate::api::v1::public::Page;
use crate::api::v1::{Backend, assert_problem, minted};

#[tokio::test]
async fn messages_to_a_recipient_are_counted_across_rotations() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant);
    for _ in 0..3 {
        minted(&app, &backend, &json!({ "to": JANE })).await;
        app.rotate_sub_keys(&[KeyPurpose::Recipient]).await;
    }
    assert_problem(&backend.mint(&json!({ "to": JANE })).await, 429, "sends_per_recipient");
    let app = app.restart(|_| {}).await;
    let backend = Backend::of(&app, &tenant);
    assert_problem(&backend.mint(&json!({ "to": JANE })).await, 429, "sends_per_recipient");
}

#[tokio::test]
async fn codes_that_are_told_count_across_rotations_too() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    app.database().change("UPDATE secret_keys SET scopes = 'mint verify reveal'");
    let backend = Backend::of(&app, &tenant);
    let asked = json!({ "to": JANE, "channel": "none" });
    for _ in 0..3 {
        let told = backend.mint(&asked).await.json();
        app.rotate_sub_keys(&KeyPurpose::ALL).await;
        let (key, code) = (told["key"].as_str().unwrap(), told["code"].as_str().unwrap());
        assert_eq!(backend.verify(key, code).await.status, 200, "{told}");
    }
    assert_problem(&backend.mint(&asked).await, 429, "sends_per_recipient");
}

#[tokio::test]
async fn test_mails_count_across_rotations_too() {
    let app = TestApp::start().await;
    let api = app.api.bearing(&app.tenant().await.key);
    for _ in 0..3 {
        let tried = api.post("/v1/tenant/smtp/test", &json!({ "to": JANE })).await;
        assert_eq!((tried.status, &tried.json()["ok"]), (200, &json!(true)), "{}", tried.body);
        app.rotate_sub_keys(&KeyPurpose::ALL).await;
    }
    let refused = api.post("/v1/tenant/smtp/test", &json!({ "to": JANE })).await;
    assert_problem(&refused, 429, "sends_per_recipient");
}

#[tokio::test]
async fn whoever_has_the_key_of_a_challenge_goes_on_with_it_and_is_counted() {
    let app = TestApp::with(|settings| settings.limits.failures_in_a_row = 3).await;
    let tenant = app.tenant().await;
    let (backend, page) = (Backend::of(&app, &tenant), Page(app.api.clone()));
    let (former, code) = minted(&app, &backend, &json!({ "to": JANE })).await;
    page.answer(&former, &wrong(&code)).await;
    app.rotate_sub_keys(&KeyPurpose::ALL).await;
    app.clock.pass_seconds(30);
    assert_eq!(page.status(&former).await.json()["key"], former);
    let before = app.mails_to(JANE);
    assert_eq!(page.resend(&former).await.status, 200);
    assert_eq!(app.code_after(before, JANE).await, code);
    let (present, new) = minted(&app, &backend, &json!({ "to": JANE })).await;
    page.answer(&former, &wrong(&code)).await;
    page.answer(&present, &wrong(&new)).await;
    for (key, code) in [(&former, &code), (&present, &new)] {
        let refused = page.answer(key, code).await;
        assert_eq!(refused.status, 429, "{}", refused.body);
    }
    let id = app.authenticated(&tenant).await.id();
    assert_eq!(
        app.app().services().tenants.unlock(id, &Address::parse(JANE).unwrap(), Actor::default()).await,
        Ok(true)
    );
    assert_eq!(page.answer(&former, &code).await.status, 200);
}

#[tokio::test]
async fn a_lockout_survives_and_can_be_cleared() {
    let app = TestApp::with(|settings| settings.limits.failures_in_a_row = 4).await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant);
    let (former, code) = minted(&app, &backend, &json!({ "to": JANE })).await;
    backend.verify(&former, &wrong(&code)).await;
    app.rotate_sub_keys(&[KeyPurpose::Recipient]).await;
    // The counters are still under the old index, and move with the next challenge.
    backend.verify(&former, &wrong(&code)).await;
    let (present, new) = minted(&app, &backend, &json!({ "to": JANE })).await;
    backend.verify(&former, &wrong(&code)).await;
    backend.verify(&present, &wrong(&new)).await;
    for (key, code) in [(&former, &code), (&present, &new)] {
        assert_problem(&backend.verify(key, code).await, 429, "recipient_lockout");
    }
    app.rotate_sub_keys(&[KeyPurpose::Recipient]).await;
    assert_problem(&backend.mint(&json!({ "to": JANE })).await, 429, "recipient_lockout");
    app.rotate_sub_keys(&[KeyPurpose::Recipient]).await;
    let (id, jane) = (app.authenticated(&tenant).await.id(), Address::parse(JANE).unwrap());
    assert_eq!(app.app().services().tenants.unlock(id, &jane, Actor::default()).await, Ok(true));
    assert_eq!(app.app().services().tenants.unlock(id, &jane, Actor::default()).await, Ok(false));
    assert_eq!(backend.verify(&former, &code).await.status, 200);
}

#[tokio::test]
async fn a_retry_across_a_rotation_is_answered_alike_and_carried_out_once() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let once = HeaderName::from_static("idempotency-key");
    let backend = Backend::of(&app, &tenant).with(once.clone(), "8e03978e-40d5");
    let body = json!({ "to": JANE });
    let (key, code) = minted(&app, &backend, &body).await;
    let verifying = Backend::of(&app, &tenant).with(once, "5b1d-77");
    let verified = verifying.verify(&key, &code).await;
    assert_eq!(verified.status, 200, "{}", verified.body);
    for _ in 0..2 {
        app.rotate_sub_keys(&KeyPurpose::ALL).await;
        let again = backend.mint(&body).await;
        assert_eq!(
            (again.status, again.header("idempotency-replayed")),
            (201, Some("true")),
            "{}",
            again.body
        );
        assert_eq!(again.json()["key"], key);
        assert_problem(
            &backend.mint(&json!({ "to": JANE, "nonce": "n" })).await,
            422,
            "idempotency_key_reused",
        );
        let again = verifying.verify(&key, &code).await;
        assert_eq!((again.status, &again.json()["receipt"]), (200, &verified.json()["receipt"]));
    }
    assert_eq!(app.mails_to(JANE), 1);
}
