//! A lockout as a weapon: the devices that a tenant vouches for have a reserve.

use otpmint::config::Settings;
use serde_json::{Value, json};

use crate::api::harness::{JANE, Tenant, TestApp, wrong};
use crate::api::otpgateway::Gateway;
use crate::api::pages::{Browser, Hosted, PUBLIC, RETURN, hosting_tenant, leads};
use crate::api::twilio::{Sdk, begun};
use crate::api::v1::public::Page;
use crate::api::v1::{Backend, assert_problem, minted};

use super::rate;

/// Two wrong answers use up what a recipient has in a day.
fn few(settings: &mut Settings) {
    settings.limits.failures_per_recipient = rate("2/24h");
    settings.limits.sends_per_recipient = vec![rate("40/24h")];
    settings.limits.sends_per_recipient_overall = Vec::new();
    settings.server.public_url = PUBLIC.to_owned();
}

/// Others use up Jane's wrong answers.
async fn spoil(app: &TestApp, backend: &Backend, to: &str) {
    let (key, code) = minted(app, backend, &json!({ "to": to })).await;
    for _ in 0..2 {
        assert_problem(&backend.verify(&key, &wrong(&code)).await, 403, "code_mismatch");
    }
    assert_problem(&backend.verify(&key, &code).await, 429, "failures_per_recipient");
}

async fn start() -> (TestApp, Tenant, Backend) {
    let app = TestApp::with(few).await;
    let tenant = hosting_tenant(&app).await;
    let backend = Backend::of(&app, &tenant);
    (app, tenant, backend)
}

fn trusted(code: &str) -> Value {
    json!({ "code": code, "trusted": true })
}

#[tokio::test(flavor = "multi_thread")]
async fn four_keys_no_longer_lock_a_person_out_of_a_device_that_the_app_knows() {
    let (app, _, backend) = start().await;
    spoil(&app, &backend, JANE).await;
    assert_problem(&backend.mint(&json!({ "to": JANE })).await, 429, "failures_per_recipient");
    let denied = backend.mint(&json!({ "to": JANE, "trusted": false })).await;
    assert_problem(&denied, 429, "failures_per_recipient");
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE, "trusted": true })).await;
    let unproven = json!({ "code": code, "trusted": false });
    assert_problem(&backend.verify_with(&key, &unproven).await, 429, "failures_per_recipient");
    let verified = backend.verify_with(&key, &trusted(&code)).await;
    assert_eq!((verified.status, &verified.json()["status"]), (200, &json!("verified")), "{}", verified.body);
    // The same by recipient, which the others cannot spoil: they are not evaluated.
    let (_, code) = minted(&app, &backend, &json!({ "to": JANE, "purpose": "login", "trusted": true })).await;
    let latest =
        |code: &str, trusted| json!({ "to": JANE, "purpose": "login", "code": code, "trusted": trusted });
    let other = backend.verify_latest(&latest(&wrong(&code), false)).await;
    assert_problem(&other, 429, "failures_per_recipient");
    let verified = backend.verify_latest(&latest(&code, true)).await;
    assert_eq!(verified.status, 200, "{}", verified.body);
    assert_problem(&backend.mint(&json!({ "to": JANE })).await, 429, "failures_per_recipient");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_spelling_channel_purpose_or_alias_refills_the_reserve() {
    let (app, _, backend) = start().await;
    spoil(&app, &backend, JANE).await;
    let spellings = [
        json!({ "to": "jane.roe@recipient.example", "trusted": true }),
        json!({ "to": "JANE.ROE+shop@Recipient.example", "purpose": "login", "trusted": true }),
        json!({ "to": "jane.roe+1@recipient.example", "purpose": "password_reset", "trusted": true }),
    ];
    for body in &spellings {
        let minted = backend.mint(body).await;
        assert_eq!(minted.status, 201, "{}", minted.body);
        let key = minted.json()["key"].as_str().unwrap().to_owned();
        assert_problem(&backend.verify_with(&key, &trusted("000000")).await, 403, "code_mismatch");
    }
    for body in &spellings {
        assert_problem(&backend.mint(body).await, 429, "failures_per_recipient");
    }
    assert_problem(
        &backend.mint(&json!({ "to": JANE, "trusted": true })).await,
        429,
        "failures_per_recipient",
    );
    app.clock.pass_seconds(24 * 3_600);
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE })).await;
    assert_eq!(backend.verify(&key, &code).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_without_the_secret_key_vouches_for_a_device() {
    let (app, tenant, backend) = start().await;
    spoil(&app, &backend, JANE).await;
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE, "trusted": true })).await;
    for claimed in [true, false] {
        let body = json!({ "code": code, "trusted": claimed });
        let refused = assert_problem(&Page(app.api.clone()).verify(&key, &body).await, 422, "invalid_field");
        assert_eq!(refused["errors"][0]["pointer"], "/trusted");
    }
    let other = Backend::of(&app, &app.tenant().await);
    assert_problem(&other.verify_with(&key, &trusted(&code)).await, 404, "challenge_not_found");
    let named = json!({ "name": "mints", "scopes": ["mint"] });
    let mints = app.api.bearing(&tenant.key).post("/v1/tenant/keys", &named).await.json();
    let mints =
        Backend::of(&app, &Tenant { key: mints["secret"].as_str().unwrap().to_owned(), ..tenant.clone() });
    assert_problem(&mints.verify_with(&key, &trusted(&code)).await, 403, "insufficient_scope");
    // All of the reserve is left, and the challenge untouched.
    let verified = backend.verify_with(&key, &trusted(&code)).await;
    assert_eq!(verified.json()["attempts_remaining"], 4, "{}", verified.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_face_takes_anything_from_the_reserve() {
    let (app, tenant, backend) = start().await;
    let sdk = Sdk::of(&app, &tenant).await;
    let service = sdk.service().await;
    let gateway = Gateway::of(&app, &tenant);
    let (_, code) = begun(&app, &sdk, &service, JANE).await;
    let gateways = gateway.issued(&app, "session", JANE).await;
    let (key, right) = minted(&app, &backend, &json!({ "to": JANE })).await;
    spoil(&app, &backend, JANE).await;
    let original = json!({ "shareableKey": key, "otp": right, "secretKey": tenant.key, "trusted": true });
    app.api.json().post("/verify-otp", &original).await.is_limited_by("failures_per_recipient");
    let form = [("To", JANE), ("Code", code.as_str()), ("Trusted", "true")];
    let twilio = sdk.post(&format!("{service}/VerificationCheck"), &form).await;
    assert!(matches!(twilio.status, 400 | 429), "{}", twilio.body);
    let gateway = gateway.check("session", &gateways).await;
    assert_eq!(gateway.status, 429, "{}", gateway.body);
    let mail = json!({ "mail": JANE, "secretKey": tenant.key, "trusted": true });
    app.api.json().post("/otp", &mail).await.is_limited_by("failures_per_recipient");
    let verified = backend.verify_with(&key, &trusted(&right)).await;
    assert_eq!(verified.status, 200, "{}", verified.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_answers_on_a_page_has_no_reserve() {
    let (app, tenant, backend) = start().await;
    let page =
        Hosted::minted(&app, &tenant, json!({ "to": JANE, "return_url": RETURN, "trusted": true })).await;
    spoil(&app, &backend, JANE).await;
    let answered = Browser::at(&app).answer(&page, &page.code).await;
    assert!(leads(&answered).contains("later"), "{}", answered.body);
    let asked = backend.mint(&json!({ "to": JANE, "return_url": RETURN, "trusted": true })).await;
    assert_problem(&asked, 429, "failures_per_recipient");
    let nobody = backend.mint(&json!({ "return_url": RETURN, "trusted": true })).await;
    assert_eq!(assert_problem(&nobody, 422, "invalid_field")["errors"][0]["pointer"], "/trusted");
}
