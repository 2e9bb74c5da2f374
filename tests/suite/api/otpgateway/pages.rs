//! The hosted page of a code, and what anybody may ask.

use reqwest::Method;
use serde_json::json;

use super::{Gateway, ID, assert_silent, data, fails};
use crate::api::harness::{JANE, Tenant, TestApp};
use crate::api::pages::{Browser, PUBLIC, leads, shows, start};

async fn hosted() -> (TestApp, Tenant, Gateway) {
    let app = start().await;
    let tenant = app.tenant().await;
    let gateway = Gateway::of(&app, &tenant);
    (app, tenant, gateway)
}

/// The path of the page in an answer.
fn page_of(told: &serde_json::Value) -> String {
    told["url"].as_str().unwrap().strip_prefix(PUBLIC).expect("the public URL").to_owned()
}

#[tokio::test]
async fn a_visitor_answers_on_the_page_and_the_app_asks_for_the_status() {
    let (app, tenant, gateway) = hosted().await;
    let issued = gateway.mail(ID, JANE).await;
    let code = app.code_after(0, JANE).await;
    let (page, browser) = (page_of(&data(&issued)), Browser::at(&app));
    let link = format!("/otp/{}/{ID}", tenant.handle);
    for method in [Method::GET, Method::POST] {
        let led = gateway.send(method, &format!("{link}?otp={code}&action=check"), &[]).await;
        assert_eq!(leads(&led), page);
        assert_silent(&led, &code);
    }
    shows(&browser.get(&page).await, 200, "Enter your code");
    assert_eq!(data(&gateway.get(&format!("{link}/status")).await), json!({ "closed": false }));
    let wrong = browser.post(&format!("{page}/verify"), "code=000000").await;
    assert_eq!(leads(&wrong), format!("{page}?notice=wrong"));
    let right = browser.post(&format!("{page}/verify"), &format!("code={code}")).await;
    assert_eq!(leads(&right), page);
    let done = browser.get(&page).await;
    shows(&done, 200, "Done. You can close this page.");
    assert!(!done.body.contains("Back to the app"), "{}", done.body);
    assert_eq!(data(&gateway.get(&format!("{link}/status")).await), json!({ "closed": true }));
    // There is nothing to answer any more, but the app can still read it.
    assert_eq!(leads(&gateway.get(&link).await), "/c/unknown");
    assert_eq!(data(&gateway.status(ID).await)["closed"], true);
    assert_eq!(data(&gateway.take_status(ID).await)["closed"], true);
    fails(&gateway.get(&format!("{link}/status")).await, 400, "Session expired.");
}

#[tokio::test]
async fn without_an_address_the_page_asks_for_it() {
    let (app, _, gateway) = hosted().await;
    let told = data(&gateway.put(ID, &[("provider", "smtp")]).await);
    assert_eq!((&told["to"], &told["generate"]), (&json!(""), &json!(0)));
    let (page, browser) = (page_of(&told), Browser::at(&app));
    fails(&gateway.check(ID, "123456").await, 400, "No address was given on the page yet.");
    shows(&browser.get(&page).await, 200, "What is your email address?");
    assert_eq!(leads(&browser.post(&format!("{page}/recipient"), &format!("to={JANE}")).await), page);
    let code = app.code_after(0, JANE).await;
    let verified = gateway.check(ID, &code).await;
    assert_eq!(data(&verified)["to"], "j***@r***.example");
    let own = gateway.put(ID, &[("provider", "smtp"), ("otp", "123456")]).await;
    assert!(own.status == 400 && own.body.contains("Invalid `otp` value: without `to`"), "{}", own.body);
}

#[tokio::test]
async fn a_visitor_who_gives_up_stays_on_the_page() {
    let (_, _, gateway, app) = {
        let (app, tenant, gateway) = hosted().await;
        ((), tenant, gateway, app)
    };
    let page = page_of(&data(&gateway.mail(ID, JANE).await));
    let browser = Browser::at(&app);
    assert_eq!(leads(&browser.post(&format!("{page}/cancel"), "").await), page);
    shows(&browser.get(&page).await, 200, "This code was called off.");
    fails(&gateway.status(ID).await, 400, "the OTP does not exist");
}

#[tokio::test]
async fn what_names_nothing_leads_to_the_page_that_says_so() {
    let (app, tenant, gateway) = hosted().await;
    gateway.issued(&app, ID, JANE).await;
    for path in [
        format!("/otp/{}/unknown-id", tenant.handle),
        format!("/otp/{}/short", tenant.handle),
        format!("/otp/tnt_2222222222222222/{ID}"),
        format!("/otp/MyApp/{ID}"),
        format!("/otp/{}/{}", tenant.handle, "x".repeat(201)),
        format!("/otp/{}/abc%00defg", tenant.handle),
    ] {
        assert_eq!(leads(&gateway.get(&path).await), "/c/unknown", "{path}");
        fails(&gateway.get(&format!("{path}/status")).await, 400, "Session expired.");
    }
    shows(&Browser::at(&app).get("/c/unknown").await, 404, "This link is not valid.");
    app.database().change("UPDATE tenants SET status = 'disabled'");
    let link = format!("/otp/{}/{ID}", tenant.handle);
    assert_eq!(leads(&gateway.get(&link).await), "/c/unknown");
    fails(&gateway.get(&format!("{link}/status")).await, 400, "Session expired.");
}

#[tokio::test]
async fn anybody_may_ask_thirty_times_a_minute() {
    let (app, tenant, _) = hosted().await;
    let anybody = Gateway::anybody(&app);
    let link = format!("/otp/{}/{ID}", tenant.handle);
    for number in 0..30 {
        let path = if number % 2 == 0 { link.clone() } else { format!("{link}/status") };
        assert_ne!(anybody.get(&path).await.status, 429, "{number}");
    }
    fails(&anybody.get(&link).await, 429, "Too many requests from this address.");
    fails(&anybody.get(&format!("{link}/status")).await, 429, "Too many requests from this address.");
}
