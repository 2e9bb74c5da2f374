//! The order of channels, and the code that follows over the next one.

use reqwest::Method;
use serde_json::{Value, json};

use super::sandbox::both;
use super::{Backend, assert_problem};
use crate::api::harness::{Tenant, TestApp, wrong};

const DELIVERED: &str = "+12025550100";
const FAILED: &str = "+12025550101";
const CODE: &str = "424242";

/// A sandbox, over whose channels everything can be sent, with this policy.
async fn sandbox(app: &TestApp, policy: Value) -> Tenant {
    let (_, sandbox) = both(app).await;
    let body = json!({ "policy": policy }).to_string().into_bytes();
    let changed = app.api.bearing(&sandbox.key).send(Method::PATCH, "/v1/tenant", body).await;
    assert_eq!((changed.status, &changed.json()["policy"]), (200, &policy), "{}", changed.body);
    sandbox
}

/// Has everything follow that is due, and waits until its messages have ended. Returns how many followed.
async fn follow(app: &TestApp) -> usize {
    let followed = app.app().services().fallbacks.run_due().await.unwrap();
    let queued = "SELECT count(*) FROM outbox";
    crate::api::harness::eventually("the outbox is empty", || {
        (app.database().number(queued) == 0).then_some(())
    })
    .await;
    followed
}

/// The channels, statuses and reasons of all deliveries, in their order.
fn course(seen: &Value) -> Vec<[String; 3]> {
    let text = |value: &'_ Value, field: &str| value[field].as_str().unwrap_or("none").to_owned();
    let deliveries = seen["deliveries"].as_array().expect("deliveries");
    for delivery in deliveries {
        assert_eq!(delivery["at"].is_null(), text(delivery, "status") == "queued", "{delivery}");
        assert!(delivery["queued_at"].is_string() && delivery["route"].is_null(), "{delivery}");
    }
    let words = |delivery: &'_ Value| ["channel", "status", "error"].map(|field| text(delivery, field));
    deliveries.iter().map(words).collect()
}

struct Watched<'a> {
    backend: &'a Backend,
    key: String,
}

impl Watched<'_> {
    /// The channel, and the status of its message.
    async fn seen(&self) -> (String, String) {
        let seen = self.backend.status(&self.key).await.json();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        (text(&seen["channel"]), text(&seen["delivery"]["status"]))
    }
}

async fn minted<'a>(backend: &'a Backend, to: &str) -> Watched<'a> {
    let minted = backend.mint(&json!({ "to": to })).await;
    assert_eq!(minted.status, 201, "{}", minted.body);
    Watched { backend, key: minted.json()["key"].as_str().unwrap().to_owned() }
}

fn is(channel: &str, status: &str) -> (String, String) {
    (channel.to_owned(), status.to_owned())
}

#[tokio::test]
async fn what_fails_is_followed_at_once_by_the_next_channel_until_none_is_left() {
    let app = TestApp::start().await;
    let tenant = sandbox(&app, json!({ "channels": ["whatsapp", "sms", "voice"] })).await;
    let backend = Backend::of(&app, &tenant).waiting();
    let challenge = minted(&backend, FAILED).await;
    assert_eq!(challenge.seen().await, is("whatsapp", "failed"));
    assert_eq!((follow(&app).await, challenge.seen().await), (1, is("sms", "failed")));
    assert_eq!((follow(&app).await, challenge.seen().await), (1, is("voice", "failed")));
    assert_eq!(follow(&app).await, 0);
    let channels =
        "SELECT group_concat(channel, ' ') FROM (SELECT channel FROM deliveries ORDER BY message) AS d";
    assert_eq!(app.database().text(channels), "whatsapp sms voice");
    let failed = |channel: &str| [channel, "failed", "recipient_refused"].map(str::to_owned);
    let seen = backend.status(&challenge.key).await.json();
    assert_eq!(course(&seen), ["whatsapp", "sms", "voice"].map(failed));
    assert_eq!(app.database().number("SELECT count(*) FROM fallbacks"), 0);
}

#[tokio::test]
async fn a_server_has_codes_follow_by_itself() {
    let app = TestApp::following().await;
    let tenant = sandbox(&app, json!({ "channels": ["whatsapp", "sms", "voice"] })).await;
    let backend = Backend::of(&app, &tenant).waiting();
    minted(&backend, FAILED).await;
    let tried = || app.database().number("SELECT count(*) FROM deliveries") == 3;
    crate::api::harness::eventually("a try over each channel", || tried().then_some(())).await;
}

#[tokio::test]
async fn what_is_not_reported_to_arrive_is_followed_after_a_while_with_the_same_code() {
    let app = TestApp::start().await;
    let tenant = sandbox(&app, json!({ "channels": ["whatsapp", "sms"], "fallback_after": 40 })).await;
    let backend = Backend::of(&app, &tenant).waiting();
    let challenge = minted(&backend, DELIVERED).await;
    assert_eq!(challenge.seen().await, is("whatsapp", "sent"));
    let before = backend.status(&challenge.key).await.json();
    app.clock.pass_seconds(39);
    assert_eq!((follow(&app).await, challenge.seen().await), (0, is("whatsapp", "sent")));
    app.clock.pass_seconds(1);
    assert_eq!((follow(&app).await, challenge.seen().await), (1, is("sms", "sent")));
    let after = backend.status(&challenge.key).await.json();
    assert_eq!(after["expires_at"], before["expires_at"]);
    assert_eq!((&before["sends_remaining"], &after["sends_remaining"]), (&json!(2), &json!(1)));
    assert_problem(&backend.verify(&challenge.key, &wrong(CODE)).await, 403, "code_mismatch");
    let sent = |channel: &str| [channel, "sent", "none"].map(str::to_owned);
    assert_eq!(
        (course(&before), course(&after)),
        (vec![sent("whatsapp")], ["whatsapp", "sms"].map(sent).to_vec())
    );
    let verified = backend.verify(&challenge.key, CODE).await;
    assert_eq!((verified.status, &verified.json()["channel"]), (200, &json!("sms")), "{}", verified.body);
    app.clock.pass_seconds(100);
    assert_eq!(follow(&app).await, 0);
}

#[tokio::test]
async fn nothing_follows_a_challenge_that_has_ended_is_nearly_over_or_has_spent_its_messages() {
    let app = TestApp::start().await;
    let policy = json!({ "ttl": 100, "channels": ["sms", "voice"], "fallback_after": 30 });
    let tenant = sandbox(&app, policy).await;
    let backend = Backend::of(&app, &tenant).waiting();
    let verified = minted(&backend, DELIVERED).await;
    assert_eq!(backend.verify(&verified.key, CODE).await.status, 200);
    app.clock.pass_seconds(31);
    assert_eq!((follow(&app).await, app.database().number("SELECT count(*) FROM fallbacks")), (0, 0));
    let late = minted(&backend, DELIVERED).await;
    app.clock.pass_seconds(41);
    assert_eq!((follow(&app).await, late.seen().await), (0, is("sms", "sent")));
    let mint = json!({ "to": DELIVERED, "channel": "sms" });
    assert_eq!(backend.mint(&mint).await.json()["channel"], "sms");
    assert_eq!(
        app.database().number("SELECT count(*) FROM fallbacks"),
        0,
        "a wished channel is the only one"
    );
}

#[tokio::test]
async fn every_message_counts_against_the_recipient() {
    let app = TestApp::start().await;
    let limits = json!({ "sends_per_recipient": ["2/10m"] });
    let policy = json!({ "channels": ["whatsapp", "sms", "voice"], "fallback_after": 30, "limits": limits });
    let tenant = sandbox(&app, policy).await;
    let backend = Backend::of(&app, &tenant).waiting();
    let challenge = minted(&backend, DELIVERED).await;
    app.clock.pass_seconds(30);
    assert_eq!(follow(&app).await, 1);
    app.clock.pass_seconds(45);
    assert_eq!((follow(&app).await, challenge.seen().await), (0, is("sms", "sent")));
    assert_problem(&backend.mint(&json!({ "to": DELIVERED })).await, 429, "sends_per_recipient");
}

#[tokio::test]
async fn a_resend_may_name_another_channel_that_reaches_the_same_recipient() {
    let app = TestApp::start().await;
    let tenant = sandbox(&app, json!({ "channels": ["sms", "voice"] })).await;
    let (backend, api) = (Backend::of(&app, &tenant).waiting(), app.api.bearing(&tenant.key));
    let challenge = minted(&backend, DELIVERED).await;
    let resend =
        async |body: Value| api.post(&format!("/v1/challenges/{}/resend", challenge.key), &body).await;
    for wrong in ["email", "none", "fax"] {
        let refused = resend(json!({ "channel": wrong })).await;
        assert_problem(&refused, 422, "invalid_field");
    }
    assert_problem(&resend(json!({ "channel": "voice" })).await, 429, "resend_cooldown");
    app.clock.pass_seconds(30);
    let again = resend(json!({ "channel": "voice" })).await;
    assert_eq!((again.status, &again.json()["channel"]), (200, &json!("voice")), "{}", again.body);
    app.clock.pass_seconds(300);
    assert_eq!(follow(&app).await, 0, "nothing is left to follow");
    let path = format!("/v1/challenges/{}/resend", challenge.key);
    let by_holder = app.api.post(&path, &json!({ "channel": "sms" })).await;
    assert!(by_holder.status >= 400, "{}", by_holder.body);
}

#[tokio::test]
async fn an_order_that_makes_no_sense_is_refused() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    for (policy, pointer) in [
        (json!({ "channels": [] }), "/policy/channels"),
        (json!({ "channels": ["sms", "sms"] }), "/policy/channels"),
        (json!({ "channels": ["email"] }), "/policy/channels"),
        (json!({ "fallback_after": 5 }), "/policy/fallback_after"),
    ] {
        let body = json!({ "policy": policy }).to_string().into_bytes();
        let refused = app.api.bearing(&tenant.key).send(Method::PATCH, "/v1/tenant", body).await;
        assert_eq!(assert_problem(&refused, 422, "invalid_field")["errors"][0]["pointer"], pointer);
    }
}
