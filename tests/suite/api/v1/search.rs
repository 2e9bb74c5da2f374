//! What was sent to one recipient, and what the limits say of it: why she got no code.

use mail_catcher::{Fate, Lasts, Trouble};
use otpmint::config::Settings;
use otpmint::domain::sub_key::KeyPurpose;
use serde_json::{Value, json};

use super::{Backend, assert_problem, minted};
use crate::api::harness::{Answer, Api, JANE, Tenant, TestApp, eventually, wrong};

const SEARCH: &str = "/v1/tenant/challenges/search";

/// A key that may only look after recipients.
async fn supporter(app: &TestApp, tenant: &Tenant) -> Api {
    let body = json!({ "name": "support", "scopes": ["support"] });
    let made = app.api.bearing(&tenant.key).post("/v1/tenant/keys", &body).await.json();
    app.api.bearing(made["secret"].as_str().unwrap())
}

async fn find(api: &Api, body: &Value) -> Value {
    let answer = api.post(SEARCH, body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

async fn of(api: &Api, to: &str) -> Value {
    find(api, &json!({ "to": to })).await
}

/// Waits until this many messages have ended, which no client waits for.
async fn ended(app: &TestApp, count: i64) {
    let known = || app.database().number("SELECT count(*) FROM deliveries");
    eventually("the end of a message", || (known() == count).then_some(())).await;
}

fn keys(found: &Value) -> Vec<&str> {
    found["data"].as_array().unwrap().iter().map(|one| one["key"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_support_person_sees_every_message_and_what_became_of_it() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let (backend, support) = (Backend::of(&app, &tenant), supporter(&app, &tenant).await);
    let (first, code) = minted(&app, &backend, &json!({ "to": JANE, "purpose": "login" })).await;
    assert_eq!(backend.verify(&first, &wrong(&code)).await.status, 403);
    app.clock.pass_seconds(30);
    assert_eq!(backend.waiting().resend(&first).await.status, 200);
    app.mail.set_trouble(Some(Trouble { fate: Fate::FailForGood, lasts: Lasts::UntilOff }));
    let refused = backend.waiting().mint(&json!({ "to": JANE, "metadata": { "user": "17" } })).await.json();
    ended(&app, 3).await;
    let found = of(&support, JANE).await;
    assert_eq!(found["to"], "j***@r***.example");
    let second = refused["key"].as_str().unwrap();
    assert_eq!(keys(&found), [second, &first]);
    let [failed, sent] = [&found["data"][0], &found["data"][1]];
    assert_eq!(failed["challenge"], backend.challenge(second).await);
    assert_eq!((&failed["purpose"], &failed["relayed"]), (&json!("verification"), &json!(false)));
    let message = &failed["messages"][0];
    let told =
        ["status", "error", "reply", "reply_status", "to", "channel"].map(|name| message[name].clone());
    assert_eq!(
        told,
        ["failed", "recipient_refused", "5xx", "5.7.1", "j***@r***.example", "email"].map(Value::from)
    );
    let routes = app.api.bearing(&tenant.key).get("/v1/tenant/routes").await.json();
    let route = &routes["data"][0]["id"];
    assert_eq!((&message["route"], route.is_string()), (route, true), "{message}");
    let statuses: Vec<_> =
        sent["messages"].as_array().unwrap().iter().map(|one| one["status"].clone()).collect();
    assert_eq!(statuses, ["sent", "sent"]);
    // What was refused for good is not counted.
    assert_eq!(found["limits"]["sends"][0], json!({ "max": 3, "seconds": 600, "used": 2, "free_at": null }));
    app.mail.set_trouble(None);
    assert_eq!(backend.waiting().mint(&json!({ "to": JANE })).await.status, 201);
    let found = of(&support, JANE).await;
    let limits = &found["limits"];
    assert_eq!(
        limits["sends"][0],
        json!({ "max": 3, "seconds": 600, "used": 3, "free_at": "2026-01-15T12:10:00Z" })
    );
    let until = json!({ "limit": "sends_per_recipient", "until": "2026-01-15T12:10:00Z" });
    assert_eq!((&limits["sending_blocked"], &limits["answering_blocked"]), (&until, &Value::Null));
    assert_eq!((&limits["failures_in_a_row"], &limits["failures"][0]["used"]), (&json!(1), &json!(1)));
    assert_problem(&backend.mint(&json!({ "to": JANE })).await, 429, "sends_per_recipient");
    let whole = found.to_string();
    assert!(!whole.contains(JANE) && !whole.contains(&code), "{whole}");
}

#[tokio::test]
async fn what_is_deleted_as_a_challenge_is_found_as_deliveries_until_they_are_deleted_too() {
    let app = TestApp::with(|settings| {
        settings.codes.keep_ended_seconds = 60;
        settings.deliveries.keep_days = 2;
    })
    .await;
    let tenant = app.tenant().await;
    let (backend, support) = (Backend::of(&app, &tenant), supporter(&app, &tenant).await);
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE, "purpose": "login" })).await;
    assert_eq!(backend.verify(&key, &code).await.status, 200);
    ended(&app, 1).await;
    app.clock.pass_seconds(3_600);
    app.sweep().await;
    assert_problem(&backend.status(&key).await, 404, "challenge_not_found");
    let found = of(&support, JANE).await;
    let one = &found["data"][0];
    assert_eq!(
        (&one["key"], &one["challenge"], &one["purpose"]),
        (&json!(key), &Value::Null, &json!("login"))
    );
    assert_eq!(
        (&one["created_at"], &one["messages"][0]["status"]),
        (&json!("2026-01-15T12:00:00Z"), &json!("sent"))
    );
    app.clock.pass_seconds(2 * 86_400);
    app.sweep().await;
    assert_eq!(of(&support, JANE).await["data"], json!([]));
}

#[tokio::test]
async fn a_lockout_is_shown_and_the_same_key_lifts_it() {
    let app = TestApp::with(|settings| settings.limits.failures_in_a_row = 5).await;
    let tenant = app.tenant().await;
    let (backend, support) = (Backend::of(&app, &tenant), supporter(&app, &tenant).await);
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE })).await;
    for _ in 0..5 {
        backend.verify(&key, &wrong(&code)).await;
    }
    let limits = of(&support, JANE).await["limits"].clone();
    let lockout = json!({ "limit": "recipient_lockout", "until": null });
    assert_eq!((&limits["answering_blocked"], &limits["sending_blocked"]), (&lockout, &lockout));
    assert_eq!((&limits["failures_in_a_row"], &limits["lockout_after"]), (&json!(5), &json!(5)));
    let unlocked = support.post("/v1/tenant/recipients/unlock", &json!({ "to": JANE })).await;
    assert_eq!(unlocked.json()["unlocked"], true, "{}", unlocked.body);
    let limits = of(&support, JANE).await["limits"].clone();
    assert_eq!((&limits["answering_blocked"], &limits["sending_blocked"]), (&Value::Null, &Value::Null));
    // A window of wrong answers frees by itself.
    let app = app.restart(|settings| settings.limits.failures_per_recipient = "1/24h".parse().unwrap()).await;
    let (backend, support) = (Backend::of(&app, &tenant), app.api.bearing(&tenant.key));
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE })).await;
    backend.verify(&key, &wrong(&code)).await;
    let blocked = of(&support, JANE).await["limits"]["answering_blocked"].clone();
    assert_eq!(blocked, json!({ "limit": "failures_per_recipient", "until": "2026-01-16T12:00:00Z" }));
}

#[tokio::test]
async fn a_mailbox_is_one_recipient_however_spelled_and_through_every_rotation() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let (backend, support) = (Backend::of(&app, &tenant), supporter(&app, &tenant).await);
    let (first, _) = minted(&app, &backend, &json!({ "to": "jane.doe+shop@gmail.com" })).await;
    ended(&app, 1).await;
    app.rotate_sub_keys(&KeyPurpose::ALL).await;
    let (second, _) = minted(&app, &backend, &json!({ "to": "janedoe@gmail.com" })).await;
    ended(&app, 2).await;
    for spelled in ["janedoe@gmail.com", "Jane.Doe@GoogleMail.com", "jane.doe+shop@gmail.com"] {
        let found = of(&support, spelled).await;
        assert_eq!(keys(&found), [&second, &first], "{spelled}");
        assert_eq!(found["limits"]["sends"][0]["used"], 2, "{spelled}");
    }
    assert_eq!(of(&support, "other@gmail.com").await["data"], json!([]));
}

#[tokio::test]
async fn what_other_tenants_send_is_not_shown_and_blocks_without_saying_when() {
    let change = |settings: &mut Settings| {
        settings.limits.sends_per_recipient_overall = vec!["2/10m".parse().unwrap()];
    };
    let app = TestApp::with(change).await;
    let (tenant, other) = (app.tenant().await, app.tenant().await);
    let theirs = Backend::of(&app, &other);
    for _ in 0..2 {
        theirs.waiting().mint(&json!({ "to": JANE })).await;
        app.clock.pass_seconds(7);
    }
    let found = of(&app.api.bearing(&tenant.key), JANE).await;
    assert_eq!((&found["data"], &found["limits"]["sends"][0]["used"]), (&json!([]), &json!(0)));
    let block = json!({ "limit": "sends_per_recipient", "until": "2026-01-15T12:10:14Z" });
    assert_eq!(found["limits"]["sending_blocked"], block);
}

#[tokio::test]
async fn the_operator_sees_the_same_and_each_look_is_in_the_trail_of_the_tenant() {
    let app = TestApp::start().await;
    let (tenant, other) = (app.tenant().await, app.tenant().await);
    let backend = Backend::of(&app, &tenant);
    let (key, _) = minted(&app, &backend, &json!({ "to": JANE })).await;
    ended(&app, 1).await;
    let path = |handle: &str| format!("/v1/admin/tenants/{handle}/recipients/search");
    let ask = async |handle: &str| app.operator().post(&path(handle), &json!({ "to": JANE })).await;
    let found = ask(&tenant.handle).await;
    assert_eq!(keys(&found.json()), [&key], "{}", found.body);
    assert_eq!(found.json(), of(&app.api.bearing(&tenant.key), JANE).await);
    assert_eq!(ask(&other.handle).await.json()["data"], json!([]));
    assert_problem(&ask("tnt_2222222222222222").await, 404, "tenant_not_found");
    let trail = app.api.bearing(&tenant.key).get("/v1/tenant/audit?event=recipient_searched").await.json();
    let rows: Vec<_> = trail["data"].as_array().unwrap().iter().map(|row| row["recipient"].clone()).collect();
    assert_eq!(rows, ["j***@r***.example", "j***@r***.example"]);
    assert_eq!(trail["data"][0]["origin"], "127.0.0.1");
    assert_problem(
        &app.api.bearing(&tenant.key).post(&path(&tenant.handle), &json!({ "to": JANE })).await,
        401,
        "operator_token_needed",
    );
}

#[tokio::test]
async fn only_a_key_that_may_look_after_recipients_finds_anything() {
    let app = TestApp::start().await;
    let (tenant, other) = (app.tenant().await, app.tenant().await);
    let (backend, stranger) = (Backend::of(&app, &tenant), supporter(&app, &other).await);
    let (key, _) = minted(&app, &backend, &json!({ "to": JANE })).await;
    ended(&app, 1).await;
    assert_eq!(of(&stranger, JANE).await["data"], json!([]));
    let support = supporter(&app, &tenant).await;
    // It reads the challenge that it has found, and nothing else.
    assert_eq!(support.get(&format!("/v1/challenges/{key}")).await.status, 200);
    for answer in [
        support.post("/v1/challenges", &json!({ "to": JANE })).await,
        support.post(&format!("/v1/challenges/{key}/verify"), &json!({ "code": "123456" })).await,
        support.get("/v1/tenant/audit").await,
        support.get("/v1/tenant/keys").await,
    ] {
        assert_problem(&answer, 403, "insufficient_scope");
    }
    let unknown = app.api.bearing("otpm_nobody").post(SEARCH, &json!({ "to": JANE })).await;
    assert_problem(&unknown, 401, "invalid_secret_key");
}

#[tokio::test]
async fn a_search_that_makes_no_sense_is_told_so() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let api = app.api.bearing(&tenant.key);
    for (more, pointer) in [
        (json!({ "to": "nobody" }), "/to"),
        (json!({ "purpose": "Log in" }), "/purpose"),
        (json!({ "status": "sent" }), "/status"),
        (json!({ "from": "yesterday" }), "/from"),
        (json!({ "until": "2026-01-15" }), "/until"),
        (json!({ "limit": 0 }), "/limit"),
        (json!({ "limit": 51 }), "/limit"),
        (json!({ "cursor": "AAAA" }), "/cursor"),
        (json!({ "before": "x" }), "/before"),
    ] {
        let mut body = json!({ "to": JANE });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let problem = assert_problem(&api.post(SEARCH, &body).await, 422, "invalid_field");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
    }
    assert_eq!(app.database().number("SELECT count(*) FROM audit WHERE event = 'recipient_searched'"), 0);
    let limited =
        TestApp::with(|settings| settings.limits.manage_per_tenant = "3/10s".parse().unwrap()).await;
    let tenant = limited.tenant().await;
    let api = limited.api.bearing(&tenant.key);
    let mut answers: Vec<Answer> = Vec::new();
    for _ in 0..4 {
        answers.push(api.post(SEARCH, &json!({ "to": JANE })).await);
    }
    assert_problem(&answers[3], 429, "manage_per_tenant");
}

#[tokio::test]
async fn pages_go_back_in_time_and_relayed_messages_are_among_them() {
    let app = TestApp::with(|settings| settings.limits.enabled = false).await;
    let tenant = app.tenant().await;
    app.database().change("UPDATE secret_keys SET scopes = 'mint verify manage relay reveal'");
    let (backend, api) = (Backend::of(&app, &tenant), app.api.bearing(&tenant.key));
    let mut expected = Vec::new();
    for at in 0..5 {
        app.clock.pass_seconds(1);
        let made = match at {
            2 => {
                api.post("/v1/messages", &json!({ "to": JANE, "code": "314159" })).await.json()["id"].clone()
            }
            3 => backend.mint(&json!({ "to": JANE, "channel": "none" })).await.json()["key"].clone(),
            _ => backend.waiting().mint(&json!({ "to": JANE })).await.json()["key"].clone(),
        };
        expected.insert(0, made.as_str().unwrap().to_owned());
    }
    ended(&app, 4).await;
    let (mut listed, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let page = find(&api, &json!({ "to": JANE, "limit": 2, "cursor": cursor })).await;
        assert_eq!(page["limits"], Value::Null, "limits are switched off");
        listed.extend(page["data"].as_array().unwrap().clone());
        cursor = page["next"].clone();
        if cursor.is_null() {
            break;
        }
    }
    let keys: Vec<_> = listed.iter().map(|one| one["key"].as_str().unwrap().to_owned()).collect();
    assert_eq!(keys, expected);
    let relayed = &listed[2];
    assert_eq!((&relayed["relayed"], &relayed["challenge"]), (&json!(true), &Value::Null));
    assert_eq!(relayed["messages"][0]["status"], "sent");
    assert!(!listed[1]["challenge"].is_null() && listed[1]["messages"] == json!([]), "{}", listed[1]);
}
