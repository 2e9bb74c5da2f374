//! Limits of secret keys: a chosen end, networks from which they may be used, and when they were used.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use otpmint::config::Settings;
use reqwest::Method;
use reqwest::header::AUTHORIZATION;
use serde_json::{Value, json};

use super::assert_problem;
use super::webhooks::receiver::Receiver;
use super::webhooks::{Hooks, local};
use crate::api::console::{Browser, SIGN_IN, leads, start_with};
use crate::api::harness::{Answer, Api, JANE, Tenant, TestApp};

const KEYS: &str = "/v1/tenant/keys";

/// An address of the networks in these tests, and one that is in none.
const INSIDE: &str = "203.0.113.7";
const OUTSIDE: &str = "198.51.100.9";

/// A server behind a proxy, which says where a request comes from.
fn behind_a_proxy(settings: &mut Settings) {
    settings.server.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
}

fn basic(api: &Api, user: &str, password: &str) -> Api {
    api.with(AUTHORIZATION, &format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))))
}

async fn made(api: &Api, more: &Value) -> Value {
    let mut body = json!({ "name": "backend", "scopes": ["mint", "verify", "manage", "relay"] });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let answer = api.post(KEYS, &body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.json()
}

async fn changed(api: &Api, key: &Value, body: &Value) -> Answer {
    let path = format!("{KEYS}/{}", key["key"].as_str().unwrap());
    api.send(Method::PATCH, &path, body.to_string().into_bytes()).await
}

fn secret(key: &Value) -> &str {
    key["secret"].as_str().unwrap()
}

async fn listed(api: &Api, key: &Value) -> Value {
    let keys = api.get(KEYS).await.json();
    keys["data"].as_array().unwrap().iter().find(|one| one["key"] == key["key"]).unwrap().clone()
}

#[tokio::test]
async fn a_key_ends_when_its_owner_has_chosen_and_the_owner_is_told_before() {
    let app = TestApp::with(local).await;
    let tenant = app.tenant().await;
    let api = app.api.bearing(&tenant.key);
    let receiver = Receiver::start().await;
    Hooks::of(&app, &tenant).add(&receiver).await;
    let key = made(&api, &json!({ "expires_at": "2026-02-14T13:00:00+01:00" })).await;
    assert_eq!(key["expires_at"], "2026-02-14T12:00:00Z");
    let bearing = app.api.bearing(secret(&key));
    app.clock.pass_seconds(23 * 86_400);
    app.sweep().await;
    let told = receiver.of_kind("key.expiring").await.json();
    let expected = json!({
        "key": key["key"], "name": "backend", "expires_at": "2026-02-14T12:00:00Z", "last_used_at": null,
    });
    assert_eq!(told["data"], expected);
    app.clock.pass_seconds(7 * 86_400 - 1);
    assert_eq!(bearing.get("/v1/tenant").await.status, 200);
    app.clock.pass_seconds(1);
    assert_problem(&bearing.get("/v1/tenant").await, 401, "invalid_secret_key");
    // Its name is free again.
    made(&api, &json!({})).await;
}

#[tokio::test]
async fn an_end_that_makes_no_sense_is_refused_and_nothing_is_made() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let api = app.api.bearing(&tenant.key);
    let body = |end: &str| json!({ "name": "x", "scopes": ["mint"], "expires_at": end });
    for end in ["2026-01-15T12:00:00Z", "2020-01-01T00:00:00Z", "2046-01-15T12:00:00Z", "tomorrow", ""] {
        let problem = assert_problem(&api.post(KEYS, &body(end)).await, 422, "invalid_field");
        assert_eq!(problem["errors"][0]["pointer"], "/expires_at", "{end}");
    }
    let lists = [
        (json!([]), ""),
        (json!(["10.0.0.0/8", "here"]), "/1"),
        (json!(["10.0.0.1/8"]), "/0"),
        (json!(["::ffff:10.0.0.0/104"]), "/0"),
        (json!(vec!["10.0.0.0/8"; 21]), ""),
    ];
    let key = made(&api, &json!({})).await;
    for (list, at) in lists {
        let body = json!({ "name": "x", "scopes": ["mint"], "allowed_networks": list });
        for answer in
            [api.post(KEYS, &body).await, changed(&api, &key, &json!({ "allowed_networks": list })).await]
        {
            let problem = assert_problem(&answer, 422, "invalid_field");
            assert_eq!(problem["errors"][0]["pointer"], format!("/allowed_networks{at}"), "{list}");
        }
    }
    assert_eq!(listed(&api, &key).await["allowed_networks"], Value::Null);
    assert_eq!(api.get(KEYS).await.json()["data"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_key_works_from_its_networks_alone_on_every_face() {
    let app = TestApp::with(behind_a_proxy).await;
    let tenant = app.tenant().await;
    let key = made(&app.api.bearing(&tenant.key), &json!({ "allowed_networks": ["203.0.113.0/24"] })).await;
    let held = Tenant { key: secret(&key).to_owned(), ..tenant.clone() };
    let message = format!("This secret key may not be used from {OUTSIDE}.");
    for (from, is_admitted) in
        [(INSIDE, true), (OUTSIDE, false), (&format!("{INSIDE}, {OUTSIDE}")[..], false)]
    {
        let at = app.api.forwarded_for(from);
        let v1 = at.bearing(&held.key).get("/v1/tenant").await;
        let otp = at.json().mint(JANE, &held.key).await;
        let verify = at.json().verify_as(&held.key, "AbCdEfGhIjKlMnOpQrStUvW", "123456").await;
        let twilio = basic(&at, key["sid"].as_str().unwrap(), &held.key).get("/v2/Services").await;
        let gateway = basic(&at, &held.handle, &held.key).get("/api/providers").await;
        let hook = at.bearing(&held.key).post(&format!("/hooks/gateway/{}", held.handle), &json!({})).await;
        let answers = [v1, otp, verify, twilio, gateway, hook];
        let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        let refused = answers.iter().filter(|answer| answer.status == 403).count();
        assert_eq!(refused, if is_admitted { 0 } else { 6 }, "{from}: {statuses:?}");
        if !is_admitted {
            let problem = assert_problem(&answers[0], 403, "key_not_allowed_here");
            assert_eq!(problem["detail"], message);
        }
    }
    // Only the calls that were admitted have minted anything.
    assert_eq!(app.database().number("SELECT count(*) FROM challenges"), 1);
}

#[tokio::test]
async fn a_refused_use_is_in_the_audit_trail_once_and_teaches_a_stranger_nothing() {
    let app = TestApp::with(behind_a_proxy).await;
    let (tenant, other) = (app.tenant().await, app.tenant().await);
    let owner = app.api.bearing(&tenant.key);
    let key = made(&owner, &json!({ "allowed_networks": ["203.0.113.0/24"] })).await;
    let stranger = app.api.forwarded_for(OUTSIDE).bearing(secret(&key));
    let noted = || app.database().number("SELECT count(*) FROM audit WHERE event = 'key_refused'");
    for _ in 0..5 {
        assert_problem(&stranger.get("/v1/tenant").await, 403, "key_not_allowed_here");
        app.clock.pass_seconds(2);
    }
    assert_eq!(noted(), 1);
    let shown = owner.get("/v1/tenant/audit?event=key_refused").await.json();
    assert_eq!(shown["data"][0]["origin"], OUTSIDE);
    app.clock.pass_seconds(600);
    stranger.get("/v1/tenant").await;
    assert_eq!(noted(), 2);
    // Named for another tenant, the key is what a wrong one is: whether it exists is not told.
    let path = format!("/hooks/gateway/{}", other.handle);
    assert_eq!(stranger.post(&path, &json!({})).await.status, 401);
    assert_eq!(listed(&owner, &key).await["last_used_at"], Value::Null);
}

#[tokio::test]
async fn refused_uses_count_for_their_address_like_those_of_strangers() {
    let app = TestApp::with(behind_a_proxy).await;
    let tenant = app.tenant().await;
    let key = made(&app.api.bearing(&tenant.key), &json!({ "allowed_networks": ["203.0.113.0/24"] })).await;
    let stranger = app.api.forwarded_for(OUTSIDE).bearing(secret(&key));
    let mut statuses = Vec::new();
    for _ in 0..40 {
        statuses.push(stranger.get("/v1/tenant").await.status);
    }
    assert!(statuses.starts_with(&[403; 20]) && statuses.ends_with(&[429]), "{statuses:?}");
    assert_eq!(app.api.forwarded_for(INSIDE).bearing(secret(&key)).get("/v1/tenant").await.status, 200);
}

#[tokio::test]
async fn the_networks_of_a_key_are_changed_at_once_and_nobody_locks_itself_out() {
    let app = TestApp::with(behind_a_proxy).await;
    let tenant = app.tenant().await;
    let at = |ip: &str| app.api.forwarded_for(ip);
    let owner = at(INSIDE).bearing(&tenant.key);
    let key = made(&owner, &json!({})).await;
    let own = json!({ "allowed_networks": ["192.0.2.0/24"] });
    let itself = at(INSIDE).bearing(secret(&key));
    let problem = assert_problem(&changed(&itself, &key, &own).await, 422, "invalid_field");
    assert_eq!(problem["errors"][0]["pointer"], "/allowed_networks");
    let answer =
        changed(&itself, &key, &json!({ "allowed_networks": ["203.0.113.0/24", "192.0.2.1"] })).await;
    assert_eq!(answer.json()["allowed_networks"], json!(["203.0.113.0/24", "192.0.2.1"]), "{}", answer.body);
    let outside = at(OUTSIDE).bearing(secret(&key));
    // The clock stands still: whatever was remembered is forgotten at once.
    assert_problem(&outside.get("/v1/tenant").await, 403, "key_not_allowed_here");
    let answer =
        changed(&owner, &key, &json!({ "allowed_networks": null, "expires_at": "2027-01-01T00:00:00Z" }))
            .await;
    assert_eq!(
        (&answer.json()["allowed_networks"], &answer.json()["expires_at"]),
        (&Value::Null, &json!("2027-01-01T00:00:00Z"))
    );
    assert_eq!(outside.get("/v1/tenant").await.status, 200);
    assert_eq!(changed(&owner, &key, &json!({ "expires_at": null })).await.json()["expires_at"], Value::Null);
    assert_eq!(changed(&owner, &key, &json!({})).await.json()["expires_at"], Value::Null);
    for (body, pointer) in [(json!({ "name": "new" }), "/name"), (json!({ "scopes": ["mint"] }), "/scopes")] {
        let problem = assert_problem(&changed(&owner, &key, &body).await, 422, "invalid_field");
        assert_eq!(problem["errors"][0]["pointer"], pointer);
    }
    let stranger = app.tenant().await;
    let stranger = at(INSIDE).bearing(&stranger.key);
    assert_problem(&changed(&stranger, &key, &own).await, 404, "key_not_found");
}

#[tokio::test]
async fn the_use_of_a_key_is_recorded_within_minutes_and_rarely() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let api = app.api.bearing(&tenant.key);
    let key = made(&api, &json!({})).await;
    let bearing = app.api.bearing(secret(&key));
    let record = async || app.app().services().record_key_uses().await.unwrap();
    for _ in 0..3 {
        bearing.get("/v1/tenant").await;
    }
    assert_eq!(listed(&api, &key).await["last_used_at"], Value::Null, "no request waits for it");
    record().await;
    assert_eq!(listed(&api, &key).await["last_used_at"], "2026-01-15T12:00:00Z");
    for (seconds, expected) in [(299, "2026-01-15T12:00:00Z"), (1, "2026-01-15T12:05:00Z")] {
        app.clock.pass_seconds(seconds);
        bearing.get("/v1/tenant").await;
        record().await;
        assert_eq!(listed(&api, &key).await["last_used_at"], expected);
    }
}

#[tokio::test]
async fn a_session_of_the_console_is_bound_to_the_networks_of_its_key() {
    let app = start_with(behind_a_proxy).await;
    let tenant = app.tenant().await;
    let owner = app.api.bearing(&tenant.key);
    let key = made(&owner, &json!({ "allowed_networks": ["203.0.113.0/24"] })).await;
    let page = format!("/console/tenants/{}/keys", tenant.handle);
    let fields = [("secret_key", secret(&key))];
    let mut outside = Browser::at(&app).with("x-forwarded-for", OUTSIDE);
    let refused = outside.post("/console/sign-in/tenant", &fields).await;
    assert!(refused.status == 403 && refused.body.contains("may not be used from"), "{}", refused.body);
    let mut inside = Browser::at(&app).with("x-forwarded-for", INSIDE);
    assert_eq!(leads(&inside.post("/console/sign-in/tenant", &fields).await), "/console");
    assert_eq!(inside.get(&page).await.status, 200);
    let mut stolen = inside.with("x-forwarded-for", OUTSIDE);
    assert_eq!(leads(&stolen.get(&page).await), SIGN_IN);
    // Whoever has signed in with the key does not lock itself out either.
    let change = format!("{page}/{}/change", key["key"].as_str().unwrap());
    let refused = inside.submit(&change, &[("networks", "192.0.2.0/24"), ("lives", "")]).await;
    assert!(refused.status == 422 && refused.body.contains(INSIDE), "{} {}", refused.status, refused.body);
    let saved = inside.submit(&change, &[("networks", "192.0.2.0/24, 203.0.113.7"), ("lives", "90")]).await;
    assert!(leads(&saved).starts_with(&page), "{}", saved.body);
    let now = listed(&owner, &key).await;
    assert_eq!(now["allowed_networks"], json!(["192.0.2.0/24", "203.0.113.7"]));
    assert_eq!(now["expires_at"], "2026-04-15T12:00:00Z");
}
