//! `POST /v1/messages`: delivers a code that the tenant has made, and that nobody can verify here.

use mail_catcher::{Fault, Stage};
use reqwest::Method;
use reqwest::header::HeaderName;
use serde_json::{Value, json};

use super::sandbox::{both, mails};
use super::webhooks;
use super::webhooks::receiver::Receiver;
use super::{Backend, assert_problem, minted};
use crate::api::harness::{Answer, Api, JANE, Tenant, TestApp, eventually};

const CODE: &str = "Kx 7?f/\"<b>&";
const NUMBER: &str = "+12025550100";

/// A client of this tenant whose key may only relay.
pub async fn relaying(app: &TestApp, tenant: &Tenant) -> Api {
    app.api.bearing(&relay_key(app, tenant).await)
}

/// A key of this tenant that may only relay.
pub async fn relay_key(app: &TestApp, tenant: &Tenant) -> String {
    let made = app.api.bearing(&tenant.key);
    let made = made.post("/v1/tenant/keys", &json!({ "name": "identity server", "scopes": ["relay"] })).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.json()["secret"].as_str().expect("a secret").to_owned()
}

/// A sandbox and a client of it that may only relay.
pub async fn tester(app: &TestApp) -> (Tenant, Tenant, Api) {
    let (live, sandbox) = both(app).await;
    let body = json!({ "name": "relays", "scopes": ["relay"] });
    let made = app.api.bearing(&live.key).post("/v1/tenant/sandbox/keys", &body).await;
    let relay = app.api.bearing(made.json()["secret"].as_str().expect("a secret"));
    (live, sandbox, relay)
}

#[track_caller]
fn id(answer: &Answer) -> String {
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.json()["id"].as_str().expect("an id").to_owned()
}

fn waiting(api: &Api) -> Api {
    api.with(HeaderName::from_static("prefer"), "wait=10")
}

#[tokio::test]
async fn a_code_arrives_as_it_was_given_and_lies_nowhere_once_it_has_expired() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let relay = relaying(&app, &tenant).await;
    let body = json!({ "to": JANE, "code": CODE, "purpose": "login", "expires_in": 3600,
        "metadata": { "a": "b" } });
    let told = waiting(&relay).post("/v1/messages", &body).await;
    let id = id(&told);
    assert_eq!(told.header("location"), Some(format!("/v1/messages/{id}").as_str()));
    // The id is drawn, and has letters of its own.
    assert!(!told.body.replace(&id, "").contains("Kx"), "{}", told.body);
    let told = told.json();
    assert_eq!((&told["channel"], &told["delivery"]["status"]), (&json!("email"), &json!("sent")));
    assert_eq!(
        (&told["metadata"], &told["expires_at"]),
        (&json!({ "a": "b" }), &json!("2026-01-15T13:00:00Z"))
    );
    assert!(
        told["to"].as_str().unwrap().contains("***") && told.get("attempts_remaining").is_none(),
        "{told}"
    );
    let mail = app.mail.wait_for(JANE).await.unwrap();
    assert!(mail.text().unwrap().contains(CODE), "{}", mail.text().unwrap());
    let html = mail.html().unwrap();
    assert!(!html.contains("<b>&") && html.contains("&#60;b&#62;&#38;"), "{html}");
    assert!(!mail.subject().contains("Kx"));
    let found = relay.get(&format!("/v1/messages/{id}")).await.json();
    assert_eq!((&found["id"], &found["deliveries"][0]["status"]), (&json!(id), &json!("sent")));
    assert!(!found.to_string().replace(&id, "").contains("Kx"));
    app.clock.pass_seconds(3_600);
    app.sweep().await;
    let left = "SELECT count(*) FROM challenges WHERE payload IS NOT NULL OR code_hash IS NOT NULL \
                OR recipient IS NOT NULL";
    assert_eq!(app.database().number(left), 0);
}

#[tokio::test]
async fn a_link_goes_with_mails_and_is_refused_if_it_is_none() {
    let app = TestApp::start().await;
    let (_, sandbox, relay) = tester(&app).await;
    let link = "https://app.example/in?token=a&next=%2Fb";
    let body = json!({ "to": JANE, "code": "314159", "link": link });
    let told = waiting(&relay).post("/v1/messages", &body).await;
    id(&told);
    assert!(!told.body.contains("app.example"), "{}", told.body);
    let sent = mails(&app, &sandbox, "").await;
    assert!(sent[0]["text"].as_str().unwrap().contains(link), "{}", sent[0]);
    let html = sent[0]["html"].as_str().unwrap();
    assert!(html.contains("href=\"https://app.example/in?token=a&#38;next=%2Fb\""), "{html}");
    let bytes = app.database().bytes();
    assert!(!bytes.windows(11).any(|window| window == b"app.example"), "it is stored sealed");
    let long = format!("https://app.example/{}", "a".repeat(2_000));
    for bad in
        ["", "app.example", "javascript:alert(1)", "ftp://app.example", "https://a:b@app.example", &long]
    {
        let refused = relay.post("/v1/messages", &json!({ "to": JANE, "code": "314159", "link": bad })).await;
        assert_eq!(assert_problem(&refused, 422, "invalid_field")["errors"][0]["pointer"], "/link", "{bad}");
    }
    let owner = app.api.bearing(&sandbox.key);
    for (path, template) in [
        (
            "/v1/tenant/templates/login/en",
            json!({ "subject": "{{ link }}", "text": "{{ code }} {{ lifetime }}" }),
        ),
        (
            "/v1/tenant/templates/login/en",
            json!({ "subject": "s", "text": "{{ code }} {{ lifetime }}",
            "html": "<p>{{ code }} <a href=\"https://a.example/?u={{ link }}\">x</a></p>" }),
        ),
        (
            "/v1/tenant/templates/login/en",
            json!({ "subject": "s", "text": "{{ code }} {{ lifetime }}",
            "html": "<p>{{ code }} <img alt=\"{{ link }}\" src=\"{{ link }}\"></p>" }),
        ),
        ("/v1/tenant/templates/login/en/text", json!({ "text": "{{ code }} {{ link }}" })),
    ] {
        let refused = owner.send(Method::PUT, path, template.to_string().into_bytes()).await;
        assert_eq!(refused.status, 422, "{template}: {}", refused.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_still_there_after_failed_tries_and_a_restart() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let relay = relaying(&app, &tenant).await;
    app.mail.set_faults(vec![Fault::Close(Stage::Banner).always()]);
    let link = "https://app.example/in?token=a";
    id(&relay.post("/v1/messages", &json!({ "to": JANE, "code": "314159", "link": link })).await);
    let app = app.restart(|_| {}).await;
    app.mail.set_faults(Vec::new());
    eventually("the mail", || {
        app.clock.pass_millis(500);
        (app.mails_to(JANE) == 1).then_some(())
    })
    .await;
    let mail = app.mail.wait_for(JANE).await.unwrap();
    assert!(mail.text().unwrap().contains(link), "{}", mail.text().unwrap());
}

#[tokio::test]
async fn only_a_key_with_the_scope_relays_and_it_does_nothing_else() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let body = json!({ "to": JANE, "code": "314159" });
    let usual = app.api.bearing(&tenant.key).post("/v1/messages", &body).await;
    assert!(assert_problem(&usual, 403, "insufficient_scope")["detail"].to_string().contains("relay"));
    assert_problem(&app.api.post("/v1/messages", &body).await, 401, "invalid_secret_key");
    let relay = relaying(&app, &tenant).await;
    assert_problem(&relay.post("/v1/challenges", &json!({ "to": JANE })).await, 403, "insufficient_scope");
    assert_problem(&relay.get("/v1/tenant").await, 403, "insufficient_scope");
    assert_eq!(app.database().number("SELECT count(*) FROM challenges"), 0);
}

#[tokio::test]
async fn nothing_can_be_answered_on_any_route_and_a_minted_code_stays_the_latest() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let (backend, relay) = (Backend::of(&app, &tenant), relaying(&app, &tenant).await);
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE })).await;
    app.clock.pass_seconds(60);
    let id = id(&waiting(&relay).post("/v1/messages", &json!({ "to": JANE, "code": "314159" })).await);
    for code in ["314159", &code] {
        assert_problem(&backend.verify(&id, code).await, 404, "challenge_not_found");
        let anybody = app.api.post(&format!("/v1/challenges/{id}/verify"), &json!({ "code": code })).await;
        assert_problem(&anybody, 404, "challenge_not_found");
        assert_eq!(app.api.verify(&id, code).await.status, 400);
    }
    assert_problem(&backend.status(&id).await, 404, "challenge_not_found");
    assert_problem(&backend.resend(&id).await, 404, "challenge_not_found");
    assert_problem(&backend.cancel(&id).await, 404, "challenge_not_found");
    let holder = app.api.send(Method::POST, &format!("/v1/challenges/{id}/resend"), Vec::new()).await;
    assert_problem(&holder, 404, "challenge_not_found");
    assert_eq!(app.api.get(&format!("/c/{id}")).await.status, 404);
    assert_problem(&relay.get(&format!("/v1/messages/{key}")).await, 404, "message_not_found");
    let by_recipient = |code: &str| json!({ "to": JANE, "purpose": "verification", "code": code });
    assert_problem(&backend.verify_latest(&by_recipient("314159")).await, 403, "code_mismatch");
    assert_eq!(backend.verify_latest(&by_recipient(&code)).await.status, 200);
    assert_problem(&backend.verify_latest(&by_recipient("314159")).await, 404, "challenge_not_found");
}

#[tokio::test]
async fn the_conversion_is_that_of_the_minted_codes() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let (backend, relay) = (Backend::of(&app, &tenant), relaying(&app, &tenant).await);
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE })).await;
    assert_eq!(backend.verify(&key, &code).await.status, 200);
    for to in ["a@one.example", "b@one.example"] {
        id(&waiting(&relay).post("/v1/messages", &json!({ "to": to, "code": "314159" })).await);
    }
    app.clock.pass_seconds(3_600);
    app.sweep().await;
    let counted = "SELECT coalesce(sum(n), 0) FROM counts WHERE counter BETWEEN 300 AND 399";
    eventually("three messages are counted", || (app.database().number(counted) == 3).then_some(())).await;
    let stats = app.api.bearing(&tenant.key).get("/v1/tenant/stats").await.json()["data"][0].clone();
    let number = |name: &str| stats[name].clone();
    assert_eq!([number("minted"), number("relayed"), number("sent")], [1, 2, 3], "{stats}");
    assert_eq!([number("verified"), number("expired"), number("pending")], [1, 0, 0], "{stats}");
    assert_eq!(number("conversion"), 1.0);
}

#[tokio::test]
async fn bad_bodies_say_what_is_wrong_and_send_nothing() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let relay = relaying(&app, &tenant).await;
    let long = "x".repeat(65);
    for (bad, pointer) in [
        (json!({ "code": "314159" }), "/to"),
        (json!({ "to": "jane", "code": "314159" }), "/to"),
        (json!({ "to": JANE }), "/code"),
        (json!({ "to": JANE, "code": "123" }), "/code"),
        (json!({ "to": JANE, "code": long }), "/code"),
        (json!({ "to": JANE, "code": " 314159" }), "/code"),
        (json!({ "to": JANE, "code": "3141\n59" }), "/code"),
        (json!({ "to": JANE, "code": "３１４１５９" }), "/code"),
        (json!({ "to": JANE, "code": "314159", "channel": "none" }), "/channel"),
        (json!({ "to": JANE, "code": "314159", "channel": "sms" }), "/channel"),
        (json!({ "to": JANE, "code": "314159", "expires_in": 59 }), "/expires_in"),
        (json!({ "to": JANE, "code": "314159", "expires_in": 3601 }), "/expires_in"),
        (json!({ "to": JANE, "code": "314159", "purpose": "Log in" }), "/purpose"),
        (json!({ "to": JANE, "code": "314159", "limits": { "device": "d" } }), "/limits/device"),
        (json!({ "to": JANE, "code": "314159", "ttl": 60 }), "/ttl"),
    ] {
        let refused = relay.post("/v1/messages", &bad).await;
        assert_eq!(assert_problem(&refused, 422, "invalid_field")["errors"][0]["pointer"], pointer, "{bad}");
        assert!(!refused.body.contains("31415"), "{}", refused.body);
    }
    let (_, _, tester) = tester(&app).await;
    let call = json!({ "to": NUMBER, "code": "31-41-59", "channel": "voice" });
    let refused = tester.post("/v1/messages", &call).await;
    assert_eq!(assert_problem(&refused, 422, "invalid_field")["errors"][0]["pointer"], "/code");
    assert_eq!(app.database().number("SELECT count(*) FROM challenges"), 0);
    let call = json!({ "to": NUMBER, "code": "a31415", "channel": "voice" });
    assert_eq!(tester.post("/v1/messages", &call).await.status, 201);
}

#[tokio::test]
async fn the_limits_of_recipients_are_shared_with_minted_codes() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let (backend, relay) = (Backend::of(&app, &tenant), relaying(&app, &tenant).await);
    for _ in 0..2 {
        assert_eq!(backend.waiting().mint(&json!({ "to": JANE })).await.status, 201);
    }
    let body = json!({ "to": JANE, "code": "314159" });
    assert_eq!(waiting(&relay).post("/v1/messages", &body).await.status, 201);
    assert_problem(&relay.post("/v1/messages", &body).await, 429, "sends_per_recipient");
    assert_problem(&backend.mint(&json!({ "to": JANE })).await, 429, "sends_per_recipient");
}

#[tokio::test]
async fn rules_against_toll_fraud_hold_and_relayed_codes_do_not_make_a_country_suspicious() {
    let app = TestApp::start().await;
    let (_, sandbox, relay) = tester(&app).await;
    let owner = app.api.bearing(&sandbox.key);
    let nowhere = relay.post("/v1/messages", &json!({ "to": "+4915123450017", "code": "314159" })).await;
    assert_problem(&nowhere, 422, "country_not_allowed");
    let all = json!({ "phone": { "countries": ["*"] } }).to_string().into_bytes();
    assert_eq!(owner.send(Method::PATCH, "/v1/tenant", all).await.status, 200);
    let unverified = "SELECT count(*) FROM phone_blocks WHERE rule = 'unverified_by_country'";
    for range in 0..40 {
        let to = format!("+49151{:04}0017", 2300 + range);
        let sent = relay.post("/v1/messages", &json!({ "to": to, "code": "314159" })).await;
        assert_eq!(sent.status, 201, "{range}: {}", sent.body);
        app.clock.pass_seconds(1);
    }
    assert_eq!(app.database().number(unverified), 0);
    let user = |last: u32| json!({ "to": format!("+49152{last:04}0017"), "code": "314159", "end_user_ip": "203.0.113.7" });
    for last in 0..5 {
        assert_eq!(relay.post("/v1/messages", &user(last)).await.status, 201);
    }
    assert_problem(&relay.post("/v1/messages", &user(6)).await, 429, "sends_per_end_user");
    let mints = Backend::of(&app, &sandbox);
    for range in 0..4 {
        let minted = mints.mint(&json!({ "to": format!("+49151{:04}0017", 3300 + range) })).await;
        assert_eq!(minted.status, 201, "{}", minted.body);
    }
    assert!(app.database().number(unverified) > 0, "codes that are minted and not entered do");
}

#[tokio::test]
async fn a_repeated_request_sends_once_and_has_the_same_answer() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let relay = relaying(&app, &tenant).await.with(HeaderName::from_static("idempotency-key"), "k-1");
    let body = json!({ "to": JANE, "code": "314159" });
    let first = waiting(&relay).post("/v1/messages", &body).await;
    let id = id(&first);
    for kept in [true, false] {
        let again = relay.post("/v1/messages", &body).await;
        assert_eq!((again.status, again.header("idempotency-replayed")), (201, Some("true")));
        assert_eq!(again.header("location"), Some(format!("/v1/messages/{id}").as_str()));
        if kept {
            assert_eq!(again.json(), first.json());
        } else {
            assert_eq!(again.json()["id"], id, "also when the answer could not be kept");
        }
        app.database().change("UPDATE idempotency SET response = NULL");
    }
    let other = json!({ "to": JANE, "code": "271828" });
    assert_problem(&relay.post("/v1/messages", &other).await, 422, "idempotency_key_reused");
    assert_eq!(app.mails_to(JANE), 1);
}

#[tokio::test]
async fn a_message_is_seen_in_reports_and_events_under_its_own_id() {
    let (app, tenant, hooks) = webhooks::app().await;
    let receiver = Receiver::start().await;
    hooks.add(&receiver).await;
    let relay = relaying(&app, &tenant).await;
    let id = id(&waiting(&relay).post("/v1/messages", &json!({ "to": JANE, "code": "314159" })).await);
    let told = receiver.of_kind("delivery.sent").await.json();
    assert_eq!((&told["type"], &told["data"]["id"]), (&json!("delivery.sent"), &json!(id)), "{told}");
    assert!(told["data"].get("key").is_none() && told["data"].get("attempts_remaining").is_none(), "{told}");
    let owner = app.api.bearing(&tenant.key);
    let trail = owner.get(&format!("/v1/tenant/audit?challenge={id}")).await.json()["data"].clone();
    assert_eq!((&trail[0]["event"], &trail[0]["challenge"]), (&json!("relayed"), &json!(id)), "{trail}");
    app.clock.pass_seconds(900);
    app.sweep().await;
    let webhook = "SELECT count(*) FROM webhook_deliveries WHERE kind <> 'delivery.sent'";
    assert_eq!(app.database().number(webhook), 0, "nobody says that the code was not answered");
}

#[tokio::test]
async fn a_code_follows_over_the_next_channel_but_not_into_a_call_that_cannot_say_it() {
    let app = TestApp::start().await;
    let (_, sandbox, relay) = tester(&app).await;
    let policy = json!({ "policy": { "channels": ["whatsapp", "voice", "sms"] } });
    let changed = app.api.bearing(&sandbox.key);
    let changed = changed.send(Method::PATCH, "/v1/tenant", policy.to_string().into_bytes()).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    let sent = waiting(&relay).post("/v1/messages", &json!({ "to": NUMBER, "code": "31-41-59" })).await;
    let id = id(&sent);
    assert_eq!(sent.json()["channel"], "whatsapp");
    app.clock.pass_seconds(60);
    assert_eq!(app.app().services().fallbacks.run_due().await.unwrap(), 1);
    let found = eventually_two(&app, &relay, &id).await;
    let channels: Vec<&Value> =
        found["deliveries"].as_array().unwrap().iter().map(|one| &one["channel"]).collect();
    assert_eq!(channels, ["whatsapp", "sms"]);
    let seen = mails(&app, &sandbox, &format!("?challenge={id}")).await;
    assert_eq!((seen.len(), &seen[0]["code"], &seen[0]["challenge"]), (2, &json!("31-41-59"), &json!(id)));
}

async fn eventually_two(app: &TestApp, relay: &Api, id: &str) -> Value {
    eventually("the outbox is empty", || {
        (app.database().number("SELECT count(*) FROM outbox") == 0).then_some(())
    })
    .await;
    relay.get(&format!("/v1/messages/{id}")).await.json()
}
