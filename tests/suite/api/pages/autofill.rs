//! A page that takes the code of a text message by itself (WebOTP).

use serde_json::{Value, json};

use super::phones::{asking, patch, sandbox};
use super::{Browser, RETURN, backend, leads, recorded, start};
use crate::api::harness::{Tenant, TestApp};
use crate::api::v1::sandbox::mails;

const NUMBER: &str = "+12025550100";
const WEBSITE: &str = "https://app.example";

/// The last line of the last text message.
async fn last_line(app: &TestApp, tenant: &Tenant) -> String {
    recorded(app).await;
    let sent = mails(app, tenant, "?limit=1").await;
    sent[0]["text"].as_str().expect("a text").lines().last().expect("a line").to_owned()
}

async fn page_of(app: &TestApp, tenant: &Tenant, more: Value) -> String {
    let mut body = json!({ "to": NUMBER, "return_url": RETURN });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let minted = backend(app, tenant).post("/v1/challenges", &body).await;
    assert_eq!(minted.status, 201, "{}", minted.body);
    recorded(app).await;
    let url = minted.json()["page_url"].as_str().expect("a page").to_owned();
    url.strip_prefix(super::PUBLIC).expect("the public URL").to_owned()
}

#[tokio::test]
async fn the_text_names_the_page_unless_the_tenant_names_another_one() {
    let app = start().await;
    let tenant = sandbox(&app, json!({ "allowed_origins": [WEBSITE] })).await;
    for (more, line) in [
        (json!({}), "@otp.example #424242"),
        (json!({ "origin": "app.example" }), "@app.example #424242"),
        (json!({ "app_hash": "FA+9qCX9VSu" }), "FA+9qCX9VSu"),
        (json!({ "embed": true }), "@otp.example #424242"),
        // A page in a frame is found by both hosts.
        (json!({ "embed": true, "origin": "app.example" }), "@app.example #424242 @otp.example"),
    ] {
        app.clock.pass_seconds(3_600);
        page_of(&app, &tenant, more.clone()).await;
        assert_eq!(last_line(&app, &tenant).await, line, "{more}");
    }
    app.clock.pass_seconds(3_600);
    let (path, _) = asking(&app, &tenant, "phone").await;
    let given = Browser::at(&app).post(&format!("{path}/recipient"), "to=%2B12025550100").await;
    assert_eq!(leads(&given), path);
    assert_eq!(last_line(&app, &tenant).await, "@otp.example #424242");
}

#[tokio::test]
async fn only_a_page_whose_code_goes_to_a_phone_listens_and_it_alone_may() {
    let app = start().await;
    let tenant = sandbox(&app, json!({ "allowed_origins": [WEBSITE] })).await;
    let browser = Browser::at(&app);
    for (to, listens) in [(NUMBER, true), ("delivered@otpmint.test", false)] {
        let page = page_of(&app, &tenant, json!({ "to": to, "embed": true })).await;
        for path in [page.clone(), format!("{page}?embed={WEBSITE}")] {
            let shown = browser.get(&path).await;
            assert_eq!(shown.body.contains("data-texted"), listens, "{}", shown.body);
            assert!(shown.body.contains("autocomplete=\"one-time-code\""), "{}", shown.body);
            assert_eq!(shown.header("permissions-policy"), Some("otp-credentials=(self)"));
        }
    }
    patch(&app, &tenant, &json!({ "policy": { "channels": ["whatsapp", "sms"] } })).await;
    let page = page_of(&app, &tenant, json!({})).await;
    assert!(browser.get(&page).await.body.contains("data-texted"), "a text may follow by itself");
}
