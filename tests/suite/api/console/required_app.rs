//! The authenticator app that a role requires: until it is set up, nothing else is possible.

use otpmint::domain::operator::Role;
use reqwest::Method;

use super::account::{code, set_up_app};
use super::tenant::signed_in;
use super::{Browser, NAME, PASSWORD, SIGN_IN, hidden, leads, operator, routes, shows, start, start_with};
use crate::api::harness::TestApp;

const TOTP: &str = "/console/account/totp";
const FIRST: &str = "Set up an authenticator app first. Nothing was done.";

async fn requiring(roles: &[&str]) -> TestApp {
    let roles: Vec<_> = roles.iter().map(|role| (*role).to_owned()).collect();
    start_with(move |settings| settings.console.require_totp = roles).await
}

#[tokio::test]
async fn without_the_app_nothing_but_setting_it_up_and_signing_out_is_possible() {
    let app = requiring(&["owner"]).await;
    let tenant = app.tenant().await;
    let mut browser = Browser::set_up(&app).await;
    let path = |route: &str| format!("/console{}", route.replace("{tenant}", &tenant.handle));
    let token = hidden(&browser.get(TOTP).await.body, "form");
    let before = app.database().everything();
    for route in routes::taking("GET") {
        if ["/sign-in", "/setup/{token}", "/account/totp"].contains(&route.as_str()) {
            continue;
        }
        for method in [Method::GET, Method::HEAD] {
            assert_eq!(leads(&browser.send(method, &path(&route), String::new()).await), TOTP, "{route}");
        }
    }
    for route in routes::taking("POST") {
        if ["/sign-in", "/sign-in/tenant", "/setup/{token}", "/account/totp", "/sign-out"]
            .contains(&route.as_str())
        {
            continue;
        }
        let fields = [("form", &*token), ("confirm", PASSWORD), ("password", PASSWORD), ("name", "x")];
        shows(&browser.post(&path(&route), &fields).await, 403, FIRST);
    }
    assert!(app.database().everything() == before, "something was changed");
    let page = browser.get(TOTP).await;
    shows(&page, 200, "Your role requires one.");
    assert!(!page.body.contains("href=\"/console/tenants\""), "{}", page.body);
    assert!(leads(&browser.get("/console/sign-in").await) == "/console");
    set_up_app(&app, &mut browser).await;
    assert_eq!(browser.get("/console/tenants").await.status, 200);
    leads(&browser.submit("/console/sign-out", &[]).await);
}

#[tokio::test]
async fn whoever_signs_in_without_the_app_is_led_to_it_and_may_sign_out() {
    let app = start().await;
    Browser::set_up(&app).await;
    let app = app.restart(|settings| settings.console.require_totp = vec!["owner".to_owned()]).await;
    let mut browser = Browser::at(&app);
    assert_eq!(leads(&browser.sign_in(PASSWORD).await), "/console");
    assert_eq!(leads(&browser.get("/console").await), TOTP);
    let token = hidden(&browser.get(TOTP).await.body, "form");
    leads(&browser.post("/console/sign-out", &[("form", &token)]).await);
    assert!(!browser.is_signed_in().await);
}

#[tokio::test]
async fn other_roles_and_tenants_need_none_until_they_get_such_a_role() {
    let app = requiring(&["owner", "support"]).await;
    let tenant = app.tenant().await;
    let mut owner = Browser::set_up(&app).await;
    set_up_app(&app, &mut owner).await;
    let mut eve = operator(&app, "eve", Role::ReadOnly).await;
    assert_eq!(eve.get("/console/tenants").await.status, 200);
    assert!(signed_in(&app, &tenant).await.is_signed_in().await);
    let change = [("name", "eve"), ("role", "support"), ("confirm", PASSWORD)];
    leads(&owner.submit("/console/operators/role", &change).await);
    assert_eq!(leads(&eve.get("/console/tenants").await), TOTP);
}

#[tokio::test]
async fn a_required_app_is_replaced_and_not_switched_off() {
    let app = requiring(&["owner"]).await;
    let mut browser = Browser::set_up(&app).await;
    set_up_app(&app, &mut browser).await;
    let account = browser.get("/console/account").await;
    assert!(!account.body.contains("/console/account/totp/off"), "{}", account.body);
    shows(&account, 200, "Your role requires it.");
    let off = browser.submit("/console/account/totp/off", &[("password", PASSWORD)]).await;
    shows(&off, 422, "Your role requires an authenticator app.");
    assert_eq!(app.database().number("SELECT count(*) FROM operators WHERE totp IS NOT NULL"), 1);
    app.clock.pass_seconds(60);
    let second = set_up_app(&app, &mut browser).await;
    app.clock.pass_seconds(30);
    let fields = [("name", NAME), ("password", PASSWORD), ("code", &code(&app, &second))];
    leads(&Browser::at(&app).post(SIGN_IN, &fields).await);
}
