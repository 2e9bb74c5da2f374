//! Webhooks under new keys: signed as before, and about the challenges that their tenant knows.

use otpmint::domain::reports::actor::Actor;
use otpmint::domain::sub_key::{KeyPurpose, OVERLAP};
use otpmint::service::FormerReceipts;
use serde_json::json;

use crate::api::harness::JANE;
use crate::api::v1::webhooks::app;
use crate::api::v1::webhooks::receiver::Receiver;
use crate::api::v1::{Backend, minted};

#[tokio::test]
async fn secrets_are_sealed_again_and_go_on_signing() {
    let (app, _, hooks) = app().await;
    let receiver = Receiver::start().await;
    let hook = hooks.add(&receiver).await;
    app.rotate_sub_keys(&[KeyPurpose::Seal]).await;
    assert_eq!(app.database().text("SELECT hex(substr(secrets, 2, 4)) FROM webhooks"), "00000002");
    app.clock.pass(OVERLAP);
    let pruned = app.app().services().keys.prune(FormerReceipts::Keep, Actor::default()).await.unwrap();
    assert_eq!(pruned.len(), 1, "{pruned:?}");
    hooks.ping(&hook.id).await;
    assert!(receiver.nth(0).await.is_signed_with(&hook.secret));
}

#[tokio::test]
async fn what_was_told_of_a_challenge_names_it_as_before_when_former_keys_have_gone() {
    let (app, tenant, hooks) = app().await;
    let receiver = Receiver::start().await;
    let hook = hooks.add_with(&json!({ "url": receiver.url, "events": ["challenge.verified"] })).await;
    let backend = Backend::of(&app, &tenant);
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE })).await;
    assert_eq!(backend.verify(&key, &code).await.status, 200);
    let first = receiver.nth(0).await;
    hooks.latest(&hook.id, |latest| latest["status"] == "sent").await;
    app.rotate_sub_keys(&[KeyPurpose::ShareableKey]).await;
    app.clock.pass(OVERLAP * 3);
    for _ in 0..2 {
        app.sweep().await;
    }
    assert_eq!(app.database().number("SELECT count(*) FROM challenges"), 0);
    app.app().services().keys.prune(FormerReceipts::Keep, Actor::default()).await.unwrap();
    app.look_after_keys().await;
    assert_eq!(hooks.latest(&hook.id, |_| true).await["challenge"], key);
    hooks.replay(&hook.id, first.id()).await;
    let again = receiver.nth(1).await;
    assert_eq!((again.id(), again.json()), (first.id(), first.json()), "the same event");
    let trail = app.api.bearing(&tenant.key).get("/v1/tenant/audit").await.json();
    let named = trail["data"].as_array().unwrap().iter().find(|row| row["event"] == "verified").unwrap();
    assert_eq!(named["challenge"], key);
}
