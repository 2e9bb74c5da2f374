//! The sandbox: created by its tenant, separate from live data, and never sending.

mod recipients;

use otpmint::domain::reports::actor::Actor;
use otpmint::domain::tenants::tenant::{TenantHandle, TenantStatus};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Backend, assert_problem, claims, minted};
use crate::api::harness::{Answer, Api, JANE, Tenant, TestApp, wrong};

const KEYS: &str = "/v1/tenant/sandbox/keys";
const OUTBOX: &str = "/v1/sandbox/outbox";
const DELIVERED: &str = "delivered@otpmint.test";

/// A key to the sandbox of `live`.
async fn test_key(app: &TestApp, live: &Tenant, body: &Value) -> Tenant {
    let answer = app.api.bearing(&live.key).post(KEYS, body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let told = answer.json();
    let text = |name: &str| told[name].as_str().expect(name).to_owned();
    Tenant { handle: text("tenant"), key: text("secret") }
}

/// A live tenant and its sandbox.
pub async fn both(app: &TestApp) -> (Tenant, Tenant) {
    let live = app.tenant().await;
    let sandbox = test_key(app, &live, &json!({})).await;
    (live, sandbox)
}

fn api(app: &TestApp, tenant: &Tenant) -> Api {
    app.api.bearing(&tenant.key)
}

pub async fn mails(app: &TestApp, sandbox: &Tenant, query: &str) -> Vec<Value> {
    let answer = api(app, sandbox).get(&format!("{OUTBOX}{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["data"].as_array().expect("a list").clone()
}

fn key_of(answer: &Answer) -> String {
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.json()["key"].as_str().expect("a key").to_owned()
}

#[tokio::test]
async fn a_tenant_makes_test_keys_and_its_sandbox_with_the_first() {
    let app = TestApp::start().await;
    let live = app.tenant().await;
    let owner = api(&app, &live);
    assert_problem(&owner.get("/v1/tenant/sandbox").await, 404, "sandbox_not_found");
    let made = owner.post(KEYS, &json!({ "name": "ci", "scopes": ["verify", "mint"] })).await.json();
    assert_eq!((&made["name"], &made["scopes"]), (&json!("ci"), &json!(["mint", "verify"])));
    let secret = made["secret"].as_str().unwrap();
    assert!(secret.starts_with("otpm_test_") && secret.ends_with(made["hint"].as_str().unwrap()), "{made}");
    assert_eq!((&made["expires_at"], &made["created_at"]), (&json!(null), &json!("2026-01-15T12:00:00Z")));
    let second = test_key(&app, &live, &json!({})).await;
    let sandbox = owner.get("/v1/tenant/sandbox").await.json();
    assert_eq!((&sandbox["tenant"], &sandbox["sandbox"]), (&made["tenant"], &json!(true)));
    let itself = api(&app, &second).get("/v1/tenant").await.json();
    assert_eq!(itself, sandbox);
    assert_ne!(sandbox["tenant"], live.handle.as_str());
    let lacking = app.api.bearing(secret).get("/v1/tenant").await;
    assert_problem(&lacking, 403, "insufficient_scope");
}

#[tokio::test]
async fn a_test_key_makes_no_sandbox_and_bad_wishes_make_no_key() {
    let app = TestApp::start().await;
    let (live, sandbox) = both(&app).await;
    let tester = api(&app, &sandbox);
    assert_problem(&tester.post(KEYS, &json!({})).await, 409, "already_a_sandbox");
    assert_problem(&tester.get("/v1/tenant/sandbox").await, 409, "already_a_sandbox");
    let long = "x".repeat(101);
    for (bad, pointer) in [
        (json!({ "scopes": [] }), "/scopes"),
        (json!({ "scopes": ["mint", "mint", "mint", "mint", "mint", "mint", "mint"] }), "/scopes"),
        (json!({ "scopes": ["admin"] }), "/scopes/0"),
        (json!({ "name": "" }), "/name"),
        (json!({ "name": "a\nb" }), "/name"),
        (json!({ "name": long }), "/name"),
        (json!({ "other": 1 }), "/other"),
    ] {
        let answer = api(&app, &live).post(KEYS, &bad).await;
        assert_eq!(assert_problem(&answer, 422, "invalid_field")["errors"][0]["pointer"], pointer);
    }
    assert_eq!(app.database().number("SELECT count(*) FROM secret_keys"), 2);
    for _ in 1..20 {
        test_key(&app, &live, &json!({})).await;
    }
    assert_problem(&api(&app, &live).post(KEYS, &json!({})).await, 409, "too_many_keys");
}

#[tokio::test]
async fn nothing_of_a_sandbox_is_sent_even_with_an_account_in_its_row() {
    let app = TestApp::start().await;
    let (live, sandbox) = both(&app).await;
    let account = "UPDATE tenants SET routes = (SELECT routes FROM tenants WHERE sandbox_of IS NULL)";
    app.database().change(account);
    let backend = Backend::of(&app, &sandbox).waiting();
    for to in [JANE, DELIVERED] {
        let answer = backend.mint(&json!({ "to": to })).await;
        assert_eq!(answer.json()["delivery"]["status"], "sent", "{}", answer.body);
    }
    assert_eq!(app.api.mint(JANE, &sandbox.key).await.status, 200, "over the compat route too");
    assert_eq!(mails(&app, &sandbox, "").await.len(), 3);
    assert_eq!((app.mail.received(), app.mail.connections()), (0, 0));
    app.mint(&live, "joe@recipient.example").await;
    assert_eq!((app.mail.received(), mails(&app, &sandbox, "").await.len()), (1, 3));
}

#[tokio::test]
async fn what_would_have_been_sent_can_be_read_and_its_code_works() {
    let app = TestApp::start().await;
    let (_, sandbox) = both(&app).await;
    let backend = Backend::of(&app, &sandbox).waiting();
    let asked = json!({ "to": JANE, "purpose": "login", "locale": "de-AT" });
    let key = key_of(&backend.mint(&asked).await);
    let mail = mails(&app, &sandbox, "").await.remove(0);
    let code = mail["code"].as_str().unwrap();
    let is = |name: &str, value: &str| assert_eq!(mail[name], value, "{mail}");
    is("to", JANE);
    is("purpose", "login");
    is("locale", "de");
    is("challenge", &key);
    is("at", "2026-01-15T12:00:00Z");
    for part in ["text", "html"] {
        assert!(mail[part].as_str().unwrap().contains(code), "{mail}");
    }
    assert!(!mail["subject"].as_str().unwrap().contains(code));
    assert_problem(&backend.verify(&key, &wrong(code)).await, 403, "code_mismatch");
    let verified = backend.verify(&key, code).await;
    assert_eq!(verified.status, 200, "{}", verified.body);
}

#[tokio::test]
async fn the_outbox_is_asked_by_recipient_challenge_and_number_and_emptied() {
    let app = TestApp::start().await;
    let (live, sandbox) = both(&app).await;
    let backend = Backend::of(&app, &sandbox).waiting();
    let key = key_of(&backend.mint(&json!({ "to": JANE })).await);
    for tag in 0..3 {
        backend.mint(&json!({ "to": format!("delivered+{tag}@otpmint.test") })).await;
    }
    let to = |mails: &[Value]| mails.iter().map(|mail| mail["to"].to_string()).collect::<Vec<_>>().join(" ");
    assert_eq!(mails(&app, &sandbox, "").await.len(), 4);
    assert_eq!(to(&mails(&app, &sandbox, "?limit=1").await), "\"delivered+2@otpmint.test\"");
    assert_eq!(
        to(&mails(&app, &sandbox, &format!("?to={}", JANE.to_uppercase())).await),
        format!("\"{JANE}\"")
    );
    assert_eq!(to(&mails(&app, &sandbox, &format!("?challenge={key}")).await), format!("\"{JANE}\""));
    for tagged in ["?to=delivered%2B1@otpmint.test", "?to=delivered+1@otpmint.test"] {
        assert_eq!(to(&mails(&app, &sandbox, tagged).await), "\"delivered+1@otpmint.test\"");
    }
    let tester = api(&app, &sandbox);
    for (query, parameter) in [
        ("?limit=0", "limit"),
        ("?limit=101", "limit"),
        ("?to=x", "to"),
        ("?from=x", "from"),
        ("?a/b~c=x", "a/b~c"),
        ("?limit=1&limit=2", "limit"),
    ] {
        let answer = tester.get(&format!("{OUTBOX}{query}")).await;
        assert_eq!(assert_problem(&answer, 422, "invalid_parameter")["errors"][0]["parameter"], parameter);
    }
    let unknown = tester.get(&format!("{OUTBOX}?challenge=made-up")).await;
    assert_problem(&unknown, 404, "challenge_not_found");
    for method in [Method::GET, Method::DELETE] {
        let answer = api(&app, &live).send(method, OUTBOX, Vec::new()).await;
        assert_problem(&answer, 403, "not_a_sandbox");
    }
    assert_eq!(tester.send(Method::DELETE, OUTBOX, Vec::new()).await.status, 204);
    assert!(mails(&app, &sandbox, "").await.is_empty());
}

#[tokio::test]
async fn codes_lie_sealed_in_the_outbox_and_are_swept_after_a_day() {
    let app = TestApp::start().await;
    let (_, sandbox) = both(&app).await;
    let backend = Backend::of(&app, &sandbox).waiting();
    backend.mint(&json!({ "to": DELIVERED })).await;
    let count = |what: &str| app.database().number(&format!("SELECT count(*) FROM sandbox_mails {what}"));
    assert_eq!((count(""), count("WHERE instr(content, '424242') > 0")), (1, 0));
    app.database().change("UPDATE sandbox_mails SET challenge = challenge + 1");
    assert!(mails(&app, &sandbox, "").await.is_empty(), "it opens only where it was sealed");
    app.clock.pass_seconds(86_400);
    app.sweep().await;
    assert_eq!(count(""), 0);
}

#[tokio::test]
async fn live_and_test_data_never_mix() {
    let app = TestApp::start().await;
    let (live, sandbox) = both(&app).await;
    let (of_live, of_test) = (Backend::of(&app, &live), Backend::of(&app, &sandbox).waiting());
    let (key, code) = minted(&app, &of_live, &json!({ "to": JANE })).await;
    let test = key_of(&of_test.mint(&json!({ "to": JANE })).await);
    assert_problem(&of_test.verify(&key, &code).await, 404, "challenge_not_found");
    assert_problem(&of_live.status(&test).await, 404, "challenge_not_found");
    assert_problem(&of_live.cancel(&test).await, 404, "challenge_not_found");
    let latest = of_test.verify_latest(&json!({ "to": JANE, "code": code })).await;
    assert_ne!(latest.status, 200);
    for _ in 0..2 {
        assert_eq!(of_test.mint(&json!({ "to": JANE })).await.status, 201);
    }
    assert_problem(&of_test.mint(&json!({ "to": JANE })).await, 429, "sends_per_recipient");
    assert_eq!(of_live.mint(&json!({ "to": JANE })).await.status, 201, "each has its own counters");
    let other = app.tenant().await;
    let foreign = test_key(&app, &other, &json!({})).await;
    assert!(mails(&app, &foreign, "").await.is_empty());
    assert!(mails(&app, &foreign, &format!("?challenge={test}")).await.is_empty());
    assert_problem(&Backend::of(&app, &foreign).status(&test).await, 404, "challenge_not_found");
}

#[tokio::test]
async fn a_receipt_of_a_sandbox_is_for_the_sandbox_alone() {
    let app = TestApp::start().await;
    let (live, sandbox) = both(&app).await;
    let backend = Backend::of(&app, &sandbox).waiting();
    let key = key_of(&backend.mint(&json!({ "to": DELIVERED })).await);
    let claims = claims(&backend.verify(&key, "424242").await);
    assert_eq!((&claims["aud"], &claims["sub"]), (&json!(sandbox.handle), &json!(DELIVERED)));
    assert_ne!(sandbox.handle, live.handle);
}

#[tokio::test]
async fn a_disabled_tenant_takes_its_sandbox_along() {
    let app = TestApp::start().await;
    let (live, sandbox) = both(&app).await;
    let backend = Backend::of(&app, &sandbox).waiting();
    let key = key_of(&backend.mint(&json!({ "to": DELIVERED })).await);
    let office = app.office().await;
    let handle = TenantHandle::parse(&live.handle).unwrap();
    let now = otpmint::domain::time::Timestamp::from_millis(0);
    let (row, _) = office.store.tenant_by_handle(handle, now).await.unwrap().unwrap();
    office.store.set_tenant_status(row.id, TenantStatus::Disabled, Actor::default(), now).await.unwrap();
    app.clock.pass_seconds(1);
    assert_problem(&backend.status(&key).await, 401, "invalid_secret_key");
    app.api.json().verify(&key, "424242").await.is_problem(400, "challenge_not_found");
}
