//! The cap on what a tenant mints within an hour and within a day.

use reqwest::Method;
use serde_json::{Value, json};

use crate::api::harness::{Answer, Tenant, TestApp};
use crate::api::v1::sandbox::both;
use crate::api::v1::webhooks::receiver::Receiver;
use crate::api::v1::webhooks::{Hooks, local};
use crate::api::v1::{Backend, assert_problem};

const HOUR: u64 = 3_600;

async fn capped(per_hour: u32, per_day: u32) -> TestApp {
    TestApp::with(|settings| {
        local(settings);
        settings.server.workers = 4;
        (settings.limits.mints_per_hour, settings.limits.mints_per_day) = (per_hour, per_day);
    })
    .await
}

async fn patch(app: &TestApp, tenant: &Tenant, mints: Value) -> Answer {
    let body = json!({ "mints": mints }).to_string().into_bytes();
    app.api.bearing(&tenant.key).send(Method::PATCH, "/v1/tenant", body).await
}

/// Mints for so many new recipients, one after the other, and returns how many are not refused.
async fn spray(app: &TestApp, tenant: &Tenant, round: usize, recipients: usize) -> usize {
    let mut minted = 0;
    for at in 0..recipients {
        let answer = app.api.json().mint(&format!("r{round}.{at}@recipient.example"), &tenant.key).await;
        match answer.status {
            200 => minted += 1,
            _ => assert!(answer.is_limited_by("mint_cap") <= 24 * HOUR),
        }
        app.clock.pass_millis(100);
    }
    minted
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_mints_no_more_than_its_cap_within_an_hour_and_a_day() {
    let app = capped(5, 8).await;
    let (one, other) = (app.tenant().await, app.tenant().await);
    assert_eq!(spray(&app, &one, 0, 7).await, 5);
    assert_eq!(spray(&app, &other, 0, 1).await, 1, "another tenant has its own");
    // Counted by five minutes.
    app.clock.pass_seconds(HOUR + 300);
    assert_eq!(spray(&app, &one, 1, 7).await, 3);
    let app = app.restart(|_| {}).await;
    app.clock.pass_seconds(HOUR + 300);
    assert_eq!(spray(&app, &one, 2, 2).await, 0);
    app.clock.pass_seconds(25 * HOUR);
    assert_eq!(spray(&app, &one, 3, 2).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_at_the_cap_lets_exactly_as_many_through() {
    let app = capped(7, 0).await;
    let tenant = app.tenant().await;
    let mut tasks = Vec::new();
    for at in 0..18 {
        let (api, key) = (app.api.clone(), tenant.key.clone());
        tasks.push(tokio::spawn(
            async move { api.mint(&format!("r{at}@recipient.example"), &key).await.status },
        ));
    }
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    let of = |status: u16| answers.iter().filter(|answer| **answer == status).count();
    assert_eq!((of(200), of(429)), (7, 11), "{answers:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tenant_is_told_once_and_not_for_every_refusal() {
    let app = capped(2, 0).await;
    let tenant = app.tenant().await;
    let (hooks, receiver) = (Hooks::of(&app, &tenant), Receiver::start().await);
    let hook = hooks.create(&json!({ "url": receiver.url, "events": ["tenant.mints_capped"] })).await;
    assert_eq!(hook.status, 201, "{}", hook.body);
    let told = || app.database().number("SELECT count(*) FROM audit WHERE event = 'mints_capped'");
    assert_eq!((spray(&app, &tenant, 0, 2).await, told()), (2, 0));
    assert_eq!((spray(&app, &tenant, 1, 9).await, told()), (0, 1));
    let events = "SELECT count(*) FROM webhook_deliveries WHERE kind = 'tenant.mints_capped'";
    assert_eq!(app.database().number(events), 1);
    let snapshot = app.database().text("SELECT max(snapshot) FROM webhook_deliveries");
    let expected = r#"{"minted_in_hour":2,"minted_in_day":2,"per_hour":2,"per_day":null}"#;
    assert_eq!(snapshot, expected);
    app.clock.pass_seconds(2 * HOUR);
    assert_eq!((spray(&app, &tenant, 2, 4).await, told()), (2, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenants_own_cap_only_tightens() {
    let app = capped(0, 4).await;
    let (live, sandbox) = both(&app).await;
    for wrong in [json!({ "per_hour": 0 }), json!({ "per_day": 1_000_000_001 }), json!({ "per_week": 1 })] {
        let refused = patch(&app, &live, wrong).await;
        assert!(matches!(refused.status, 400 | 422), "{}", refused.body);
    }
    let changed = patch(&app, &live, json!({ "per_hour": 3, "per_day": 100 })).await;
    assert_eq!(changed.json()["mints"], json!({ "per_hour": 3, "per_day": 100 }), "{}", changed.body);
    app.clock.pass_seconds(2);
    assert_eq!(spray(&app, &live, 0, 6).await, 3);
    app.clock.pass_seconds(HOUR + 300);
    assert_eq!(spray(&app, &live, 1, 6).await, 1, "the operator's holds for the day");
    let removed = patch(&app, &live, Value::Null).await;
    assert_eq!(removed.json()["mints"], json!({ "per_hour": null, "per_day": null }), "{}", removed.body);
    let backend = Backend::of(&app, &sandbox);
    for at in 0..6 {
        let minted = backend.mint(&json!({ "to": format!("delivered+{at}@otpmint.test") })).await;
        assert_eq!(minted.status, 201, "a sandbox has no cap: {}", minted.body);
    }
    let refused = Backend::of(&app, &live).mint(&json!({ "to": "jane@recipient.example" })).await;
    assert_problem(&refused, 429, "mint_cap");
}
