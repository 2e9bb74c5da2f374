//! Limits that a tenant names: what its mints are counted for.

use std::sync::Arc;

use otpmint::domain::sub_key::KeyPurpose;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{Backend, assert_problem};
use crate::api::harness::{Answer, Tenant, TestApp};

/// A tenant with these named limits.
async fn limited(app: &TestApp, limits: Value) -> (Tenant, Backend) {
    let tenant = app.tenant().await;
    app.database().change("UPDATE secret_keys SET scopes = 'mint verify manage reveal'");
    let answer = set(app, &tenant, limits).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let backend = Backend::of(app, &tenant);
    (tenant, backend)
}

async fn set(app: &TestApp, tenant: &Tenant, limits: Value) -> Answer {
    let body = json!({ "policy": { "limits": { "named": limits } } });
    let api = app.api.bearing(&tenant.key);
    api.send(Method::PATCH, "/v1/tenant", body.to_string().into_bytes()).await
}

/// Mints a code for a new recipient and these subjects.
async fn mint(backend: &Backend, number: usize, limits: Value) -> Answer {
    let to = format!("user{number}@example.com");
    backend.mint(&json!({ "to": to, "channel": "none", "limits": limits })).await
}

#[tokio::test]
async fn mints_are_counted_for_every_subject_or_for_none() {
    let app = TestApp::start().await;
    let (_, backend) = limited(&app, json!({ "device": ["2/10m"], "session": ["1/1m"] })).await;
    let both = |device: &str, session: &str| json!({ "device": device, "session": session });
    assert_eq!(mint(&backend, 1, both("d1", "s1")).await.status, 201);
    // The session refuses, so the device is not counted.
    let refused = mint(&backend, 2, both("d1", "s1")).await;
    let problem = assert_problem(&refused, 429, "named_limit");
    assert_eq!(problem["detail"], "Too many codes were minted under the limit `session`.");
    assert_eq!((&problem["retry_after"], refused.header("retry-after")), (&json!(60), Some("60")));
    assert_eq!(mint(&backend, 3, both("d1", "s2")).await.status, 201);
    let problem = assert_problem(&mint(&backend, 4, both("d1", "s3")).await, 429, "named_limit");
    assert_eq!(problem["detail"], "Too many codes were minted under the limit `device`.");
    // Others have counts of their own, and whoever names nothing is not counted.
    assert_eq!(mint(&backend, 5, both("d2", "s3")).await.status, 201);
    assert_eq!(mint(&backend, 6, json!({})).await.status, 201);
    app.clock.pass_seconds(600);
    assert_eq!(mint(&backend, 7, both("d1", "s1")).await.status, 201);
}

#[tokio::test]
async fn counts_last_through_restarts_and_rotations_and_belong_to_one_tenant() {
    let app = TestApp::start().await;
    let (tenant, backend) = limited(&app, json!({ "device": ["2/24h"] })).await;
    let device = json!({ "device": "the same" });
    assert_eq!(mint(&backend, 1, device.clone()).await.status, 201);
    app.rotate_sub_keys(&[KeyPurpose::Recipient]).await;
    assert_eq!(mint(&backend, 2, device.clone()).await.status, 201);
    let app = app.restart(|_| {}).await;
    let backend = Backend::of(&app, &tenant);
    assert_problem(&mint(&backend, 3, device.clone()).await, 429, "named_limit");
    let (_, other) = limited(&app, json!({ "device": ["2/24h"] })).await;
    assert_eq!(mint(&other, 4, device).await.status, 201);
    // Neither a name nor a recipient with the same characters is the same subject.
    assert_eq!(set(&app, &tenant, json!({ "session": ["1/24h"] })).await.status, 200);
    assert_eq!(mint(&backend, 5, json!({ "session": "the same" })).await.status, 201);
    let jane = json!({ "session": "user5@example.com" });
    assert_eq!(mint(&backend, 6, jane).await.status, 201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn mints_at_the_same_moment_pass_exactly_as_often_as_the_limit_says() {
    let app = TestApp::start().await;
    let (_, backend) = limited(&app, json!({ "device": ["5/10m"], "card": ["50/10m"] })).await;
    let backend = Arc::new(backend);
    let mut mints = JoinSet::new();
    for number in 0..24 {
        let backend = Arc::clone(&backend);
        mints
            .spawn(async move { mint(&backend, number, json!({ "card": "c", "device": "d" })).await.status });
    }
    let statuses = mints.join_all().await;
    let passed = statuses.iter().filter(|status| **status == 201).count();
    assert_eq!((passed, statuses.iter().filter(|status| **status == 429).count()), (5, 19), "{statuses:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_the_tightest_limit_refuses_is_counted_under_no_other_also_after_a_restart() {
    let app = TestApp::start().await;
    let (tenant, backend) =
        limited(&app, json!({ "session": ["3/24h"], "device": ["7/24h"], "card": ["50/24h"] })).await;
    let at_once = async |backend: Backend, numbers: std::ops::Range<usize>, limits: Value| {
        let backend = Arc::new(backend);
        let mut mints = JoinSet::new();
        for number in numbers {
            let (backend, limits) = (Arc::clone(&backend), limits.clone());
            mints.spawn(async move { mint(&backend, number, limits).await.status });
        }
        let statuses = mints.join_all().await;
        assert!(statuses.iter().all(|status| [201, 429].contains(status)), "{statuses:?}");
        statuses.iter().filter(|status| **status == 201).count()
    };
    let all = json!({ "session": "s", "device": "d", "card": "c" });
    let two = json!({ "device": "d", "card": "c" });
    assert_eq!(at_once(backend, 0..16, all.clone()).await, 3);
    assert_eq!(at_once(Backend::of(&app, &tenant), 16..32, two.clone()).await, 4);
    let app = app.restart(|_| {}).await;
    assert_eq!(at_once(Backend::of(&app, &tenant), 32..36, all).await, 0);
    assert_eq!(at_once(Backend::of(&app, &tenant), 36..40, two).await, 0);
    let others = json!({ "session": "other", "device": "other", "card": "c" });
    assert_eq!(at_once(Backend::of(&app, &tenant), 40..56, others).await, 3);
}

#[tokio::test]
async fn pages_and_purposes_are_counted_too_and_resends_are_not() {
    let app = TestApp::with(|settings| settings.server.public_url = "https://otp.example".to_owned()).await;
    let (tenant, backend) = limited(&app, json!({ "device": ["2/1h"], "session": ["9/1h"] })).await;
    let api = app.api.bearing(&tenant.key);
    let own = json!({
        "return_urls": ["https://app.example/back"],
        "purposes": { "login": { "limits": { "named": { "device": ["1/1h"] } } } },
    });
    let changed = api.send(Method::PATCH, "/v1/tenant", own.to_string().into_bytes()).await;
    let effective = &changed.json()["effective"]["login"]["limits"]["named"];
    assert_eq!(effective, &json!({ "device": ["1/1h"], "session": ["9/1h"] }), "{}", changed.body);
    let device = json!({ "device": "d" });
    let page = json!({ "return_url": "https://app.example/back", "limits": device });
    assert_eq!(backend.mint(&page).await.status, 201);
    let login = json!({ "to": "a@example.com", "purpose": "login", "limits": device });
    assert_problem(&backend.mint(&login).await, 429, "named_limit");
    let minted = backend.waiting().mint(&json!({ "to": "a@example.com", "limits": device })).await;
    assert_eq!(minted.status, 201, "{}", minted.body);
    app.clock.pass_seconds(30);
    let resent = backend.waiting().resend(minted.json()["key"].as_str().unwrap()).await;
    assert_eq!(resent.status, 200, "{}", resent.body);
    assert_problem(&backend.mint(&page).await, 429, "named_limit");
}

#[tokio::test]
async fn what_cannot_be_counted_is_named_and_counts_nothing() {
    let app = TestApp::start().await;
    let (tenant, backend) = limited(&app, json!({ "device": ["1/1h"] })).await;
    let long = "x".repeat(201);
    let many: Value =
        ["a", "b", "c", "d", "e"].map(|name| (name.to_owned(), json!("x"))).into_iter().collect();
    for (limits, pointer) in [
        (json!({ "device": "d", "sesion": "s" }), "/limits/sesion"),
        (json!({ "device": "" }), "/limits/device"),
        (json!({ "device": long }), "/limits/device"),
        (json!({ "Device": "d" }), "/limits"),
        (json!({ "a/b": "" }), "/limits"),
        (many, "/limits"),
        (json!({ "device": 5 }), "/limits/device"),
        (json!("device"), "/limits"),
    ] {
        let problem = assert_problem(&mint(&backend, 1, limits).await, 422, "invalid_field");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    }
    assert_eq!(mint(&backend, 1, json!({ "device": "d" })).await.status, 201);
    let too_many: Value = (0..17).map(|n| (format!("limit_{n}"), json!(["1/1h"]))).collect();
    for (limits, pointer) in [
        (json!({ "device": ["51/1h"] }), "/policy/limits/named/device"),
        (json!({ "device": ["1/1y"] }), "/policy/limits/named/device/0"),
        (json!({ "De vice": ["1/1h"] }), "/policy/limits/named/De vice"),
        (too_many, "/policy/limits/named"),
    ] {
        let problem = assert_problem(&set(&app, &tenant, limits).await, 422, "invalid_field");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    }
    // Removing a limit removes its name.
    assert_eq!(set(&app, &tenant, json!({ "device": null })).await.status, 200);
    assert_eq!(app.api.bearing(&tenant.key).get("/v1/tenant").await.json()["policy"], json!({}));
    assert_problem(&mint(&backend, 2, json!({ "device": "d" })).await, 422, "invalid_field");
}

#[tokio::test]
async fn limits_that_the_operator_has_switched_off_count_nothing() {
    let app = TestApp::with(|settings| settings.limits.enabled = false).await;
    let (_, backend) = limited(&app, json!({ "device": ["1/24h"] })).await;
    for number in 0..3 {
        assert_eq!(mint(&backend, number, json!({ "device": "d" })).await.status, 201);
    }
    assert_problem(&mint(&backend, 4, json!({ "unknown": "d" })).await, 422, "invalid_field");
}

#[tokio::test]
async fn a_limit_without_rates_refuses_nothing() {
    let app = TestApp::start().await;
    let (_, backend) = limited(&app, json!({ "device": [] })).await;
    for number in 0..3 {
        assert_eq!(mint(&backend, number, json!({ "device": "d" })).await.status, 201);
    }
    let unknown = mint(&backend, 3, json!({ "session": "s" })).await;
    assert_problem(&unknown, 422, "invalid_field");
}
