//! A server whose store is copied to PostgreSQL and back: its apps notice nothing.

use std::fs;

use reqwest::header::HeaderName;
use serde_json::json;

use crate::api::harness::{Answer, JANE, Tenant, TestApp, ambient, engine, eventually_async, wrong};
use crate::store::copying::copy;
use crate::support::lab::need;
use crate::support::postgres::server::Server;

const JOE: &str = "joe.doe@recipient.example";
const COUNTED: &str = "/v1/tenant/stats?from=2026-01-01&to=2026-02-01";

/// What a tenant sees of its past, when what became of its messages is recorded.
async fn past(app: &TestApp, tenant: &Tenant) -> Vec<String> {
    let api = app.api.bearing(&tenant.key);
    let all_sent = async || {
        let counted = api.get(COUNTED).await.json();
        (counted["data"][0]["sent"] == counted["data"][0]["minted"]).then_some(())
    };
    eventually_async("the record of a delivery", all_sent).await;
    let mut seen = Vec::new();
    for path in [COUNTED, "/v1/tenant/audit", "/v1/tenant/webhooks", "/v1/tenant"] {
        let answer = api.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        seen.push(answer.body);
    }
    seen
}

async fn mint_once(app: &TestApp, tenant: &Tenant) -> Answer {
    let api = app.api.bearing(&tenant.key).with(HeaderName::from_static("idempotency-key"), "k-1");
    api.post("/v1/challenges", &json!({ "to": JOE })).await
}

async fn attempts_left(app: &TestApp, tenant: &Tenant, key: &str) -> serde_json::Value {
    let shown = app.api.bearing(&tenant.key).get(&format!("/v1/challenges/{key}")).await;
    shown.json()["attempts_remaining"].clone()
}

#[tokio::test]
async fn codes_keys_repeats_and_numbers_go_on_in_postgresql_and_back() {
    if engine::on_postgres() {
        return;
    }
    let Some(server) = need(Server::shared()) else { return };
    let schema = server.schema();
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let hook = json!({ "url": "https://hooks.example/otp", "events": ["challenge.expired"] });
    let hooked = app.api.bearing(&tenant.key).post("/v1/tenant/webhooks", &hook).await;
    assert_eq!(hooked.status, 201, "{}", hooked.body);
    let code = app.mint(&tenant, JANE).await;
    app.api.verify(&code.key, &wrong(&code.code)).await;
    let first = mint_once(&app, &tenant).await;
    assert_eq!(first.status, 201, "{}", first.body);
    app.code_after(0, JOE).await;
    let (before, left) = (past(&app, &tenant).await, attempts_left(&app, &tenant, &code.key).await);

    app.seal_audit().await;
    let sealed = app.audit_checkpoint().await;
    let clock = app.clock.clone();
    let url = schema.url();
    let app = app
        .restart(|settings| {
            copy(settings.clone(), &url, &ambient(&clock)).expect("a copy");
            settings.store.url = url.clone().into();
        })
        .await;
    assert_eq!(past(&app, &tenant).await, before);
    assert_eq!(attempts_left(&app, &tenant, &code.key).await, left);
    app.seal_audit().await;
    assert_eq!(app.check_audit(&[sealed]).await.broken, None);
    assert_eq!(mint_once(&app, &tenant).await.body, first.body, "sent once");
    assert_eq!(app.mails_to(JOE), 1);
    app.api.verify(&code.key, &wrong(&code.code)).await;
    assert_ne!(attempts_left(&app, &tenant, &code.key).await, left);
    app.api.verify(&code.key, &code.code).await.is(201, "OTP Matched!");
    let again = app.api.verify(&code.key, &code.code).await;
    assert_ne!(again.status, 201, "{}", again.body);
    let later = app.mint(&tenant, JANE).await;

    let (before, clock) = (past(&app, &tenant).await, app.clock.clone());
    let app = app
        .restart(|settings| {
            // The server of this test has not said goodbye.
            clock.pass_seconds(15);
            let former = settings.data_dir.join("otpmint.db");
            fs::rename(&former, settings.data_dir.join("otpmint.db.moved")).expect("our file");
            copy(settings.clone(), "sqlite", &ambient(&clock)).expect("a copy back");
            settings.store.url = String::new().into();
        })
        .await;
    assert_eq!(past(&app, &tenant).await, before);
    app.api.verify(&later.key, &later.code).await.is(201, "OTP Matched!");
    assert_ne!(app.api.verify(&code.key, &code.code).await.status, 201);
    app.mint(&tenant, JANE).await;
    app.seal_audit().await;
    let report = app.check_audit(&[sealed]).await;
    assert_eq!((report.broken, report.unsealed), (None, 0), "{report:?}");
}
