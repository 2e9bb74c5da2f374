//! Phone numbers as recipients: how they are written, which are refused, and what they share.

use reqwest::Method;
use serde_json::{Value, json};

use super::sandbox::both;
use super::{Backend, assert_problem, claims};
use crate::api::harness::{Answer, JANE, Tenant, TestApp, wrong};

const MOBILE: &str = "+4915123456789";

async fn patch(app: &TestApp, tenant: &Tenant, change: &Value) -> Answer {
    app.api.bearing(&tenant.key).send(Method::PATCH, "/v1/tenant", change.to_string().into_bytes()).await
}

/// A tenant with users in two countries.
async fn german(app: &TestApp) -> Tenant {
    let tenant = app.tenant().await;
    app.database().change("UPDATE secret_keys SET scopes = 'mint verify manage reveal'");
    let phone = json!({ "phone": { "region": "DE", "countries": ["AT", "DE"] } });
    let changed = patch(app, &tenant, &phone).await;
    let expected = json!({ "region": "DE", "countries": ["AT", "DE"], "rules": {} });
    assert_eq!(changed.json()["phone"], expected, "{}", changed.body);
    tenant
}

fn revealed(to: &str) -> Value {
    json!({ "to": to, "channel": "none" })
}

#[tokio::test]
async fn a_number_is_one_recipient_however_it_is_written() {
    let app = TestApp::start().await;
    let tenant = german(&app).await;
    let backend = Backend::of(&app, &tenant);
    let minted = backend.mint(&revealed("0151 2345 6789")).await;
    assert_eq!((minted.status, &minted.json()["to"]), (201, &json!("+49 *** ***89")), "{}", minted.body);
    let code = minted.json()["code"].as_str().unwrap().to_owned();
    let answer = async |to: &str, code: &str| backend.verify_latest(&json!({ "to": to, "code": code })).await;
    assert_problem(&answer("+49 (0)151 2345-6789", &wrong(&code)).await, 403, "code_mismatch");
    let verified = answer("0049 151 23456789", &code).await;
    assert_eq!(verified.status, 200, "{}", verified.body);
    assert_eq!(claims(&verified)["sub"], json!(MOBILE));
}

#[tokio::test]
async fn what_cannot_be_reached_is_refused_and_nothing_happens() {
    let app = TestApp::start().await;
    let tenant = german(&app).await;
    let backend = Backend::of(&app, &tenant);
    let pointer = |to: &str, channel: Option<&str>| {
        let body = match channel {
            Some(channel) => json!({ "to": to, "channel": channel }),
            None => json!({ "to": to }),
        };
        let backend = &backend;
        async move {
            let refused = backend.mint(&body).await;
            assert_problem(&refused, 422, "invalid_field")["errors"][0]["pointer"].clone()
        }
    };
    for to in ["+49 151 VANITY1", "+4915123456789 ext. 5", "+49 1", "123"] {
        assert_eq!(pointer(to, None).await, "/to", "{to}");
    }
    assert_eq!(pointer(MOBILE, Some("email")).await, "/channel");
    assert_eq!(pointer(JANE, Some("sms")).await, "/channel");
    assert_eq!(pointer(JANE, Some("fax")).await, "/channel");
    for (to, channel, code) in [
        ("+49 900 1234567", "sms", "number_refused"),
        ("+49 900 1234567", "voice", "number_refused"),
        ("+49 30 23125000", "whatsapp", "number_refused"),
        ("+1 202 555 0123", "sms", "country_not_allowed"),
        ("+882 1612345678", "sms", "country_not_allowed"),
    ] {
        assert_problem(&backend.mint(&json!({ "to": to, "channel": channel })).await, 422, code);
    }
    let no_route = backend.mint(&json!({ "to": MOBILE })).await;
    let problem = assert_problem(&no_route, 409, "no_account");
    assert_eq!(
        problem["detail"],
        "channel is email, sms, whatsapp, voice, telegram or none; this tenant has no route for sms."
    );
    assert_eq!(app.database().number("SELECT count(*) FROM challenges"), 0);
}

#[tokio::test]
async fn no_country_is_allowed_until_the_tenant_lists_it_and_the_list_is_checked() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let refused = Backend::of(&app, &tenant).mint(&json!({ "to": MOBILE })).await;
    assert_problem(&refused, 422, "country_not_allowed");
    for (phone, pointer) in [
        (json!({ "countries": ["DE", "Germany"] }), "/phone/countries/1"),
        (json!({ "countries": ["*", "DE"] }), "/phone/countries"),
        (json!({ "region": "de" }), "/phone/region"),
    ] {
        let refused = patch(&app, &tenant, &json!({ "phone": phone })).await;
        assert_eq!(assert_problem(&refused, 422, "invalid_field")["errors"][0]["pointer"], pointer);
    }
    let all = patch(&app, &tenant, &json!({ "phone": { "countries": ["*"] } })).await;
    assert_eq!(all.json()["phone"], json!({ "region": null, "countries": ["*"], "rules": {} }));
    let reached = Backend::of(&app, &tenant).mint(&json!({ "to": MOBILE })).await;
    assert_problem(&reached, 409, "no_account");
}

#[tokio::test]
async fn the_operators_list_is_the_outer_bound() {
    let app = TestApp::with(|settings| settings.phone.countries = vec!["AT".to_owned()]).await;
    let tenant = german(&app).await;
    let refused = Backend::of(&app, &tenant).mint(&json!({ "to": MOBILE })).await;
    assert_problem(&refused, 422, "country_not_allowed");
}

#[tokio::test]
async fn a_reserved_number_behaves_as_its_address_does() {
    let app = TestApp::start().await;
    let (_, sandbox) = both(&app).await;
    let backend = Backend::of(&app, &sandbox).waiting();
    for (to, status) in [("+12025550100", "sent"), ("+12025550101", "failed")] {
        let minted = backend.mint(&json!({ "to": to })).await;
        assert_eq!(minted.json()["delivery"]["status"], status, "{}", minted.body);
    }
    assert_problem(&backend.mint(&json!({ "to": "+12025550105" })).await, 429, "sends_per_recipient");
    let refused = backend.mint(&json!({ "to": "+12025550106" })).await;
    assert_problem(&refused, 422, "country_not_allowed");
}

#[tokio::test]
async fn a_code_to_a_phone_number_lives_five_minutes_unless_the_tenant_says_otherwise() {
    let app = TestApp::start().await;
    let (_, sandbox) = both(&app).await;
    let backend = Backend::of(&app, &sandbox);
    let lifetime = async |to: &str| {
        let minted = backend.mint(&json!({ "to": to })).await.json();
        minted["expires_at"].as_str().unwrap().split_once('T').unwrap().1.to_owned()
    };
    assert_eq!(lifetime("+12025550100").await, "12:05:00Z");
    assert_eq!(lifetime("delivered@otpmint.test").await, "12:10:00Z");
    let changed = patch(&app, &sandbox, &json!({ "policy": { "ttl": 120 } })).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_eq!(lifetime("+12025550100").await, "12:02:00Z");
    assert_eq!(lifetime("delivered@otpmint.test").await, "12:02:00Z");
}
