//! `RateLimit`: the state of a tenant's rate.

use serde_json::json;

use super::public::Page;
use super::{Backend, minted};
use crate::api::harness::{Answer, JANE, TestApp, wrong};

fn told(answer: &Answer) -> (Option<&str>, Option<&str>) {
    (answer.header("ratelimit-policy"), answer.header("ratelimit"))
}

#[tokio::test]
async fn a_tenant_is_told_how_its_rates_stand() {
    let change = |settings: &mut otpmint::config::Settings| {
        settings.limits.mint_per_tenant = "3/10s".parse().unwrap();
        settings.limits.verify_per_tenant = "2/1s".parse().unwrap();
    };
    let app = TestApp::with(change).await;
    let backend = Backend::of(&app, &app.tenant().await);
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE })).await;
    let answer = backend.mint(&json!({ "to": "joe@recipient.example" })).await;
    assert_eq!(told(&answer), (Some("\"mint\";q=3;w=10"), Some("\"mint\";r=1;t=7")));
    assert_eq!(told(&backend.resend(&key).await).1, Some("\"mint\";r=0;t=10"));
    let refused = backend.mint(&json!({ "to": "joe@recipient.example" })).await;
    refused.is_limited_by("mint_per_tenant");
    assert_eq!(told(&refused), (Some("\"mint\";q=3;w=10"), Some("\"mint\";r=0;t=10")));
    let mismatch = backend.verify(&key, &wrong(&code)).await;
    assert_eq!((mismatch.status, told(&mismatch).1), (403, Some("\"verify\";r=1;t=1")));
    let right = backend.verify(&key, &code).await;
    assert_eq!(told(&right), (Some("\"verify\";q=2;w=1"), Some("\"verify\";r=0;t=1")));
}

#[tokio::test]
async fn what_is_not_counted_for_a_tenant_tells_nothing_of_its_rates() {
    let app = TestApp::start().await;
    let backend = Backend::of(&app, &app.tenant().await);
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE })).await;
    let page = Page(app.api.clone());
    for answer in [
        backend.status(&key).await,
        backend.mint(&json!({ "to": "nobody" })).await,
        page.answer(&key, &wrong(&code)).await,
        page.answer(&key, &code).await,
        backend.verify(&key, &code).await,
    ] {
        assert_eq!(told(&answer), (None, None), "{}", answer.body);
    }
}

#[tokio::test]
async fn looking_after_a_tenant_has_a_rate_of_its_own() {
    let app = TestApp::with(|settings| settings.limits.manage_per_tenant = "2/10s".parse().unwrap()).await;
    let (tenant, other) = (app.tenant().await, app.tenant().await);
    let api = app.api.bearing(&tenant.key);
    let first = api.get("/v1/tenant").await;
    assert_eq!(
        (first.status, told(&first)),
        (200, (Some("\"manage\";q=2;w=10"), Some("\"manage\";r=1;t=5")))
    );
    assert_eq!(told(&api.get("/v1/tenant/webhooks/unknown").await).1, Some("\"manage\";r=0;t=10"));
    let refused = api.post("/v1/tenant/keys", &json!({ "scopes": ["mint"] })).await;
    assert_eq!(refused.is_limited_by("manage_per_tenant"), 5);
    assert_eq!(told(&refused), (Some("\"manage\";q=2;w=10"), Some("\"manage\";r=0;t=10")));
    assert_eq!(
        app.api.bearing(&other.key).get("/v1/tenant").await.status,
        200,
        "another tenant's is its own"
    );
    assert_eq!(
        Backend::of(&app, &tenant).mint(&json!({ "to": JANE })).await.status,
        201,
        "a mint is no such thing"
    );
    app.clock.pass_seconds(5);
    assert_eq!(api.get("/v1/tenant/keys").await.json()["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_sent_for_a_tenant_counts_as_a_mint_and_as_nothing_else() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let answer = app.api.bearing(&tenant.key).post("/v1/tenant/smtp/test", &json!({})).await;
    assert_eq!((answer.status, told(&answer).0), (200, Some("\"mint\";q=20;w=1")));
}
