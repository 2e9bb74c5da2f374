//! What an app receives, and how it is signed.

use otpmint::app::Ambient;
use otpmint::domain::time::Clock;
use serde_json::json;

use super::receiver::{Receiver, Told};
use super::{app, local};
use crate::api::harness::{JANE, TestApp, wrong};
use crate::api::v1::webhooks::Hooks;
use crate::api::v1::{Backend, minted};

#[tokio::test]
async fn an_event_shows_the_challenge_as_the_api_does_and_never_the_code() {
    let (app, tenant, hooks) = app().await;
    let receiver = Receiver::start().await;
    let hook = hooks.add(&receiver).await;
    let backend = Backend::of(&app, &tenant);
    let body = json!({ "to": JANE, "purpose": "login", "nonce": "n-1", "metadata": { "order": "4711" } });
    let (key, code) = minted(&app, &backend, &body).await;
    let created = receiver.of_kind("challenge.created").await.json();
    assert_eq!(created["data"]["delivery"]["status"], "queued");
    let sent = receiver.of_kind("delivery.sent").await;
    assert_eq!(sent.json()["data"], backend.challenge(&key).await);
    assert_eq!(sent.json()["timestamp"], "2026-01-15T12:00:00Z");
    assert_eq!(backend.verify(&key, &code).await.status, 200);
    let verified = receiver.of_kind("challenge.verified").await;
    assert_eq!(verified.json()["data"], backend.challenge(&key).await);
    for told in [&sent, &verified] {
        assert!(told.is_signed_with(&hook.secret), "{told:?}");
        assert_eq!(told.target, "/hooks?app=shop");
        assert_eq!(told.headers["content-type"], "application/json");
        assert_eq!(told.headers["webhook-timestamp"], "1768478400");
        assert!(!format!("{told:?}").contains(&code) && !format!("{told:?}").contains(JANE), "{told:?}");
    }
    assert_ne!(sent.id(), verified.id());
}

#[tokio::test]
async fn spent_attempts_and_an_expiry_are_told_and_so_is_a_message_that_failed() {
    let (app, tenant, hooks) = app().await;
    let receiver = Receiver::start().await;
    hooks.add(&receiver).await;
    let backend = Backend::of(&app, &tenant);
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE })).await;
    for _ in 0..5 {
        backend.verify(&key, &wrong(&code)).await;
    }
    let exhausted = receiver.of_kind("challenge.exhausted").await.json();
    assert_eq!(
        (exhausted["data"]["status"].as_str(), &exhausted["data"]["attempts_remaining"]),
        (Some("exhausted"), &json!(0))
    );
    let (late, _) = minted(&app, &backend, &json!({ "to": "joe@recipient.example" })).await;
    app.clock.pass_seconds(600);
    app.sweep().await;
    let expired = receiver.of_kind("challenge.expired").await.json();
    assert_eq!(expired["data"]["key"], late);
    assert_eq!(expired["data"]["status"], "expired");
    // A mail server that is gone: the message waits until the code expires.
    let app = app.restart(|settings| settings.outbound.allow_hosts = vec!["127.0.0.2".to_owned()]).await;
    let backend = Backend::of(&app, &tenant);
    assert_eq!(backend.waiting().mint(&json!({ "to": JANE })).await.json()["delivery"]["status"], "failed");
    let app = app.restart(|settings| settings.outbound.allow_hosts = vec!["127.0.0.1".to_owned()]).await;
    // Events that could not be posted meanwhile are posted later.
    app.clock.pass_seconds(10);
    let failed = receiver.of_kind("delivery.failed").await.json();
    assert_eq!(failed["data"]["delivery"]["error"], "host_not_allowed");
}

#[tokio::test]
async fn only_what_is_wanted_is_told_and_nothing_of_another_tenant() {
    let (app, tenant, hooks) = app().await;
    let other = app.tenant().await;
    let (picky, whole, foreign) = (Receiver::start().await, Receiver::start().await, Receiver::start().await);
    hooks.add_with(&json!({ "url": picky.url, "events": ["challenge.verified"] })).await;
    hooks.add(&whole).await;
    Hooks::of(&app, &other).add(&foreign).await;
    let backend = Backend::of(&app, &tenant);
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE })).await;
    backend.verify(&key, &code).await;
    assert_eq!(picky.nth(0).await.kind(), "challenge.verified");
    assert_eq!(picky.nth(0).await.id(), whole.of_kind("challenge.verified").await.id(), "one event, one id");
    let theirs = Backend::of(&app, &other);
    let (key, _) = minted(&app, &theirs, &json!({ "to": JANE })).await;
    assert_eq!(foreign.of_kind("delivery.sent").await.json()["data"]["key"], key);
    assert_eq!((picky.told().len(), whole.told().len(), foreign.told().len()), (1, 3, 2));
}

#[tokio::test]
async fn the_reference_library_takes_what_is_sent_now_and_nothing_that_was_changed() {
    let (app, _tenant, hooks) = app().await;
    let receiver = Receiver::start().await;
    let hook = hooks.add(&receiver).await;
    app.clock.pass(Ambient::system().clock.now().since(app.clock.now()));
    hooks.ping(&hook.id).await;
    let told = receiver.nth(0).await;
    assert!(told.is_taken_with(&hook.secret), "{told:?}");
    let changed = Told { body: told.body.replace("ping", "pong"), ..told.clone() };
    assert!(!changed.is_taken_with(&hook.secret));
    assert!(!told.is_taken_with("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
}

#[tokio::test]
async fn while_a_secret_is_replaced_both_sign() {
    let (app, _tenant, hooks) = app().await;
    let receiver = Receiver::start().await;
    let hook = hooks.add(&receiver).await;
    let answer = hooks.rotate(&hook.id, &json!({ "overlap_seconds": 60 })).await;
    let next = answer.json()["secret"].as_str().expect("a secret").to_owned();
    hooks.ping(&hook.id).await;
    let both = receiver.nth(0).await;
    assert_eq!(both.headers["webhook-signature"].split(' ').count(), 2);
    assert!(both.is_signed_with(&hook.secret) && both.is_signed_with(&next));
    app.clock.pass_seconds(60);
    hooks.ping(&hook.id).await;
    let after = receiver.nth(1).await;
    assert!(!after.is_signed_with(&hook.secret) && after.is_signed_with(&next));
    for (answer, shown) in [(hooks.get(&hook.id).await, false), (answer, true)] {
        assert_eq!(answer.body.contains("whsec_"), shown);
    }
}

#[tokio::test]
async fn secrets_lie_sealed_and_do_not_open_in_another_row() {
    let app = TestApp::with(local).await;
    let (tenant, other) = (app.tenant().await, app.tenant().await);
    let (ours, theirs) = (Hooks::of(&app, &tenant), Hooks::of(&app, &other));
    let receiver = Receiver::start().await;
    let (mine, foreign) = (ours.add(&receiver).await, theirs.add(&receiver).await);
    let bytes = app.database().bytes();
    let find = |secret: &str| bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
    assert!(!find(&mine.secret) && !find(mine.secret.trim_start_matches("whsec_")));
    app.database().change(&format!(
        "UPDATE webhooks SET secrets = (SELECT secrets FROM webhooks WHERE handle = '{}') WHERE handle = '{}'",
        foreign.id, mine.id
    ));
    ours.ping(&mine.id).await;
    let latest = ours.latest(&mine.id, |latest| latest["tries"] == 1).await;
    assert_eq!(latest["last_error"], "not_signed");
    assert_eq!(receiver.told().len(), 0);
}
