//! What a secret key may be used for, on every operation.

use reqwest::Method;
use serde_json::{Value, json};

use super::assert_problem;
use crate::api::harness::{Api, JANE, Tenant, TestApp};

const ALL: [&str; 6] = ["mint", "verify", "manage", "reveal", "relay", "support"];

/// Operations with the scopes of which a key needs one; the first is the one that a refusal names.
fn operations() -> Vec<(Method, &'static str, Value, &'static [&'static str])> {
    let none = json!({});
    vec![
        (Method::POST, "/v1/challenges", none.clone(), &["mint"]),
        (Method::GET, "/v1/challenges/x", none.clone(), &["verify", "mint", "manage", "support"]),
        (Method::DELETE, "/v1/challenges/x", none.clone(), &["mint"]),
        (Method::POST, "/v1/challenges/x/resend", none.clone(), &["mint"]),
        (Method::POST, "/v1/challenges/x/verify", none.clone(), &["verify"]),
        (Method::POST, "/v1/verify", none.clone(), &["verify"]),
        (Method::POST, "/v1/results", none.clone(), &["verify"]),
        (Method::POST, "/v1/messages", none.clone(), &["relay"]),
        (Method::GET, "/v1/messages/x", none.clone(), &["relay", "manage", "support"]),
        (Method::GET, "/v1/tenant/hooks/x", none.clone(), &["manage"]),
        (Method::PUT, "/v1/tenant/hooks/x", none.clone(), &["manage"]),
        (Method::DELETE, "/v1/tenant/hooks/x", none.clone(), &["manage"]),
        (Method::POST, "/v1/factors", none.clone(), &["mint"]),
        (Method::GET, "/v1/factors", none.clone(), &["verify", "mint", "manage"]),
        (Method::GET, "/v1/factors/x", none.clone(), &["verify", "mint", "manage"]),
        (Method::DELETE, "/v1/factors/x", none.clone(), &["mint"]),
        (Method::POST, "/v1/factors/x/confirm", none.clone(), &["verify"]),
        (Method::POST, "/v1/factors/x/check", none.clone(), &["verify"]),
        (Method::POST, "/v1/factors/x/recovery-codes", none.clone(), &["mint"]),
        (Method::POST, "/v1/factors/results", none.clone(), &["verify"]),
        (Method::GET, "/v1/tenant", none.clone(), &["manage"]),
        (Method::PATCH, "/v1/tenant", none.clone(), &["manage"]),
        (Method::PUT, "/v1/tenant/logo", none.clone(), &["manage"]),
        (Method::DELETE, "/v1/tenant/logo", none.clone(), &["manage"]),
        (Method::GET, "/v1/tenant/keys", none.clone(), &["manage"]),
        (Method::POST, "/v1/tenant/keys", none.clone(), &["manage"]),
        (Method::POST, "/v1/tenant/keys/x/rotate", none.clone(), &["manage"]),
        (Method::GET, "/v1/tenant/keys/x", none.clone(), &["manage"]),
        (Method::PATCH, "/v1/tenant/keys/x", none.clone(), &["manage"]),
        (Method::DELETE, "/v1/tenant/keys/x", none.clone(), &["manage"]),
        (Method::GET, "/v1/tenant/sandbox", none.clone(), &["manage"]),
        (Method::POST, "/v1/tenant/sandbox/keys", none.clone(), &["manage"]),
        (Method::GET, "/v1/sandbox/outbox", none.clone(), &["mint", "manage"]),
        (Method::DELETE, "/v1/sandbox/outbox", none.clone(), &["mint", "manage"]),
        (Method::GET, "/v1/tenant/routes", none.clone(), &["manage"]),
        (Method::POST, "/v1/tenant/routes", none.clone(), &["manage"]),
        (Method::GET, "/v1/tenant/routes/x", none.clone(), &["manage"]),
        (Method::PUT, "/v1/tenant/routes/x", none.clone(), &["manage"]),
        (Method::DELETE, "/v1/tenant/routes/x", none.clone(), &["manage"]),
        (Method::POST, "/v1/tenant/routes/x/test", none.clone(), &["manage"]),
        (Method::GET, "/v1/tenant/smtp", none.clone(), &["manage"]),
        (Method::PUT, "/v1/tenant/smtp", none.clone(), &["manage"]),
        (Method::POST, "/v1/tenant/smtp/test", none.clone(), &["manage"]),
        (Method::GET, "/v1/tenant/templates", none.clone(), &["manage"]),
        (Method::POST, "/v1/tenant/templates/lint", none.clone(), &["manage"]),
        (Method::POST, "/v1/tenant/templates/preview", none.clone(), &["manage"]),
        (Method::GET, "/v1/tenant/templates/x/x", none.clone(), &["manage"]),
        (Method::PUT, "/v1/tenant/templates/x/x", none.clone(), &["manage"]),
        (Method::DELETE, "/v1/tenant/templates/x/x", none.clone(), &["manage"]),
        (Method::GET, "/v1/tenant/templates/x/x/x", none.clone(), &["manage"]),
        (Method::PUT, "/v1/tenant/templates/x/x/x", none.clone(), &["manage"]),
        (Method::DELETE, "/v1/tenant/templates/x/x/x", none.clone(), &["manage"]),
        (Method::GET, "/v1/tenant/webhooks", none.clone(), &["manage"]),
        (Method::POST, "/v1/tenant/webhooks", none.clone(), &["manage"]),
        (Method::GET, "/v1/tenant/webhooks/x", none.clone(), &["manage"]),
        (Method::PATCH, "/v1/tenant/webhooks/x", none.clone(), &["manage"]),
        (Method::DELETE, "/v1/tenant/webhooks/x", none.clone(), &["manage"]),
        (Method::POST, "/v1/tenant/webhooks/x/rotate", none.clone(), &["manage"]),
        (Method::POST, "/v1/tenant/webhooks/x/test", none.clone(), &["manage"]),
        (Method::GET, "/v1/tenant/webhooks/x/deliveries", none.clone(), &["manage"]),
        (Method::POST, "/v1/tenant/webhooks/x/deliveries/x/replay", none.clone(), &["manage"]),
        (Method::GET, "/v1/tenant/stats", none.clone(), &["manage"]),
        (Method::GET, "/v1/tenant/audit", none.clone(), &["manage"]),
        (Method::GET, "/v1/tenant/phone/blocks", none.clone(), &["manage"]),
        (Method::DELETE, "/v1/tenant/phone/blocks/x", none.clone(), &["manage"]),
        (Method::POST, "/v1/tenant/challenges/search", none.clone(), &["support", "manage"]),
        (Method::GET, "/v1/tenant/export", none.clone(), &["manage"]),
        (Method::POST, "/v1/tenant/recipients/erase", none.clone(), &["manage"]),
        (Method::POST, "/v1/tenant/recipients/unlock", none, &["support", "manage"]),
    ]
}

/// A key with these scopes.
async fn key(app: &TestApp, tenant: &Tenant, scopes: &[&str]) -> String {
    let body = json!({ "name": scopes.join(" "), "scopes": scopes });
    let answer = app.api.bearing(&tenant.key).post("/v1/tenant/keys", &body).await;
    answer.json()["secret"].as_str().unwrap_or_else(|| panic!("{}", answer.body)).to_owned()
}

async fn ask(
    api: &Api,
    operation: &(Method, &'static str, Value, &'static [&'static str]),
) -> crate::api::harness::Answer {
    api.send(operation.0.clone(), operation.1, operation.2.to_string().into_bytes()).await
}

#[tokio::test]
async fn every_operation_of_v1_refuses_a_key_without_its_scope_and_says_which() {
    let app = TestApp::with(|settings| settings.limits.manage_per_tenant = "1000/1s".parse().unwrap()).await;
    let tenant = app.tenant().await;
    for operation in operations() {
        let lacking: Vec<_> = ALL.into_iter().filter(|scope| !operation.3.contains(scope)).collect();
        let secret = key(&app, &tenant, &lacking).await;
        let answer = ask(&app.api.bearing(&secret), &operation).await;
        let problem = assert_problem(&answer, 403, "insufficient_scope");
        let named = operation.3[0];
        assert!(problem["detail"].as_str().unwrap().contains(&format!("`{named}`")), "{}", answer.body);
        let challenge = format!("Bearer error=\"insufficient_scope\", scope=\"{named}\"");
        assert_eq!(answer.header("www-authenticate"), Some(challenge.as_str()), "{operation:?}");
        revoke_all(&app, &tenant).await;
        for scope in operation.3 {
            let secret = key(&app, &tenant, &[scope]).await;
            let answer = ask(&app.api.bearing(&secret), &operation).await;
            assert!(
                !answer.body.contains("insufficient_scope"),
                "{operation:?} with {scope}: {}",
                answer.body
            );
        }
        revoke_all(&app, &tenant).await;
    }
}

/// Every operation of the description needs a key or is known to need none.
#[test]
fn no_operation_of_v1_is_missing_in_the_table() {
    let description: Value = serde_json::from_str(otpmint::http::openapi()).unwrap();
    let known = operations();
    for (path, methods) in description["paths"].as_object().unwrap() {
        for method in ["get", "post", "put", "patch", "delete"] {
            let security = methods[method]["security"].as_array().into_iter().flatten();
            if !security
                .into_iter()
                .any(|scheme| ["secretKey", "testKey"].iter().any(|name| scheme.get(name).is_some()))
            {
                continue;
            }
            let asked = |part: &str| if part.starts_with('{') { "x" } else { part }.to_owned();
            let asked = path.split('/').map(asked).collect::<Vec<_>>().join("/");
            let is_there = known
                .iter()
                .any(|(known, at, ..)| known.as_str().eq_ignore_ascii_case(method) && *at == asked);
            assert!(is_there, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn the_compat_routes_refuse_a_key_without_its_scope_and_nothing_is_done() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let (minter, verifier) = (key(&app, &tenant, &["mint"]).await, key(&app, &tenant, &["verify"]).await);
    let api = app.api.json();
    let answer = api.mint(JANE, &verifier).await;
    answer.is_problem(403, "insufficient_scope");
    let challenge = |scope: &str| format!("Bearer error=\"insufficient_scope\", scope=\"{scope}\"");
    assert_eq!(answer.header("www-authenticate"), Some(challenge("mint").as_str()));
    app.api.mint(JANE, &verifier).await.is_text_problem(403);
    assert_eq!(app.database().number("SELECT count(*) FROM challenges"), 0);
    let minted = app.mint(&Tenant { key: minter.clone(), ..tenant }, JANE).await;
    let answer = api.verify_as(&minter, &minted.key, &minted.code).await;
    answer.is_problem(403, "insufficient_scope");
    assert_eq!(answer.header("www-authenticate"), Some(challenge("verify").as_str()));
    assert_eq!(app.database().number("SELECT sum(attempts) FROM challenges"), 0);
    api.verify_as(&verifier, &minted.key, &minted.code).await.is(201, r#"{"status":"verified"}"#);
}

async fn revoke_all(app: &TestApp, tenant: &Tenant) {
    let api = app.api.bearing(&tenant.key);
    let keys = api.get("/v1/tenant/keys").await.json();
    for key in keys["data"].as_array().unwrap().iter().filter(|key| key["name"] != "first") {
        let path = format!("/v1/tenant/keys/{}", key["key"].as_str().unwrap());
        assert_eq!(api.send(Method::DELETE, &path, Vec::new()).await.status, 204);
    }
}
