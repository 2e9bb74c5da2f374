//! The tenant's secret keys: listed, created, rotated, revoked.

use reqwest::Method;
use serde_json::{Value, json};

use super::assert_problem;
use crate::api::harness::{Answer, Api, JANE, TestApp};

const KEYS: &str = "/v1/tenant/keys";

async fn made(api: &Api, name: &str, scopes: &[&str]) -> Value {
    let answer = api.post(KEYS, &json!({ "name": name, "scopes": scopes })).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.json()
}

async fn rotated(api: &Api, key: &Value, body: &Value) -> Answer {
    api.post(&format!("{KEYS}/{}/rotate", text(key, "key")), body).await
}

async fn revoked(api: &Api, key: &str) -> Answer {
    api.send(Method::DELETE, &format!("{KEYS}/{key}"), Vec::new()).await
}

fn text<'a>(key: &'a Value, field: &str) -> &'a str {
    key[field].as_str().unwrap()
}

/// The handle of the live key of this name.
async fn named(api: &Api, name: &str) -> String {
    let keys = api.get(KEYS).await.json();
    let found = keys["data"].as_array().unwrap().iter().find(|key| key["name"] == name);
    text(found.unwrap(), "key").to_owned()
}

/// The names of the live keys, each with whether it was not replaced.
async fn names(api: &Api) -> Vec<String> {
    let keys = api.get(KEYS).await.json();
    let told = |key: &Value| format!("{} {}", text(key, "name"), key["expires_at"].is_null());
    let mut names: Vec<_> = keys["data"].as_array().unwrap().iter().map(told).collect();
    names.sort();
    names
}

async fn status(app: &TestApp, secret: &str) -> u16 {
    app.api.bearing(secret).get("/v1/challenges/unknown").await.status
}

fn events(app: &TestApp, event: &str) -> i64 {
    app.database()
        .number(&format!("SELECT count(*) FROM audit WHERE event = '{event}' AND client_ip = '127.0.0.1'"))
}

#[tokio::test]
async fn a_key_is_made_shown_once_used_and_revoked() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let api = app.api.bearing(&tenant.key);
    let new = made(&api, " backend ", &["verify", "mint", "mint"]).await;
    let secret = text(&new, "secret").to_owned();
    let mut without = new.clone();
    without.as_object_mut().unwrap().remove("secret");
    let handle = text(&new, "key").to_owned();
    let hint = &secret[secret.len() - 4..];
    let now = "2026-01-15T12:00:00Z";
    assert_eq!(
        without,
        json!({
            "key": handle, "name": "backend", "scopes": ["mint", "verify"], "hint": hint, "created_at": now,
            "expires_at": null, "replaced_at": null, "last_used_at": null, "allowed_networks": null, "sid": new["sid"],
        })
    );
    let list = api.get(KEYS).await;
    assert!(list.json()["data"].as_array().unwrap().contains(&without), "{}", list.body);
    assert!(!list.body.contains(&secret) && !list.body.contains("secret"), "{}", list.body);
    assert_eq!(app.api.bearing(&secret).post("/v1/challenges", &json!({ "to": JANE })).await.status, 201);
    let answer = revoked(&api, &handle).await;
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    // The clock has not moved: the key is forgotten at once, not only after the second.
    assert_eq!(status(&app, &secret).await, 401);
    assert_eq!(names(&api).await, ["first true"]);
    assert_problem(&revoked(&api, &handle).await, 404, "key_not_found");
    assert_eq!((events(&app, "key_added"), events(&app, "key_revoked")), (1, 1));
}

#[tokio::test]
async fn a_replaced_key_works_for_its_overlap_and_the_new_one_has_its_name_and_scopes() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let api = app.api.bearing(&tenant.key);
    let first = made(&api, "backend", &["verify"]).await;
    let answer = rotated(&api, &first, &json!({})).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let second = answer.json();
    assert_eq!((&second["name"], &second["scopes"]), (&json!("backend"), &json!(["verify"])));
    assert_eq!(names(&api).await, ["backend false", "backend true", "first true"]);
    assert_problem(&rotated(&api, &first, &json!({})).await, 404, "key_not_found");
    app.clock.pass_seconds(86_399);
    assert_eq!(status(&app, text(&first, "secret")).await, 404);
    app.clock.pass_seconds(1);
    assert_eq!(status(&app, text(&first, "secret")).await, 401);
    let third = rotated(&api, &second, &json!({ "overlap_seconds": 60 })).await.json();
    let fourth = rotated(&api, &third, &json!({ "overlap_seconds": 0 })).await.json();
    for (key, expected) in [(&second, 401), (&third, 401), (&fourth, 404)] {
        assert_eq!(status(&app, text(key, "secret")).await, expected, "{key}");
    }
    let answer = rotated(&api, &fourth, &json!({ "overlap_seconds": 2_592_001 })).await;
    assert_eq!(assert_problem(&answer, 422, "invalid_field")["errors"][0]["pointer"], "/overlap_seconds");
    assert_eq!(events(&app, "key_rotated"), 3);
}

#[tokio::test]
async fn the_last_key_that_can_manage_stays() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let api = app.api.bearing(&tenant.key);
    made(&api, "backend", &["mint", "verify"]).await;
    let first = named(&api, "first").await;
    assert_problem(&revoked(&api, &first).await, 409, "last_manage_key");
    let office = made(&api, "office", &["manage"]).await;
    assert_eq!(revoked(&api, &first).await.status, 204);
    let api = app.api.bearing(text(&office, "secret"));
    // A replaced key does not count, however long it still works.
    let next = rotated(&api, &office, &json!({})).await.json();
    assert_problem(&revoked(&api, text(&next, "key")).await, 409, "last_manage_key");
    assert_eq!(revoked(&api, text(&office, "key")).await.status, 204);
    assert_eq!(status(&app, text(&office, "secret")).await, 401);
}

#[tokio::test]
async fn there_are_twenty_keys_at_most_and_rotating_is_never_refused() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let api = app.api.bearing(&tenant.key);
    let mut last = Value::Null;
    for number in 1..20 {
        last = made(&api, &format!("key {number}"), &["verify"]).await;
    }
    let one_more = json!({ "name": "one more", "scopes": ["verify"] });
    assert_problem(&api.post(KEYS, &one_more).await, 409, "too_many_keys");
    assert_eq!(rotated(&api, &last, &json!({})).await.status, 201);
    app.clock.pass_seconds(86_400);
    assert_problem(&api.post(KEYS, &one_more).await, 409, "too_many_keys");
    let other = app.tenant().await;
    assert_eq!(app.api.bearing(&other.key).post(KEYS, &one_more).await.status, 201);
}

#[tokio::test]
async fn parallel_requests_make_no_more_keys_than_there_may_be_and_leave_one_that_manages() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let api = app.api.bearing(&tenant.key);
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..40 {
        let api = api.clone();
        let body = json!({ "name": format!("key {number}"), "scopes": ["manage"] });
        tasks.spawn(async move { api.post(KEYS, &body).await.status });
    }
    let statuses = tasks.join_all().await;
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 19);
    let keys = api.get(KEYS).await.json();
    let mut tasks = tokio::task::JoinSet::new();
    for key in keys["data"].as_array().unwrap() {
        let (api, key) = (api.clone(), text(key, "key").to_owned());
        tasks.spawn(async move { revoked(&api, &key).await.status });
    }
    tasks.join_all().await;
    assert!(app.database().number("SELECT count(*) FROM secret_keys WHERE scopes LIKE '%manage%'") >= 1);
}

#[tokio::test]
async fn what_is_no_key_is_named_and_another_tenants_keys_are_unknown() {
    let app = TestApp::start().await;
    let (tenant, other) = (app.tenant().await, app.tenant().await);
    let (api, stranger) = (app.api.bearing(&tenant.key), app.api.bearing(&other.key));
    for (body, pointer) in [
        (json!({ "name": "x" }), "/scopes"),
        (json!({ "name": " ", "scopes": ["mint"] }), "/name"),
        (json!({ "name": "a\nb", "scopes": ["mint"] }), "/name"),
        (json!({ "name": "first", "scopes": ["mint"] }), "/name"),
        (json!({ "name": "x", "scopes": [] }), "/scopes"),
        (
            json!({ "name": "x", "scopes": ["mint", "mint", "mint", "mint", "mint", "mint", "mint"] }),
            "/scopes",
        ),
        (json!({ "name": "x", "scopes": ["mint", "admin"] }), "/scopes/1"),
        (json!({ "name": "x", "scopes": ["mint"], "secret": "mine" }), "/secret"),
    ] {
        let problem = assert_problem(&api.post(KEYS, &body).await, 422, "invalid_field");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
    }
    assert_eq!(names(&api).await, ["first true"]);
    let key = made(&api, "backend", &["verify"]).await;
    assert_eq!(names(&stranger).await, ["first true"]);
    assert_problem(&revoked(&stranger, text(&key, "key")).await, 404, "key_not_found");
    assert_problem(&rotated(&stranger, &key, &json!({ "overlap_seconds": 0 })).await, 404, "key_not_found");
    assert_problem(&revoked(&api, "made-up").await, 404, "key_not_found");
    assert_eq!(status(&app, text(&key, "secret")).await, 404);
}
