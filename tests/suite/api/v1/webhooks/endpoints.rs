//! Endpoints: added, changed, bounded, and private to their tenant.

use serde_json::json;

use super::app;
use super::receiver::Receiver;
use crate::api::v1::assert_problem;
use crate::api::v1::webhooks::{HOOKS, Hooks};

#[tokio::test]
async fn a_webhook_is_added_looked_at_changed_and_deleted() {
    let (app, _tenant, hooks) = app().await;
    let answer = hooks.create(&json!({ "url": "https://hooks.example.com/in", "description": "Shop" })).await;
    let id = answer.json()["webhook"].as_str().expect("a handle").to_owned();
    assert_eq!(answer.header("location"), Some(format!("{HOOKS}/{id}").as_str()));
    let mut expected = answer.json();
    expected.as_object_mut().expect("an object").remove("secret");
    assert_eq!(hooks.get(&id).await.json(), expected);
    assert_eq!(expected["events"].as_array().map(Vec::len), Some(20));
    let changed =
        hooks.change(&id, &json!({ "events": ["delivery.failed"], "description": "" })).await.json();
    assert_eq!((&changed["events"], &changed["description"]), (&json!(["delivery.failed"]), &json!("")));
    assert_eq!((&changed["url"], &changed["enabled"]), (&expected["url"], &json!(true)));
    assert_eq!(
        app.api.bearing(&_tenant.key).get(HOOKS).await.json(),
        json!({ "data": [changed], "next": null })
    );
    assert_eq!(hooks.delete(&id).await.status, 204);
    assert_problem(&hooks.delete(&id).await, 404, "webhook_not_found");
    let events = "SELECT group_concat(event, ' ') FROM (SELECT event FROM audit WHERE event LIKE 'webhook%' ORDER BY id) AS e";
    assert_eq!(app.database().text(events), "webhook_added webhook_changed webhook_deleted");
}

#[tokio::test]
async fn what_is_wrong_is_named_and_changes_nothing() {
    let (app, _tenant, hooks) = app().await;
    let good = "https://hooks.example.com/in";
    let long = format!("{good}?{}", "x".repeat(2_000));
    for (body, pointer) in [
        (json!({ "url": "hooks.example.com" }), "/url"),
        (json!({ "url": "http://hooks.example.com/in" }), "/url"),
        (json!({ "url": "https://u:p@hooks.example.com/in" }), "/url"),
        (json!({ "url": "https://hooks.example.com/in#x" }), "/url"),
        (json!({ "url": long }), "/url"),
        (json!({ "url": good, "events": [] }), "/events"),
        (json!({ "url": good, "events": ["delivery.sent", "ping"] }), "/events/1"),
        (json!({ "url": good, "description": "x".repeat(201) }), "/description"),
        (json!({ "url": good, "secret": "whsec_mine" }), "/secret"),
        (json!({ "url": good, "enabled": "yes" }), "/enabled"),
    ] {
        let answer = hooks.create(&body).await;
        assert_eq!(assert_problem(&answer, 422, "invalid_field")["errors"][0]["pointer"], pointer, "{body}");
    }
    assert_eq!(app.database().number("SELECT count(*) FROM webhooks"), 0);
    let hook = hooks.add_with(&json!({ "url": good })).await;
    for body in [json!({ "url": "https://10.0.0.1/" }), json!({ "events": ["all"] })] {
        assert_problem(&hooks.change(&hook.id, &body).await, 422, "invalid_field");
    }
    assert_problem(
        &hooks.rotate(&hook.id, &json!({ "overlap_seconds": 604_801 })).await,
        422,
        "invalid_field",
    );
    assert_eq!(hooks.get(&hook.id).await.json()["url"], good);
}

#[tokio::test]
async fn a_tenant_has_ten_webhooks_at_most_also_in_a_race() {
    let (app, tenant, hooks) = app().await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let hooks = Hooks::of(&app, &tenant);
        tasks.spawn(async move { hooks.create(&json!({ "url": "https://hooks.example.com" })).await.status });
    }
    let statuses = tasks.join_all().await;
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 10);
    let answer = hooks.create(&json!({ "url": "https://hooks.example.com" })).await;
    assert_problem(&answer, 409, "too_many_webhooks");
}

#[tokio::test]
async fn another_tenants_webhook_is_unknown_on_every_route() {
    let (app, _tenant, hooks) = app().await;
    let receiver = Receiver::start().await;
    let hook = hooks.add(&receiver).await;
    let event = hooks.ping(&hook.id).await.json()["event"].as_str().expect("an event").to_owned();
    receiver.nth(0).await;
    let before = hooks.latest(&hook.id, |latest| latest["status"] == "sent").await;
    let stranger = Hooks::of(&app, &app.tenant().await);
    let theirs = stranger.add(&Receiver::start().await).await;
    for answer in [
        stranger.get(&hook.id).await,
        stranger.change(&hook.id, &json!({ "enabled": false })).await,
        stranger.delete(&hook.id).await,
        stranger.rotate(&hook.id, &json!({})).await,
        stranger.ping(&hook.id).await,
        stranger.deliveries(&hook.id, "").await,
    ] {
        assert_problem(&answer, 404, "webhook_not_found");
    }
    assert_problem(&stranger.replay(&hook.id, &event).await, 404, "event_not_found");
    assert_problem(&stranger.replay(&theirs.id, &event).await, 404, "event_not_found");
    assert_eq!(hooks.latest(&hook.id, |_| true).await, before);
    assert_eq!(receiver.told().len(), 1);
    // A cursor is a place and opens nothing.
    hooks.ping(&hook.id).await;
    hooks.latest(&hook.id, |latest| latest["event"] != event && latest["status"] == "sent").await;
    let cursor = hooks.deliveries(&hook.id, "?limit=1").await.json()["next"].clone();
    let cursor = cursor.as_str().expect("a second page");
    let page = stranger.deliveries(&theirs.id, &format!("?cursor={cursor}")).await;
    assert_eq!(page.json(), json!({ "data": [], "next": null }));
}

#[tokio::test]
async fn null_removes_what_may_be_absent_and_is_refused_elsewhere() {
    let (_app, _tenant, hooks) = app().await;
    let url = "https://hooks.example.com/in";
    let new = json!({ "url": url, "description": "Shop", "events": ["delivery.failed"] });
    let id = hooks.add_with(&new).await.id;
    let kept = hooks.change(&id, &json!({})).await.json();
    assert_eq!((&kept["description"], &kept["events"]), (&json!("Shop"), &json!(["delivery.failed"])));
    let removed = hooks.change(&id, &json!({ "description": null, "events": null })).await.json();
    assert_eq!(removed["description"], "");
    assert!(removed["events"].as_array().expect("a list").len() > 5, "{removed}");
    for field in ["url", "enabled"] {
        let refused = hooks.change(&id, &json!({ field: null })).await;
        let problem = assert_problem(&refused, 422, "invalid_field");
        assert_eq!(problem["errors"][0]["pointer"], format!("/{field}"));
    }
    assert_eq!(hooks.get(&id).await.json(), removed);
}

#[tokio::test]
async fn without_a_key_there_is_nothing() {
    let (app, _tenant, _) = app().await;
    assert_problem(&app.api.get(HOOKS).await, 401, "invalid_secret_key");
    assert_problem(&app.api.post(HOOKS, &json!({})).await, 401, "invalid_secret_key");
}
