//! Events of sandboxes, and of codes that the tenant delivers itself.

use serde_json::json;

use super::receiver::Receiver;
use super::{HOOKS, Hooks, app, local};
use crate::api::harness::{JANE, Tenant, TestApp};
use crate::api::v1::{Backend, assert_problem};

/// The sandbox of `live`.
async fn sandbox(app: &TestApp, live: &Tenant) -> Tenant {
    let made = app.api.bearing(&live.key).post("/v1/tenant/sandbox/keys", &json!({})).await.json();
    let text = |name: &str| made[name].as_str().expect("a text").to_owned();
    Tenant { handle: text("tenant"), key: text("secret") }
}

#[tokio::test]
async fn a_sandbox_is_really_told_of_what_it_does_not_send_and_its_tenant_is_not() {
    let (app, live, owner) = app().await;
    let sandbox = sandbox(&app, &live).await;
    let (own, tested) = (Receiver::start().await, Receiver::start().await);
    owner.add(&own).await;
    let hook = Hooks::of(&app, &sandbox).add(&tested).await;
    let backend = Backend::of(&app, &sandbox);
    let minted = backend.waiting().mint(&json!({ "to": "delivered@otpmint.test" })).await.json();
    let key = minted["key"].as_str().expect("a key");
    let sent = tested.of_kind("delivery.sent").await;
    assert_eq!(sent.json()["data"], backend.challenge(key).await);
    assert_eq!(backend.verify(key, "424242").await.status, 200);
    let verified = tested.of_kind("challenge.verified").await;
    assert_eq!(verified.json()["data"], backend.challenge(key).await);
    assert!(sent.is_signed_with(&hook.secret) && verified.is_signed_with(&hook.secret));
    backend.waiting().mint(&json!({ "to": "failed@otpmint.test" })).await;
    let failed = tested.of_kind("delivery.failed").await.json();
    assert_eq!(failed["data"]["delivery"]["error"], "recipient_refused");
    assert_eq!((own.told().len(), app.mail.received()), (0, 0));
}

#[tokio::test]
async fn a_code_that_its_tenant_delivers_has_events_of_the_challenge_alone() {
    let (app, tenant, hooks) = app().await;
    app.database().change("UPDATE secret_keys SET scopes = 'mint verify manage reveal'");
    let receiver = Receiver::start().await;
    hooks.add(&receiver).await;
    let backend = Backend::of(&app, &tenant);
    let asked = json!({ "to": JANE, "channel": "none", "metadata": { "order": "4711" } });
    let told = backend.mint(&asked).await.json();
    let (key, code) = (told["key"].as_str().expect("a key"), told["code"].as_str().expect("a code"));
    assert_eq!(backend.verify(key, code).await.status, 200);
    let verified = receiver.nth(1).await;
    assert_eq!(
        (receiver.nth(0).await.kind(), verified.kind()),
        ("challenge.created".into(), "challenge.verified".into())
    );
    assert_eq!(verified.json()["data"]["delivery"], json!(null));
    assert_eq!(verified.json()["data"], backend.challenge(key).await);
    assert!(!verified.body.contains(code));
    let late = backend.mint(&asked).await.json()["key"].clone();
    app.clock.pass_seconds(600);
    app.sweep().await;
    let expired = receiver.nth(3).await.json();
    assert_eq!((&expired["type"], &expired["data"]["key"]), (&json!("challenge.expired"), &late));
    hooks.ping(hooks.api.get(HOOKS).await.json()["data"][0]["webhook"].as_str().expect("one")).await;
    assert_eq!(receiver.nth(4).await.kind(), "ping", "of a delivery nothing is told");
}

#[tokio::test]
async fn what_is_asked_to_be_told_is_counted_as_a_mint_is() {
    let change = |settings: &mut otpmint::config::Settings| {
        local(settings);
        settings.limits.mint_per_tenant = "3/10s".parse().unwrap();
    };
    let app = TestApp::with(change).await;
    let tenant = app.tenant().await;
    let (hooks, receiver) = (Hooks::of(&app, &tenant), Receiver::start().await);
    let hook = hooks.add(&receiver).await;
    let first = hooks.ping(&hook.id).await;
    assert_eq!(first.header("ratelimit"), Some("\"mint\";r=2;t=4"));
    let event = first.json()["event"].as_str().expect("an event").to_owned();
    hooks.latest(&hook.id, |latest| latest["status"] == "sent").await;
    assert_eq!(hooks.replay(&hook.id, &event).await.status, 202);
    receiver.nth(1).await;
    hooks.latest(&hook.id, |latest| latest["status"] == "sent").await;
    assert_eq!(hooks.ping(&hook.id).await.status, 202);
    receiver.nth(2).await;
    assert_problem(&hooks.ping(&hook.id).await, 429, "mint_per_tenant");
    assert_problem(&hooks.replay(&hook.id, &event).await, 429, "mint_per_tenant");
    assert_eq!(app.database().number("SELECT count(*) FROM webhook_deliveries"), 2, "nothing was queued");
}
