//! Rules against toll fraud, in a sandbox: it counts as a live tenant does, and no provider is needed.

use reqwest::Method;
use serde_json::{Value, json};

use super::sandbox::{both, mails};
use super::{Backend, assert_problem};
use crate::api::harness::{Answer, Api, Tenant, TestApp};

const BLOCKS: &str = "/v1/tenant/phone/blocks";
const USER: &str = "203.0.113.7";

/// A tenant that sends everywhere.
struct Sender {
    tenant: Tenant,
    api: Api,
    backend: Backend,
}

impl Sender {
    async fn of(app: &TestApp) -> Self {
        let (_, tenant) = both(app).await;
        let (api, backend) = (app.api.bearing(&tenant.key), Backend::of(app, &tenant).waiting());
        let sender = Self { tenant, api, backend };
        let changed = sender.set(&json!({ "countries": ["*"] })).await;
        assert_eq!(changed.status, 200, "{}", changed.body);
        sender
    }

    async fn set(&self, phone: &Value) -> Answer {
        let body = json!({ "phone": phone }).to_string().into_bytes();
        self.api.send(Method::PATCH, "/v1/tenant", body).await
    }

    async fn rules(&self, rules: &Value) {
        let changed = self.set(&json!({ "rules": rules })).await;
        assert_eq!(changed.status, 200, "{}", changed.body);
    }

    async fn send(&self, to: &str) -> Answer {
        self.backend.mint(&json!({ "to": to })).await
    }

    async fn send_for(&self, user: &str, to: &str) -> Answer {
        self.backend.mint(&json!({ "to": to, "end_user_ip": user })).await
    }

    /// Enters the code that was sent.
    async fn enter(&self, app: &TestApp, minted: &Answer) {
        assert_eq!(minted.status, 201, "{}", minted.body);
        let key = minted.json()["key"].as_str().unwrap().to_owned();
        let message = mails(app, &self.tenant, &format!("?challenge={key}")).await.remove(0);
        let verified = self.backend.verify(&key, message["code"].as_str().unwrap()).await;
        assert_eq!(verified.status, 200, "{}", verified.body);
    }

    async fn blocks(&self) -> Vec<Value> {
        let answer = self.api.get(BLOCKS).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["data"].as_array().unwrap().clone()
    }
}

/// A German number: of this range, with these last digits.
fn german(range: u32, last: u32) -> String {
    format!("+49151{range:04}{last:04}")
}

#[track_caller]
fn assert_sent(answer: &Answer) {
    assert_eq!(answer.status, 201, "{}", answer.body);
}

#[tokio::test]
async fn one_end_user_gets_five_messages_in_ten_minutes_wherever_they_go() {
    let app = TestApp::start().await;
    let sender = Sender::of(&app).await;
    for range in 0..5 {
        assert_sent(&sender.send_for("2001:db8:0:1::1", &german(2300 + range, 17)).await);
    }
    let refused = sender.send_for("2001:db8:0:1:ffff::2", &german(2400, 17)).await;
    assert_eq!(assert_problem(&refused, 429, "sends_per_end_user")["retry_after"], 600);
    assert_eq!(refused.retry_after(), 600);
    for other in [
        sender.send_for("2001:db8:0:2::1", &german(2401, 17)).await,
        sender.send(&german(2402, 17)).await,
        sender.send_for("2001:db8:0:1::1", "jane@example.com").await,
    ] {
        assert_sent(&other);
    }
    app.clock.pass_seconds(600);
    assert_sent(&sender.send_for("2001:db8:0:1::1", &german(2403, 17)).await);
}

#[tokio::test]
async fn an_end_user_who_enters_no_code_reaches_three_countries_a_day() {
    let app = TestApp::start().await;
    let sender = Sender::of(&app).await;
    let first = sender.send_for(USER, "+4915123456789").await;
    for to in ["+436641234567", "+33612345678", "+436641234568"] {
        assert_sent(&sender.send_for(USER, to).await);
    }
    app.clock.pass_seconds(200);
    let refused = sender.send_for(USER, "+447400123456").await;
    assert_problem(&refused, 429, "countries_per_end_user");
    assert_sent(&sender.send_for("203.0.113.8", "+447400123456").await);
    sender.enter(&app, &first).await;
    assert_sent(&sender.send_for(USER, "+447400123456").await);
}

#[tokio::test]
async fn a_range_of_numbers_gets_five_messages_in_ten_minutes_over_all_channels_and_resends_count() {
    let app = TestApp::start().await;
    let sender = Sender::of(&app).await;
    let first = sender.backend.mint(&json!({ "to": german(2345, 100) })).await;
    assert_sent(&first);
    for (last, channel) in [(200, "sms"), (300, "whatsapp"), (400, "voice")] {
        assert_sent(&sender.backend.mint(&json!({ "to": german(2345, last), "channel": channel })).await);
    }
    let key = first.json()["key"].as_str().unwrap().to_owned();
    app.clock.pass_seconds(30);
    let resent = sender.backend.resend(&key).await;
    assert_eq!(resent.status, 200, "{}", resent.body);
    let refused = sender.backend.mint(&json!({ "to": german(2345, 500), "channel": "telegram" })).await;
    assert_eq!(assert_problem(&refused, 429, "sends_per_prefix")["retry_after"], 570);
    assert_sent(&sender.send(&german(2346, 500)).await);
    app.clock.pass_seconds(100);
    let resent = sender.backend.resend(&key).await;
    assert_problem(&resent, 429, "sends_per_prefix");
    let held = app.api.send(Method::POST, &format!("/v1/challenges/{key}/resend"), Vec::new()).await;
    let problem = assert_problem(&held, 429, "not_sent_there");
    assert_eq!(problem["retry_after"], 3600, "a holder does not learn for how long");
    assert_eq!(app.database().number("SELECT sends FROM challenges ORDER BY id LIMIT 1"), 2);
}

#[tokio::test]
async fn a_run_of_neighbours_is_never_completed() {
    let app = TestApp::start().await;
    let sender = Sender::of(&app).await;
    for last in [120, 100, 110] {
        assert_sent(&sender.send(&german(2345, last)).await);
    }
    let refused = sender.send(&german(2345, 130)).await;
    assert_eq!(assert_problem(&refused, 429, "neighbouring_numbers")["retry_after"], 600);
    assert_sent(&sender.send(&german(2345, 141)).await);
    app.clock.pass_seconds(600);
    assert_sent(&sender.send(&german(2345, 130)).await);
}

#[tokio::test]
async fn codes_to_a_country_that_nobody_enters_are_recorded_and_refused_if_the_tenant_wants() {
    let app = TestApp::start().await;
    let sender = Sender::of(&app).await;
    for range in 0..6 {
        assert_sent(&sender.send(&german(2300 + range, 17)).await);
    }
    let recorded = &sender.blocks().await[0];
    assert_eq!(
        (&recorded["rule"], &recorded["subject"], &recorded["refuses"], &recorded["refused"]),
        (&json!("unverified_by_country"), &json!("DE"), &json!(false), &json!(3))
    );
    sender.rules(&json!({ "record_only": [] })).await;
    assert_problem(&sender.send(&german(2400, 17)).await, 429, "unverified_by_country");
    assert_sent(&sender.send("+436641234567").await);
    app.clock.pass_seconds(3900);
    assert_sent(&sender.send(&german(2401, 17)).await);
}

#[tokio::test]
async fn a_budget_is_spent_and_free_again_after_its_hour() {
    let app = TestApp::start().await;
    let sender = Sender::of(&app).await;
    sender.rules(&json!({ "messages_per_hour": 3 })).await;
    for to in [&german(2345, 17), "+436641234567", "+33612345678"] {
        assert_sent(&sender.send(to).await);
    }
    let refused = sender.send("+447400123456").await;
    let problem = assert_problem(&refused, 429, "budget_spent");
    assert_eq!(problem["retry_after"], 3900, "an hour slides in steps of five minutes");
    for free in ["jane@example.com", "+12025550100"] {
        assert_sent(&sender.send(free).await);
    }
    app.clock.pass_seconds(3900);
    assert_sent(&sender.send("+447400123456").await);
    assert_eq!(sender.blocks().await.len(), 0, "a budget is no block");
}

#[tokio::test]
async fn calls_are_fewer_than_messages() {
    let app = TestApp::start().await;
    let sender = Sender::of(&app).await;
    sender.rules(&json!({ "calls_per_day": 1 })).await;
    let call = |to| json!({ "to": to, "channel": "voice" });
    assert_sent(&sender.backend.mint(&call(german(2345, 17))).await);
    assert_problem(&sender.backend.mint(&call(german(2346, 17))).await, 429, "calls_spent");
    assert_sent(&sender.send(&german(2346, 17)).await);
}

#[tokio::test]
async fn a_code_that_the_tenant_delivers_itself_costs_nothing() {
    let app = TestApp::start().await;
    let sender = Sender::of(&app).await;
    app.database().change("UPDATE secret_keys SET scopes = 'mint verify manage reveal '");
    app.clock.pass_seconds(2);
    sender.rules(&json!({ "messages_per_hour": 1 })).await;
    for range in 0..3 {
        let to = german(2300 + range, 17);
        assert_sent(&sender.backend.mint(&json!({ "to": to, "channel": "none" })).await);
    }
    assert_eq!(app.database().number("SELECT count(*) FROM phone_tallies"), 0);
    assert_sent(&sender.send(&german(2345, 17)).await);
}

#[tokio::test]
async fn what_is_counted_survives_a_restart_and_names_no_number() {
    let app = TestApp::start().await;
    let sender = Sender::of(&app).await;
    for last in [100, 200, 300, 400, 500] {
        assert_sent(&sender.send(&german(2345, last)).await);
    }
    let key = sender.tenant.key.clone();
    let app = app.restart(|_| {}).await;
    let again = app.api.bearing(&key).post("/v1/challenges", &json!({ "to": german(2345, 600) })).await;
    assert_problem(&again, 429, "sends_per_prefix");
    let kept = app.database().bytes();
    let has = |text: &str| kept.windows(text.len()).any(|bytes| bytes == text.as_bytes());
    assert!(has("+4915123…"), "the range is known by its first digits");
    assert!(!has("+49151234") && !has("1512345"), "but not by all of them");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_50_mints_at_once_no_more_pass_than_a_window_holds() {
    let app = TestApp::with(|settings| {
        settings.limits.mint_per_tenant = "1000/1s".parse().unwrap();
        settings.server.workers = 4;
    })
    .await;
    let sender = Sender::of(&app).await;
    let asked = (0..50).map(|number| {
        let backend = Backend::of(&app, &sender.tenant);
        tokio::spawn(async move { backend.mint(&json!({ "to": german(2345, number * 20) })).await })
    });
    let asked: Vec<_> = asked.collect();
    let mut answers = Vec::new();
    for answer in asked {
        answers.push(answer.await.unwrap());
    }
    let sent = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(sent, 5, "{answers:?}");
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        assert_problem(refused, 429, "sends_per_prefix");
    }
}

#[tokio::test]
async fn a_block_is_listed_counted_audited_and_cleared() {
    let app = TestApp::start().await;
    let sender = Sender::of(&app).await;
    let first = sender.send(&german(2345, 100)).await;
    for last in [200, 300, 400, 500] {
        assert_sent(&sender.send(&german(2345, last)).await);
    }
    sender.enter(&app, &first).await;
    for last in [600, 700] {
        assert_problem(&sender.send(&german(2345, last)).await, 429, "sends_per_prefix");
    }
    let block = &sender.blocks().await[0];
    let expected = json!({
        "id": block["id"], "rule": "sends_per_prefix", "subject": "+4915123…", "refuses": true,
        "since": "2026-01-15T12:00:00Z", "until": "2026-01-15T12:10:00Z", "refused": 2, "sent": 5, "verified": 1,
    });
    assert_eq!(*block, expected);
    let statistics = sender.api.get("/v1/tenant/stats?group_by=domain&channel=sms").await.json();
    let german_cell = &statistics["data"][0];
    assert_eq!((&german_cell["minted"], &german_cell["refused"]), (&json!(5), &json!(2)), "{statistics}");
    let clear = |id: &str| {
        let (api, path) = (sender.api.clone(), format!("{BLOCKS}/{id}"));
        async move { api.send(Method::DELETE, &path, Vec::new()).await }
    };
    assert_problem(&clear("sends_per_prefix-00").await, 404, "block_not_found");
    assert_problem(&clear("nonsense").await, 404, "block_not_found");
    assert_eq!(clear(block["id"].as_str().unwrap()).await.status, 204);
    let left = sender.blocks().await;
    assert!(left.iter().all(|left| left["refuses"] == false), "{left:?}");
    assert_sent(&sender.send(&german(2345, 600)).await);
    let trail = sender.api.get("/v1/tenant/audit").await.json();
    let events: Vec<_> = trail["data"].as_array().unwrap().iter().map(|row| row["event"].clone()).collect();
    for (event, times) in [("phone_blocked", 1), ("phone_block_cleared", 1)] {
        assert_eq!(events.iter().filter(|found| **found == event).count(), times, "{event}: {events:?}");
    }
}

#[tokio::test]
async fn only_sensible_rules_are_taken_and_they_only_tighten() {
    let app = TestApp::start().await;
    let sender = Sender::of(&app).await;
    for (rules, pointer) in [
        (json!({ "sends_per_end_user": [] }), "/phone/rules/sends_per_end_user"),
        (json!({ "sends_per_prefix": ["51/1h"] }), "/phone/rules/sends_per_prefix"),
        (json!({ "countries_per_end_user": 0 }), "/phone/rules/countries_per_end_user"),
        (json!({ "messages_per_day": 0 }), "/phone/rules/messages_per_day"),
        (json!({ "calls_per_hour": 0 }), "/phone/rules/calls_per_hour"),
        (json!({ "record_only": ["sends_per_prefix", "budget_spent"] }), "/phone/rules/record_only/1"),
    ] {
        let refused = sender.set(&json!({ "rules": rules })).await;
        assert_eq!(
            assert_problem(&refused, 422, "invalid_field")["errors"][0]["pointer"],
            pointer,
            "{rules}"
        );
    }
    sender.rules(&json!({ "sends_per_prefix": ["50/1h", "2/1h"], "countries_per_end_user": 50 })).await;
    for last in [100, 200] {
        assert_sent(&sender.send(&german(2345, last)).await);
    }
    assert_problem(&sender.send(&german(2345, 300)).await, 429, "sends_per_prefix");
    sender.rules(&json!({ "record_only": ["sends_per_prefix"] })).await;
    assert_sent(&sender.send(&german(2345, 400)).await);
    assert_eq!(sender.blocks().await[0]["refuses"], false);
}
