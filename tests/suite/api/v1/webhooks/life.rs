//! Events of the life of a challenge, of its recipient, and of the other endpoints.

use serde_json::json;

use super::receiver::{Receiver, Reply};
use super::{Hooks, app, local};
use crate::api::harness::{JANE, TestApp, wrong};
use crate::api::v1::{Backend, minted};

#[tokio::test]
async fn an_app_that_asks_for_it_is_told_when_a_challenge_begins_and_when_it_is_canceled() {
    let (app, tenant, hooks) = app().await;
    let receiver = Receiver::start().await;
    hooks
        .add_with(&json!({ "url": receiver.url, "events": ["challenge.created", "challenge.canceled"] }))
        .await;
    let backend = Backend::of(&app, &tenant);
    let told = backend.waiting().mint(&json!({ "to": JANE, "metadata": { "order": "4711" } })).await.json();
    let created = receiver.nth(0).await.json();
    assert_eq!((&created["type"], &created["data"]["key"]), (&json!("challenge.created"), &told["key"]));
    assert_eq!(created["data"]["delivery"], json!({ "status": "queued", "at": null, "error": null }));
    assert_eq!(created["data"]["metadata"], json!({ "order": "4711" }));
    let key = told["key"].as_str().unwrap();
    assert_eq!(backend.cancel(key).await.status, 204);
    assert_ne!(backend.cancel(key).await.status, 204);
    let canceled = receiver.nth(1).await.json();
    assert_eq!(
        (&canceled["type"], &canceled["data"]["status"]),
        (&json!("challenge.canceled"), &json!("canceled"))
    );
    assert_eq!(canceled["data"], backend.challenge(key).await);
    // A mint that is refused opens nothing.
    assert_eq!(backend.mint(&json!({ "to": "nobody" })).await.status, 422);
    hooks.ping(hooks.api.get(super::HOOKS).await.json()["data"][0]["webhook"].as_str().unwrap()).await;
    assert_eq!(receiver.nth(2).await.kind(), "ping");
}

#[tokio::test]
async fn what_an_endpoint_wants_holds_from_the_next_mint_on() {
    let (app, tenant, hooks) = app().await;
    let backend = Backend::of(&app, &tenant);
    // The clock stands still, so whatever was remembered of the tenant would still be believed.
    backend.waiting().mint(&json!({ "to": JANE })).await;
    let receiver = Receiver::start().await;
    let hook = hooks.add_with(&json!({ "url": receiver.url, "events": ["challenge.created"] })).await;
    let told = backend.waiting().mint(&json!({ "to": JANE })).await.json();
    assert_eq!(receiver.nth(0).await.json()["data"]["key"], told["key"]);
    hooks.change(&hook.id, &json!({ "events": ["challenge.expired"] })).await;
    backend.waiting().mint(&json!({ "to": JANE })).await;
    app.clock.pass_seconds(600);
    app.sweep().await;
    assert_eq!(receiver.nth(1).await.kind(), "challenge.expired");
    let created = receiver.told().iter().filter(|told| told.kind() == "challenge.created").count();
    assert_eq!(created, 1);
}

#[tokio::test]
async fn an_app_is_told_whose_recipient_is_locked_out() {
    let app = TestApp::with(|settings| {
        local(settings);
        settings.limits.failures_in_a_row = 5;
    })
    .await;
    let tenant = app.tenant().await;
    let receiver = Receiver::start().await;
    let body = json!({ "url": receiver.url, "events": ["recipient.locked_out"] });
    Hooks::of(&app, &tenant).add_with(&body).await;
    let backend = Backend::of(&app, &tenant);
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE, "metadata": { "user": "17" } })).await;
    for _ in 0..5 {
        assert_eq!(backend.verify(&key, &wrong(&code)).await.status, 403);
    }
    let locked = receiver.nth(0).await.json();
    assert_eq!((&locked["type"], &locked["data"]["key"]), (&json!("recipient.locked_out"), &json!(key)));
    assert_eq!(locked["data"]["metadata"], json!({ "user": "17" }));
    assert!(!locked.to_string().contains(JANE), "{locked}");
    assert_eq!(backend.mint(&json!({ "to": JANE })).await.status, 429);
    assert_eq!(receiver.told().len(), 1, "once");
}

#[tokio::test]
async fn the_other_endpoints_are_told_that_one_is_disabled_and_where_it_was_is_not() {
    let (app, _tenant, hooks) = app().await;
    let (gone, other) = (Receiver::start().await, Receiver::start().await);
    gone.answers([Reply::Status(410)]);
    let lost = hooks.add_with(&json!({ "url": gone.url, "description": "the shop" })).await;
    hooks.add_with(&json!({ "url": other.url, "events": ["webhook.disabled"] })).await;
    hooks.ping(&lost.id).await;
    let told = other.nth(0).await.json();
    assert_eq!(told["type"], "webhook.disabled");
    assert_eq!(told["data"], json!({ "id": lost.id, "description": "the shop", "disabled_for": "gone" }));
    assert_eq!(gone.told().len(), 1, "the one that is gone is told nothing more");
    // What its owner does itself is no event.
    let second = Receiver::start().await;
    let second = hooks.add(&second).await;
    hooks.change(&second.id, &json!({ "enabled": false })).await;
    app.sweep().await;
    assert_eq!(other.told().len(), 1);
}
