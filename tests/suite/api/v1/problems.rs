//! Every problem leads to its explanation, and names the request.

use reqwest::Method;
use reqwest::header::{HOST, HeaderName};
use serde_json::json;

use super::assert_problem;
use crate::api::harness::{Answer, TestApp};

const PUBLIC: &str = "https://otp.example";

/// Problems of every part that answers: routing, methods, identification, queries, bodies and use cases.
async fn problems(app: &TestApp) -> Vec<(Answer, u16, &'static str)> {
    let tenant = app.tenant().await;
    let api = app.api.bearing(&tenant.key);
    let long = json!({ "to": "a".repeat(17_000) });
    vec![
        (api.get("/v1/nothing").await, 404, "not_found"),
        (api.send(Method::TRACE, "/v1/tenant", Vec::new()).await, 405, "method_not_allowed"),
        (app.api.get("/v1/tenant").await, 401, "invalid_secret_key"),
        (app.api.get("/v1/admin/tenants").await, 401, "operator_token_needed"),
        (api.get("/v1/tenant/audit?limit=0").await, 422, "invalid_parameter"),
        (api.post("/v1/challenges", &json!({ "to": 1 })).await, 422, "invalid_field"),
        (api.post("/v1/challenges", &json!([])).await, 400, "invalid_json"),
        (api.post("/v1/challenges", &long).await, 413, "body_too_large"),
        (api.get("/v1/challenges/x").await, 404, "challenge_not_found"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_problem_leads_to_its_explanation_at_the_public_address() {
    let app = TestApp::with(|settings| settings.server.public_url = PUBLIC.to_owned()).await;
    for (answer, status, code) in problems(&app).await {
        let body = assert_problem(&answer, status, code);
        let kind = body["type"].as_str().expect("a type");
        let path = kind.strip_prefix(PUBLIC).expect("an address of this server");
        let explained = app.api.get(path).await;
        assert_eq!(explained.status, 200, "{kind}");
        assert!(explained.body.starts_with(code), "{}", explained.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_public_address_no_host_is_believed() {
    let app = TestApp::start().await;
    for (answer, status, code) in problems(&app).await {
        assert_eq!(assert_problem(&answer, status, code)["type"], format!("/problems/{code}"));
    }
    let forwarded = HeaderName::from_static("x-forwarded-host");
    let lied = app.api.with(HOST, "evil.example").with(forwarded, "evil.example").get("/v1/tenant").await;
    assert!(!lied.body.contains("evil"), "{}", lied.body);
    assert_problem(&lied, 401, "invalid_secret_key");
}

#[tokio::test]
async fn each_problem_is_an_occurrence_of_its_own() {
    let app = TestApp::start().await;
    let instance =
        async |api: &crate::api::harness::Api| api.get("/v1/tenant").await.json()["instance"].clone();
    assert_ne!(instance(&app.api).await, instance(&app.api).await);
    let named = app.api.with(HeaderName::from_static("x-request-id"), "from-a-proxy_1");
    assert_eq!(instance(&named).await, "urn:otpmint:request:from-a-proxy_1");
}
