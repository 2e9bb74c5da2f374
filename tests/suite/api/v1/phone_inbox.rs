//! The inbox of `otpmint dev` for phones: codes that arrive there, faults that are switched on, and the servers
//! that have none.

use std::time::Duration;

use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};

use super::{Backend, assert_problem};
use crate::api::harness::{Api, Tenant, TestApp, eventually};

const ROUTES: &str = "/v1/tenant/routes";
const NUMBER: &str = "+4915123456789";

struct World {
    app: TestApp,
    tenant: Tenant,
}

/// A tenant whose messages to phones all go to the inbox, with this policy.
async fn world(policy: Value) -> World {
    let app = TestApp::with_inbox(|settings| settings.delivery.timeout_seconds = 1).await;
    let tenant = app.tenant().await;
    let api = app.api.bearing(&tenant.key);
    let added = api.post(ROUTES, &route()).await;
    assert_eq!(added.status, 201, "{}", added.body);
    let body = json!({
        "name": "Acme", "phone": { "countries": ["*"] }, "policy": policy, "allowed_origins": ["https://app.example"],
    });
    let changed = api.send(Method::PATCH, "/v1/tenant", body.to_string().into_bytes()).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    World { app, tenant }
}

fn route() -> Value {
    json!({ "transport": "log", "settings": { "from": "Acme" } })
}

impl World {
    fn backend(&self) -> Backend {
        Backend::of(&self.app, &self.tenant)
    }

    /// Mints, and returns the key of the challenge.
    async fn mint(&self, body: &Value) -> String {
        let minted = self.backend().waiting().mint(body).await;
        assert_eq!(minted.status, 201, "{}", minted.body);
        minted.json()["key"].as_str().unwrap().to_owned()
    }

    /// The same, while the clock moves on by so many milliseconds every 20: for answers that need a later try.
    async fn mint_while_time_passes(&self, millis: u64) -> String {
        let body = json!({ "to": NUMBER });
        let minting = self.mint(&body);
        tokio::pin!(minting);
        loop {
            tokio::select! {
                key = &mut minting => return key,
                () = tokio::time::sleep(Duration::from_millis(20)) => self.app.clock.pass_millis(millis),
            }
        }
    }

    /// The messages in the inbox, newest first, once there is one.
    async fn messages(&self, query: &str) -> Vec<Value> {
        let inbox = self.app.api.get(&format!("/dev/inbox.json?wait=5&{query}")).await.json();
        inbox["messages"].as_array().unwrap().clone()
    }

    async fn submit(&self, path: &str, form: &str) {
        let api = Api::new(format!("http://{}", self.app.app().address()));
        let api = api.with(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let answered = api.send(Method::POST, path, form.as_bytes().to_vec()).await;
        assert!(answered.status < 400, "{form}: {} {}", answered.status, answered.body);
    }

    async fn switch(&self, form: &str) {
        self.submit("/dev/trouble", form).await;
    }

    /// The channel and the status of a challenge's last message, once it is as expected.
    async fn becomes(&self, key: &str, channel: &str, status: &str) -> Value {
        let mut last = Value::Null;
        for _ in 0..500 {
            last = self.backend().status(key).await.json();
            if last["channel"] == channel && last["delivery"]["status"] == status {
                return last;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("not {channel} {status}: {last}");
    }

    /// Has everything follow that is due over the next channel.
    async fn follow(&self) -> usize {
        self.app.app().services().fallbacks.run_due().await.unwrap()
    }
}

#[tokio::test]
async fn a_text_is_read_in_the_inbox_and_its_code_is_verified() {
    let world = world(json!({})).await;
    let page = json!({ "to": NUMBER, "origin": "app.example" });
    let key = world.mint(&page).await;
    let text = world.messages("to=%2B4915123456789").await.remove(0);
    let code = text["code"].as_str().unwrap();
    assert_eq!(
        (&text["channel"], &text["from"], &text["to"]),
        (&json!("sms"), &json!("Acme"), &json!(NUMBER))
    );
    assert_eq!((&text["parts"], &text["language"]), (&json!(1), &json!("en")));
    let said = text["text"].as_str().unwrap();
    assert!(said.contains("Acme") && said.ends_with(&format!("\n@app.example #{code}")), "{said}");
    world.becomes(&key, "sms", "delivered").await;
    assert_eq!(world.messages("channel=sms").await[0]["report"], "delivered");
    assert_eq!(world.backend().verify(&key, code).await.status, 200);
}

#[tokio::test]
async fn calls_and_chats_are_heard_and_read_there_as_well() {
    let world = world(json!({})).await;
    for channel in ["voice", "whatsapp", "telegram"] {
        let key = world.mint(&json!({ "to": NUMBER, "channel": channel, "locale": "de" })).await;
        let message = world.messages(&format!("channel={channel}")).await.remove(0);
        let (code, said) = (message["code"].as_str().unwrap(), message["text"].as_str().unwrap());
        match channel {
            "voice" => {
                let spelled: Vec<String> = code.chars().map(String::from).collect();
                assert_eq!(said.matches(&spelled.join(", ")).count(), 2, "{said}");
                assert!(said.lines().count() >= 4 && message["language"] == "de-DE", "{message}");
            }
            _ => assert_eq!((said, &message["parts"]), (code, &Value::Null)),
        }
        assert_eq!(world.backend().verify(&key, code).await.status, 200, "{channel}");
    }
}

#[tokio::test]
async fn what_is_refused_for_good_follows_over_the_next_channel() {
    let world = world(json!({ "channels": ["sms", "voice"] })).await;
    world.switch("channel=sms&fate=permanent&lasts=every").await;
    let key = world.mint(&json!({ "to": NUMBER })).await;
    let failed = world.becomes(&key, "sms", "failed").await;
    assert_eq!(failed["delivery"]["error"], "recipient_refused", "{failed}");
    assert_eq!(world.follow().await, 1);
    world.becomes(&key, "voice", "delivered").await;
    let messages = world.messages("").await;
    assert_eq!((messages.len(), &messages[0]["channel"]), (1, &json!("voice")), "{messages:?}");
}

#[tokio::test]
async fn what_is_lost_or_never_reported_follows_over_the_next_channel() {
    let world = world(json!({ "channels": ["sms", "voice"], "fallback_after": 40 })).await;
    world.switch("channel=sms&fate=lost").await;
    let lost = world.mint(&json!({ "to": NUMBER })).await;
    world.becomes(&lost, "sms", "failed").await;
    assert_eq!(world.follow().await, 1);
    world.becomes(&lost, "voice", "delivered").await;
    let messages = world.messages("").await;
    assert_eq!((&messages[0]["report"], &messages[1]["report"]), (&json!("delivered"), &json!("failed")));
    assert_eq!(messages[0]["code"], messages[1]["code"]);

    world.switch("channel=sms&fate=unreported").await;
    let quiet = world.mint(&json!({ "to": "+4915123456780" })).await;
    world.becomes(&quiet, "sms", "sent").await;
    assert_eq!(world.follow().await, 0);
    world.app.clock.pass_seconds(40);
    assert_eq!(world.follow().await, 1);
    world.becomes(&quiet, "voice", "delivered").await;
}

#[tokio::test]
async fn a_form_reports_what_became_of_a_message_once() {
    let world = world(json!({})).await;
    world.switch("channel=sms&fate=unreported").await;
    let key = world.mint(&json!({ "to": NUMBER })).await;
    world.becomes(&key, "sms", "sent").await;
    let page = world.app.api.get("/dev/inbox/messages/1").await.body;
    assert!(page.contains("It did not arrive") && page.contains("nothing yet"), "{page}");
    world.submit("/dev/inbox/messages/1/report", "fate=failed").await;
    let failed = world.becomes(&key, "sms", "failed").await;
    assert_eq!(failed["delivery"]["error"], "not_arrived", "{failed}");
    world.submit("/dev/inbox/messages/1/report", "fate=delivered").await;
    world.becomes(&key, "sms", "failed").await;
    let page = world.app.api.get("/dev/inbox/messages/1").await.body;
    assert!(!page.contains("It did not arrive") && page.contains("reported not to have arrived"), "{page}");
}

#[tokio::test]
async fn what_is_refused_for_now_arrives_with_the_second_try() {
    let world = world(json!({})).await;
    world.switch("channel=sms&fate=temporary").await;
    let key = world.mint_while_time_passes(200).await;
    world.becomes(&key, "sms", "delivered").await;
    assert_eq!(world.messages("").await.len(), 1);
}

#[tokio::test]
async fn what_nobody_answers_may_arrive_twice_and_never_a_third_time() {
    let world = world(json!({})).await;
    world.switch("channel=sms&fate=silent&lasts=every").await;
    let key = world.mint_while_time_passes(20).await;
    let failed = world.becomes(&key, "sms", "failed").await;
    assert_eq!(failed["delivery"]["error"], "unconfirmed", "{failed}");
    assert_eq!(world.messages("").await.len(), 2);
}

#[tokio::test]
async fn a_route_into_the_inbox_is_checked_with_a_test_message() {
    let world = world(json!({})).await;
    let api = world.app.api.bearing(&world.tenant.key);
    let routes = api.get(ROUTES).await.json();
    let log = routes["data"].as_array().unwrap().iter().find(|route| route["transport"] == "log").unwrap();
    assert_eq!(log["channels"], json!(["sms", "whatsapp", "voice", "telegram"]));
    let path = format!("{ROUTES}/{}/test", log["id"].as_str().unwrap());
    let checked = api.post(&path, &json!({ "to": NUMBER })).await;
    assert_eq!((checked.status, &checked.json()["ok"]), (200, &json!(true)), "{}", checked.body);
    let message = world.messages("").await.remove(0);
    assert!(
        message["text"].as_str().unwrap().contains("This is a test") && message["code"].is_null(),
        "{message}"
    );
}

#[tokio::test]
async fn a_server_without_an_inbox_has_no_such_routes() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let api = app.api.bearing(&tenant.key);
    let refused = api.post(ROUTES, &route()).await;
    let problem = assert_problem(&refused, 422, "invalid_field");
    assert_eq!(problem["errors"][0]["pointer"], "/transport", "{}", refused.body);
    assert!(refused.body.contains("log is for `otpmint dev` alone"), "{}", refused.body);
    let before = api.get(ROUTES).await.json();
    assert_eq!(before["data"].as_array().unwrap().len(), 1, "nothing has changed");
    let path = format!("{ROUTES}/{}", before["data"][0]["id"].as_str().unwrap());
    let replaced = api.send(Method::PUT, &path, route().to_string().into_bytes()).await;
    assert_problem(&replaced, 422, "invalid_field");
    assert_eq!(api.get(ROUTES).await.json(), before);
}

#[tokio::test]
async fn a_route_that_a_development_server_left_behind_sends_nothing_elsewhere() {
    let World { app, tenant } = world(json!({})).await;
    let app = app.restart(|_| {}).await;
    let backend = Backend::of(&app, &tenant).waiting();
    let minted = backend.mint(&json!({ "to": NUMBER })).await;
    let key = minted.json()["key"].as_str().unwrap().to_owned();
    eventually("the message has ended", || {
        (app.database().number("SELECT count(*) FROM outbox") == 0).then_some(())
    })
    .await;
    let ended = backend.status(&key).await.json();
    assert_eq!(
        (&ended["delivery"]["status"], &ended["delivery"]["error"]),
        (&json!("failed"), &json!("no_account"))
    );
    assert_eq!(app.api.get("/dev/inbox.json").await.status, 404);
}
