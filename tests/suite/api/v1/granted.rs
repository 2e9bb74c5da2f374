//! Limits that the operator sets for one tenant.

use reqwest::Method;
use serde_json::{Value, json};

use super::public::Page;
use super::sandbox::both;
use super::{Backend, assert_problem, minted};
use crate::api::harness::{Answer, JANE, Tenant, TestApp, wrong};

async fn patch(app: &TestApp, tenant: &Tenant, body: &Value) -> Answer {
    let path = format!("/v1/admin/tenants/{}", tenant.handle);
    app.operator().send(Method::PATCH, &path, body.to_string().into_bytes()).await
}

/// Sets limits, and waits for the second in which they need not apply yet.
async fn grant(app: &TestApp, tenant: &Tenant, limits: Value) {
    let answer = patch(app, tenant, &json!({ "limits": limits })).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    app.clock.pass_seconds(1);
}

/// A mint whose mail has arrived when it answers, so that it is not mistaken for a later one.
async fn mint(app: &TestApp, tenant: &Tenant) -> Answer {
    Backend::of(app, tenant).waiting().mint(&json!({ "to": JANE })).await
}

/// How many mints for one recipient succeed, of ten.
async fn passing(app: &TestApp, tenant: &Tenant) -> usize {
    for passed in 0..10 {
        let answer = mint(app, tenant).await;
        if answer.status == 429 {
            answer.is_limited_by("sends_per_recipient");
            return passed;
        }
        assert_eq!(answer.status, 201, "{}", answer.body);
    }
    10
}

#[tokio::test]
async fn they_replace_the_general_ones_for_the_tenant_and_its_sandbox_and_for_nobody_else() {
    let app = TestApp::start().await;
    let ((live, sandbox), other) = (both(&app).await, app.tenant().await);
    // Each has its earlier value.
    for tenant in [&live, &sandbox, &other] {
        assert_eq!(mint(&app, tenant).await.status, 201);
    }
    grant(&app, &live, json!({ "sends_per_recipient": ["5/10m", "20/24h"] })).await;
    let passed = [passing(&app, &live).await, passing(&app, &sandbox).await, passing(&app, &other).await];
    assert_eq!(passed, [4, 4, 2]);
    grant(&app, &live, json!({ "sends_per_recipient": ["7/10m"] })).await;
    assert_eq!([passing(&app, &live).await, passing(&app, &sandbox).await], [2, 2]);
    grant(&app, &live, json!({ "sends_per_recipient": null })).await;
    assert_eq!([passing(&app, &live).await, passing(&app, &sandbox).await], [0, 0]);
}

#[tokio::test]
async fn a_tenant_cannot_set_them_and_its_own_only_tighten_them() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let api = app.api.bearing(&tenant.key);
    let limits = json!({ "limits": { "sends_per_recipient": ["9/10m"] } });
    let send =
        async |body: &Value| api.send(Method::PATCH, "/v1/tenant", body.to_string().into_bytes()).await;
    assert_problem(&send(&limits).await, 422, "invalid_field");
    let path = format!("/v1/admin/tenants/{}", tenant.handle);
    let answer = api.send(Method::PATCH, &path, limits.to_string().into_bytes()).await;
    assert_problem(&answer, 401, "operator_token_needed");
    grant(&app, &tenant, limits["limits"].clone()).await;
    assert_eq!(
        send(&json!({ "policy": { "limits": { "sends_per_recipient": ["6/10m"] } } })).await.status,
        200
    );
    let told = api.get("/v1/tenant").await.json();
    assert_eq!(told["effective"]["login"]["limits"]["sends_per_recipient"], json!(["9/10m", "6/10m"]));
    assert_eq!(passing(&app, &tenant).await, 6);
}

#[tokio::test]
async fn a_rate_of_its_own_is_counted_and_told_and_counts_for_the_keyless_too() {
    let app = TestApp::start().await;
    let ((live, sandbox), other) = (both(&app).await, app.tenant().await);
    grant(&app, &live, json!({ "mint_per_tenant": "2/10s", "verify_per_tenant": "1/10s" })).await;
    for tenant in [&live, &sandbox] {
        let backend = Backend::of(&app, tenant);
        let first = mint(&app, tenant).await;
        assert_eq!(first.header("ratelimit-policy"), Some("\"mint\";q=2;w=10"));
        assert_eq!(first.header("ratelimit"), Some("\"mint\";r=1;t=5"));
        let key = first.json()["key"].as_str().unwrap().to_owned();
        app.clock.pass_seconds(5);
        let page = Page(app.api.clone());
        assert_eq!(page.answer(&key, "000000").await.status, 403);
        page.answer(&key, "000001").await.is_limited_by("verify_per_tenant");
        backend.verify(&key, "000002").await.is_limited_by("verify_per_tenant");
        for expected in [201, 201, 429] {
            let answer = backend.mint(&json!({ "to": "joe@recipient.example" })).await;
            assert_eq!(answer.status, expected, "{}", answer.body);
            assert_eq!(answer.header("ratelimit-policy"), Some("\"mint\";q=2;w=10"));
        }
    }
    let general = mint(&app, &other).await;
    assert_eq!(general.header("ratelimit-policy"), Some("\"mint\";q=20;w=1"));
    app.sweep().await;
    mint(&app, &sandbox).await.is_limited_by("mint_per_tenant");
    grant(&app, &live, json!({ "mint_per_tenant": "30/1s" })).await;
    assert_eq!(mint(&app, &live).await.header("ratelimit"), Some("\"mint\";r=29;t=1"));
}

#[tokio::test]
async fn a_tenant_looks_after_itself_at_the_rate_that_it_was_given() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    grant(&app, &tenant, json!({ "manage_per_tenant": "1/1s" })).await;
    let api = app.api.bearing(&tenant.key);
    assert_eq!(api.get("/v1/tenant").await.header("ratelimit-policy"), Some("\"manage\";q=1;w=1"));
    api.get("/v1/tenant").await.is_limited_by("manage_per_tenant");
}

#[tokio::test]
async fn wrong_codes_are_limited_by_them_whoever_answers() {
    let app =
        TestApp::with(|settings| settings.limits.failures_per_recipient = "3/24h".parse().unwrap()).await;
    let ((live, sandbox), other) = (both(&app).await, app.tenant().await);
    grant(&app, &live, json!({ "failures_per_recipient": "2/24h" })).await;
    for (tenant, most) in [(&live, 2), (&sandbox, 2), (&other, 3)] {
        let key = mint(&app, tenant).await.json()["key"].as_str().unwrap().to_owned();
        for wrong in 0..most {
            let answer = Page(app.api.clone()).answer(&key, &format!("00000{wrong}")).await;
            assert_eq!(answer.status, 403, "{}", answer.body);
        }
        Page(app.api.clone()).answer(&key, "000009").await.is_limited_by("failures_per_recipient");
        Backend::of(&app, tenant).verify(&key, "000009").await.is_limited_by("failures_per_recipient");
    }
    // The new ones apply to a pending challenge, too.
    let backend = Backend::of(&app, &other);
    grant(&app, &other, json!({ "failures_per_recipient": "4/24h" })).await;
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE })).await;
    assert_eq!(backend.verify(&key, &wrong(&code)).await.status, 403);
    backend.verify(&key, &code).await.is_limited_by("failures_per_recipient");
    grant(&app, &other, json!({ "failures_per_recipient": "5/24h" })).await;
    assert_eq!(backend.verify(&key, &code).await.status, 200);
}

#[tokio::test]
async fn none_is_in_force_where_limits_are_switched_off() {
    let app = TestApp::with(|settings| settings.limits.enabled = false).await;
    let tenant = app.tenant().await;
    let tight = json!({ "mint_per_tenant": "1/24h", "verify_per_tenant": "1/24h",
        "sends_per_recipient": ["1/24h"], "failures_per_recipient": "1/24h" });
    grant(&app, &tenant, tight).await;
    assert_eq!(passing(&app, &tenant).await, 10);
    let key = mint(&app, &tenant).await.json()["key"].as_str().unwrap().to_owned();
    for _ in 0..3 {
        assert_eq!(Backend::of(&app, &tenant).verify(&key, "000000").await.status, 403);
    }
}

#[tokio::test]
async fn they_are_patched_shown_and_noted_and_what_is_refused_changes_nothing() {
    let app = TestApp::start().await;
    let (live, sandbox) = both(&app).await;
    let set = json!({ "mint_per_tenant": "50/1s", "sends_per_recipient": ["5/10m"] });
    assert_eq!(patch(&app, &live, &json!({ "limits": set })).await.json()["limits"], set);
    let more = json!({ "status": "disabled",
        "limits": { "mint_per_tenant": null, "failures_per_recipient": "40/24h" } });
    let expected = json!({ "sends_per_recipient": ["5/10m"], "failures_per_recipient": "40/24h" });
    for _ in 0..2 {
        let told = patch(&app, &live, &more).await.json();
        assert_eq!((&told["status"], &told["limits"]), (&json!("disabled"), &expected));
    }
    for (body, pointer) in [
        (json!({ "mint_per_tenant": "fast" }), "/limits/mint_per_tenant"),
        (json!({ "verify_per_tenant": 5 }), "/limits/verify_per_tenant"),
        (json!({ "sends_per_recipient": [] }), "/limits/sends_per_recipient"),
        (json!({ "sends_per_recipient": ["51/1h"] }), "/limits/sends_per_recipient"),
        (json!({ "failures_per_recipient": "51/24h" }), "/limits/failures_per_recipient"),
        (json!({ "failures_per_recipient": "1/25h" }), "/limits/failures_per_recipient"),
        (json!({ "mints": "1/1s" }), "/limits/mints"),
        (json!([]), "/limits"),
    ] {
        let answer = patch(&app, &live, &json!({ "status": "active", "limits": body })).await;
        let problem = assert_problem(&answer, 422, "invalid_field");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
    }
    let answer = patch(&app, &sandbox, &json!({ "limits": {} })).await;
    assert_eq!(assert_problem(&answer, 422, "invalid_field")["errors"][0]["pointer"], "/limits");
    assert_problem(&patch(&app, &live, &json!({ "status": null })).await, 422, "invalid_field");
    for tenant in [&live, &sandbox] {
        let path = format!("/v1/admin/tenants/{}", tenant.handle);
        assert_eq!(app.operator().get(&path).await.json()["limits"], expected);
    }
    let path = format!("/v1/admin/audit?tenant={}&event=limits_changed", live.handle);
    let rows = app.operator().get(&path).await.json();
    assert_eq!(rows["data"].as_array().unwrap().len(), 2);
    assert_eq!(rows["data"][0]["origin"], "127.0.0.1");
    assert_eq!(patch(&app, &live, &json!({ "limits": null })).await.json()["limits"], json!({}));
}
