//! The queue: tries, pauses, restarts, and independent endpoints.

use serde_json::json;

use super::app;
use super::receiver::{Receiver, Reply};
use crate::api::harness::JANE;
use crate::api::v1::webhooks::Hooks;
use crate::api::v1::{Backend, assert_problem, minted};

#[tokio::test]
async fn what_is_not_taken_is_told_again_after_a_pause_with_the_same_id_and_body() {
    let (app, _tenant, hooks) = app().await;
    let receiver = Receiver::start().await;
    let hook = hooks.add(&receiver).await;
    receiver.answers([Reply::Status(500), Reply::Status(400)]);
    hooks.ping(&hook.id).await;
    let first = receiver.nth(0).await;
    let waiting = hooks.latest(&hook.id, |latest| latest["tries"] == 1).await;
    assert_eq!((waiting["status"].as_str(), &waiting["last_status"]), (Some("waiting"), &json!(500)));
    assert_eq!(hooks.get(&hook.id).await.json()["waiting"], 1);
    app.clock.pass_millis(4_900);
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    assert_eq!(receiver.told().len(), 1, "not before five seconds");
    app.clock.pass_millis(700);
    let second = receiver.nth(1).await;
    assert_eq!((first.id(), &first.body), (second.id(), &second.body));
    assert_ne!(first.headers["webhook-timestamp"], second.headers["webhook-timestamp"]);
    assert!(second.is_signed_with(&hook.secret));
    hooks.latest(&hook.id, |latest| latest["tries"] == 2).await;
    app.clock.pass_seconds(330);
    receiver.nth(2).await;
    let sent = hooks.latest(&hook.id, |latest| latest["tries"] == 3).await;
    assert_eq!((sent["status"].as_str(), &sent["next_try_at"]), (Some("sent"), &json!(null)));
    let webhook = hooks.get(&hook.id).await.json();
    assert_eq!((&webhook["waiting"], &webhook["failing_since"]), (&json!(0), &json!(null)));
}

#[tokio::test]
async fn after_ten_tries_within_three_days_and_a_half_it_has_failed() {
    let (app, _tenant, hooks) = app().await;
    let receiver = Receiver::start().await;
    let hook = hooks.add(&receiver).await;
    receiver.answers(std::iter::repeat_n(Reply::Status(503), 20));
    hooks.ping(&hook.id).await;
    let pauses = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
    for (pause, tries) in pauses.into_iter().zip(1..) {
        hooks.latest(&hook.id, |latest| latest["tries"] == tries).await;
        app.clock.pass_seconds(pause * 11 / 10 + 1);
    }
    let failed = hooks.latest(&hook.id, |latest| latest["tries"] == 10).await;
    assert_eq!((failed["status"].as_str(), &failed["next_try_at"]), (Some("failed"), &json!(null)));
    let webhook = hooks.get(&hook.id).await.json();
    assert_eq!((&webhook["enabled"], &webhook["waiting"]), (&json!(true), &json!(0)));
}

#[tokio::test]
async fn an_endpoint_that_has_only_failed_for_five_days_is_disabled() {
    let (app, _tenant, hooks) = app().await;
    let receiver = Receiver::start().await;
    let hook = hooks.add(&receiver).await;
    receiver.answers(std::iter::repeat_n(Reply::Status(503), 20));
    hooks.ping(&hook.id).await;
    for tries in 1..=5 {
        let latest = hooks.latest(&hook.id, |latest| latest["tries"] == tries).await;
        assert_eq!(latest["status"], "waiting");
        app.clock.pass_seconds(86_401);
    }
    assert_eq!(hooks.latest(&hook.id, |latest| latest["tries"] == 6).await["status"], "canceled");
    let webhook = hooks.get(&hook.id).await.json();
    assert_eq!((&webhook["enabled"], &webhook["disabled_for"]), (&json!(false), &json!("failing")));
}

#[tokio::test]
async fn an_endpoint_that_is_gone_is_disabled_and_starts_anew_when_it_is_enabled() {
    let (app, tenant, hooks) = app().await;
    let receiver = Receiver::start().await;
    let hook = hooks.add(&receiver).await;
    receiver.answers([Reply::Status(410)]);
    hooks.ping(&hook.id).await;
    hooks.latest(&hook.id, |latest| latest["status"] == "canceled").await;
    let webhook = hooks.get(&hook.id).await.json();
    assert_eq!((&webhook["enabled"], &webhook["disabled_for"]), (&json!(false), &json!("gone")));
    let disabled = "SELECT count(*) FROM audit WHERE event = 'webhook_disabled'";
    assert_eq!(app.database().number(disabled), 1);
    assert_problem(&hooks.ping(&hook.id).await, 409, "webhook_disabled");
    minted(&app, &Backend::of(&app, &tenant), &json!({ "to": JANE })).await;
    assert_eq!(hooks.change(&hook.id, &json!({ "enabled": true })).await.json()["disabled_for"], json!(null));
    hooks.ping(&hook.id).await;
    assert_eq!(receiver.nth(1).await.kind(), "ping", "what happened meanwhile is not told");
}

#[tokio::test]
async fn what_was_on_its_way_at_the_end_of_the_process_is_told_by_the_next() {
    let (app, tenant, hooks) = app().await;
    let receiver = Receiver::start().await;
    let hook = hooks.add(&receiver).await;
    receiver.answers([Reply::Silence]);
    let ping = hooks.ping(&hook.id).await.json()["event"].clone();
    receiver.nth(0).await;
    assert_eq!(app.database().number("SELECT holder IS NOT NULL FROM webhooks"), 1);
    let app = app.restart(|_| {}).await;
    assert_eq!(receiver.nth(1).await.id(), ping);
    let hooks = Hooks::of(&app, &tenant);
    assert_eq!(hooks.latest(&hook.id, |latest| latest["status"] == "sent").await["event"], ping);
}

#[tokio::test]
async fn an_endpoint_that_does_not_answer_holds_up_no_other() {
    let (_app, _tenant, hooks) = app().await;
    let (dead, live) = (Receiver::start().await, Receiver::start().await);
    dead.answers(std::iter::repeat_n(Reply::Silence, 100));
    let (dead_hook, live_hook) = (hooks.add(&dead).await, hooks.add(&live).await);
    for _ in 0..15 {
        hooks.ping(&dead_hook.id).await;
    }
    dead.nth(0).await;
    hooks.ping(&live_hook.id).await;
    live.nth(0).await;
    assert!(dead.told().len() <= 8, "one batch at a time");
}

#[tokio::test]
async fn disabling_and_deleting_end_the_queue() {
    let (app, _tenant, hooks) = app().await;
    let receiver = Receiver::start().await;
    receiver.answers(std::iter::repeat_n(Reply::Status(500), 2));
    let hook = hooks.add(&receiver).await;
    hooks.ping(&hook.id).await;
    hooks.latest(&hook.id, |latest| latest["tries"] == 1).await;
    assert_eq!(hooks.change(&hook.id, &json!({ "enabled": false })).await.json()["waiting"], 0);
    assert_eq!(hooks.latest(&hook.id, |_| true).await["status"], "canceled");
    hooks.change(&hook.id, &json!({ "enabled": true })).await;
    hooks.ping(&hook.id).await;
    hooks.latest(&hook.id, |latest| latest["tries"] == 1).await;
    assert_eq!(hooks.delete(&hook.id).await.status, 204);
    assert_problem(&hooks.get(&hook.id).await, 404, "webhook_not_found");
    app.clock.pass_seconds(8 * 86_400);
    app.sweep().await;
    assert_eq!(app.database().number("SELECT count(*) FROM webhook_deliveries"), 0);
    assert_eq!(receiver.told().len(), 2);
}

#[tokio::test]
async fn deliveries_are_shown_in_pages_and_told_again_on_demand() {
    let (_app, _tenant, hooks) = app().await;
    let receiver = Receiver::start().await;
    let hook = hooks.add(&receiver).await;
    let mut events = Vec::new();
    for number in 0..5 {
        events.push(hooks.ping(&hook.id).await.json()["event"].clone());
        receiver.nth(number).await;
    }
    hooks.latest(&hook.id, |latest| latest["event"] == events[4] && latest["status"] == "sent").await;
    let mut seen = Vec::new();
    let mut query = "?limit=2".to_owned();
    loop {
        let page = hooks.deliveries(&hook.id, &query).await.json();
        seen.extend(page["data"].as_array().expect("a list").iter().map(|one| one["event"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        query = format!("?limit=2&status=sent&cursor={next}");
    }
    seen.reverse();
    assert_eq!(seen, events);
    let empty = hooks.deliveries(&hook.id, "?status=failed").await.json();
    assert_eq!(empty, json!({ "data": [], "next": null }));
    for (query, parameter) in [
        ("?status=lost", "status"),
        ("?limit=0", "limit"),
        ("?limit=501", "limit"),
        ("?limit=x", "limit"),
        ("?limit=1&limit=2", "limit"),
        ("?cursor=evt_1", "cursor"),
        ("?page=2", "page"),
    ] {
        let answer = hooks.deliveries(&hook.id, query).await;
        assert_eq!(assert_problem(&answer, 422, "invalid_parameter")["errors"][0]["parameter"], parameter);
    }
    let event = events[0].as_str().expect("a text");
    assert_eq!(hooks.replay(&hook.id, event).await.status, 202);
    let again = receiver.nth(5).await;
    assert_eq!((again.id(), &again.body), (event, &receiver.nth(0).await.body));
    assert_problem(&hooks.replay(&hook.id, "evt_1").await, 404, "event_not_found");
    let unknown = format!("{}ffff", &event[..event.len() - 4]);
    assert_problem(&hooks.replay(&hook.id, &unknown).await, 404, "event_not_found");
}
