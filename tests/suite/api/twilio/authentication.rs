//! Basic authentication: who may call, and what wrong credentials teach.

use reqwest::header::AUTHORIZATION;
use serde_json::json;

use super::{Sdk, assert_error, begun, sid};
use crate::api::harness::{JANE, Tenant, TestApp};

#[tokio::test]
async fn a_tenant_is_named_by_its_account_or_by_its_key() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let sdk = Sdk::of(&app, &tenant).await;
    let account = sdk.account.clone();
    assert!(account.starts_with("AC") && account.len() == 34, "{account}");
    let keys = app.api.bearing(&tenant.key).get("/v1/tenant/keys").await.json();
    let key = keys["data"][0]["sid"].as_str().unwrap().to_owned();
    assert!(key.starts_with("SK") && key.len() == 34, "{key}");
    let told = app.api.bearing(&tenant.key).get("/v1/tenant").await.json();
    assert_eq!(told["account_sid"], json!(account));
    for user in [&account, &key] {
        let listed = Sdk::with(&app, user, &tenant.key).get("/Services").await;
        assert_eq!(listed.status, 200, "{}", listed.body);
        assert_eq!(listed.json()["services"][0]["account_sid"], json!(account));
    }
    // Some SDKs send letters and digits only.
    let bare = tenant.key.replace('_', "");
    assert_eq!(Sdk::with(&app, &account, &bare).get("/Services").await.status, 200);
}

#[tokio::test]
async fn whatever_is_wrong_the_answer_is_the_same() {
    let app = TestApp::start().await;
    let (tenant, other) = (app.tenant().await, app.tenant().await);
    let (sdk, foreign) = (Sdk::of(&app, &tenant).await, Sdk::of(&app, &other).await);
    let second = json!({ "name": "second", "scopes": ["mint", "verify", "manage"] });
    let second = app.api.bearing(&tenant.key).post("/v1/tenant/keys", &second).await.json();
    let second_sid = second["sid"].as_str().unwrap();
    let mut answers = vec![app.api.get("/v2/Services").await];
    for (user, password) in [
        (foreign.account.as_str(), tenant.key.as_str()),
        (&sdk.account, &other.key),
        (second_sid, &tenant.key),
        (&sdk.account, "a secret key that nobody has"),
        (&sdk.account, ""),
        ("", &tenant.key),
        (&tenant.handle, &tenant.key),
        (&sdk.account.to_lowercase(), &tenant.key),
        (&tenant.key, &tenant.key),
    ] {
        answers.push(Sdk::with(&app, user, password).get("/Services").await);
    }
    for header in ["Basic", "Basic !!!", "Basic OjoK", "Bearer x", &format!("Bearer {}", tenant.key)] {
        answers.push(app.api.with(AUTHORIZATION, header).get("/v2/Services").await);
    }
    for answer in &answers {
        assert_error(answer, 401, 20003);
        assert_eq!(answer.json()["message"], "Authenticate");
        assert_eq!(answer.body, answers[0].body);
        assert_eq!(answer.header("www-authenticate"), Some("Basic realm=\"OtpMint\""));
    }
    let secret = second["secret"].as_str().unwrap();
    assert_eq!(Sdk::with(&app, second_sid, secret).get("/Services").await.status, 200);
}

#[tokio::test]
async fn wrong_credentials_cost_what_wrong_secret_keys_cost() {
    let app =
        TestApp::with(|settings| settings.limits.wrong_keys_per_address = "3/10m".parse().unwrap()).await;
    let mut chosen = app.registration();
    chosen["secretKey"] = json!("chosen-by-the-tenant-9Lw2");
    let handle = app.register(&chosen).await.handle;
    let tenant = Tenant { handle, key: "chosen-by-the-tenant-9Lw2".to_owned() };
    let sdk = Sdk::of(&app, &tenant).await;
    assert_eq!(sdk.get("/Services").await.status, 200);
    // The key is right and the account is not: the address guesses.
    let guesser = Sdk::with(&app, "AC00000000000000000000000000000000", &tenant.key);
    for _ in 0..3 {
        assert_error(&guesser.get("/Services").await, 401, 20003);
    }
    assert_error(&guesser.get("/Services").await, 429, 20429);
    assert_error(&sdk.get("/Services").await, 429, 20429);
    let generated = app.tenant().await;
    assert_eq!(Sdk::of(&app, &generated).await.get("/Services").await.status, 200);
}

#[tokio::test]
async fn a_key_does_what_its_scopes_say() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let whole = Sdk::of(&app, &tenant).await;
    let service = whole.service().await;
    let (name, code) = begun(&app, &whole, &service, JANE).await;
    let verifications = format!("{service}/Verifications/{name}");
    let with = async |scope: &str| {
        let body = json!({ "name": scope, "scopes": [scope] });
        let new = app.api.bearing(&tenant.key).post("/v1/tenant/keys", &body).await.json();
        Sdk::with(&app, &whole.account, new["secret"].as_str().unwrap())
    };
    let (mint, verify, manage) = (with("mint").await, with("verify").await, with("manage").await);
    assert_error(&mint.get("/Services").await, 403, 20403);
    assert_error(&verify.get(&service).await, 403, 20403);
    assert_error(&mint.check(&service, JANE, &code).await, 403, 20403);
    assert_error(&verify.begin(&service, "joe@recipient.example").await, 403, 20403);
    assert_error(&manage.begin(&service, "joe@recipient.example").await, 403, 20403);
    assert_error(&mint.post(&verifications, &[("Status", "approved")]).await, 403, 20403);
    assert_error(&verify.post(&verifications, &[("Status", "canceled")]).await, 403, 20403);
    for may in [&mint, &verify, &manage] {
        assert_eq!(may.get(&verifications).await.status, 200);
    }
    assert_eq!(manage.get(&service).await.status, 200);
    assert_eq!(mint.begin(&service, "joe@recipient.example").await.status, 201);
    assert_eq!(verify.check(&service, JANE, &code).await.json()["status"], "approved");
}

#[tokio::test]
async fn a_test_key_opens_the_sandbox() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let made = app.api.bearing(&tenant.key).post("/v1/tenant/sandbox/keys", &json!({ "name": "ci" })).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let test = Tenant { handle: String::new(), key: made.json()["secret"].as_str().unwrap().to_owned() };
    let (live, sandbox) = (Sdk::of(&app, &tenant).await, Sdk::of(&app, &test).await);
    assert_ne!(live.account, sandbox.account);
    assert_error(&Sdk::with(&app, &live.account, &test.key).get("/Services").await, 401, 20003);
    let service = sandbox.service().await;
    let begun = sandbox.begin(&service, JANE).await;
    assert_eq!(begun.status, 201, "{}", begun.body);
    assert_error(
        &live.get(&format!("{}/Verifications/{}", live.service().await, sid(&begun))).await,
        404,
        20404,
    );
    assert_eq!(app.mails_to(JANE), 0);
}
