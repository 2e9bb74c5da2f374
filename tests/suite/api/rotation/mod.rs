//! New keys under a running server: everything begun under the former ones continues.

mod counters;
mod factors;
mod published;
mod results;
mod sandbox;
mod sealed;
mod secrets;
mod webhooks;

use otpmint::domain::reports::actor::Actor;
use otpmint::domain::sub_key::{KeyPurpose, SHORTEST_LEAD};
use otpmint::service::{KeysRotated, RotationUrgency};
use serde_json::json;

use crate::api::harness::{JANE, TestApp, wrong};
use crate::api::v1::{Backend, minted};

impl TestApp {
    /// What `otpmint keys rotate --at-once` does, and how the server reacts some seconds later.
    pub async fn rotate_sub_keys(&self, purposes: &[KeyPurpose]) {
        self.rotate_unnoticed(purposes).await;
        self.look_after_keys().await;
        self.clock.pass(SHORTEST_LEAD);
        self.look_after_keys().await;
    }

    /// The same, but the server does not know about it.
    pub async fn rotate_unnoticed(&self, purposes: &[KeyPurpose]) {
        let made = self
            .app()
            .services()
            .keys
            .rotate(purposes, RotationUrgency::AtOnce, Actor::default())
            .await
            .expect("the store works");
        assert!(matches!(made, KeysRotated::Rotated(made) if made.len() == purposes.len()));
    }

    /// What the server does every few seconds.
    pub async fn look_after_keys(&self) {
        let keys = &self.app().services().keys;
        keys.follow().await.expect("the store works");
        keys.reseal().await.expect("the store works");
    }
}

#[tokio::test]
async fn a_pending_challenge_is_the_same_under_new_keys() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant);
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE, "bind": { "amount": "9.99" } })).await;
    app.rotate_sub_keys(&KeyPurpose::ALL).await;
    assert_eq!(backend.status(&key).await.json()["key"], key);
    let answer = |code: &str| json!({ "code": code, "bind": { "amount": "9.99" } });
    let mismatched = backend.verify_with(&key, &answer(&wrong(&code))).await;
    assert_eq!(mismatched.json()["attempts_remaining"], 4, "{}", mismatched.body);
    let verified = backend.verify_with(&key, &answer(&code)).await;
    assert_eq!((verified.status, &verified.json()["key"]), (200, &json!(key)), "{}", verified.body);
}

#[tokio::test]
async fn a_challenge_from_before_is_found_by_its_recipient_and_sent_again() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant);
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE, "purpose": "login" })).await;
    app.rotate_sub_keys(&KeyPurpose::ALL).await;
    app.clock.pass_seconds(30);
    let before = app.mails_to(JANE);
    assert_eq!(backend.waiting().resend(&key).await.status, 200);
    assert_eq!(app.code_after(before, JANE).await, code);
    let by_recipient = json!({ "to": JANE, "purpose": "login", "code": code });
    let verified = backend.verify_latest(&by_recipient).await;
    assert_eq!((verified.status, &verified.json()["key"]), (200, &json!(key)), "{}", verified.body);
}

#[tokio::test]
async fn nothing_changes_before_the_moment_of_the_new_keys_nor_with_a_restart() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let (before, code) = minted(&app, &Backend::of(&app, &tenant), &json!({ "to": JANE })).await;
    app.rotate_unnoticed(&KeyPurpose::ALL).await;
    app.look_after_keys().await;
    let version = "SELECT max(code_key) FROM challenges";
    minted(&app, &Backend::of(&app, &tenant), &json!({ "to": "next@recipient.example" })).await;
    assert_eq!(app.database().number(version), 1);
    let app = app.restart(|_| {}).await;
    let backend = Backend::of(&app, &tenant);
    minted(&app, &backend, &json!({ "to": "after@recipient.example" })).await;
    assert_eq!(app.database().number(version), 1);
    app.clock.pass(SHORTEST_LEAD);
    let app = app.restart(|_| {}).await;
    let backend = Backend::of(&app, &tenant);
    minted(&app, &backend, &json!({ "to": "then@recipient.example" })).await;
    assert_eq!(app.database().number(version), 2);
    assert_eq!(backend.verify(&before, &code).await.status, 200);
}

#[tokio::test]
async fn a_purpose_is_not_rotated_again_while_its_next_key_waits() {
    let app = TestApp::start().await;
    let services = app.app().services();
    let rotate =
        async |purpose, urgency| services.keys.rotate(&[purpose], urgency, Actor::default()).await.unwrap();
    assert!(matches!(rotate(KeyPurpose::Code, RotationUrgency::Usual).await, KeysRotated::Rotated(_)));
    assert!(
        matches!(rotate(KeyPurpose::Code, RotationUrgency::Usual).await, KeysRotated::Waiting(key) if key.version == 2)
    );
    assert!(matches!(rotate(KeyPurpose::Seal, RotationUrgency::Usual).await, KeysRotated::Rotated(_)));
    // An urgent rotation overtakes it.
    assert!(matches!(rotate(KeyPurpose::Code, RotationUrgency::AtOnce).await, KeysRotated::Rotated(_)));
    app.clock.pass(KeyPurpose::Code.lead());
    assert!(
        matches!(rotate(KeyPurpose::Code, RotationUrgency::Usual).await, KeysRotated::Rotated(made) if made[0].version == 4)
    );
}
