//! Step-up: whoever signed in a while ago proves the secrets again before an action that gives power.

use super::account::{code, set_up_app};
use super::tenant::{own, signed_in};
use super::{Browser, PASSWORD, audited, filled_in, hidden, leads, pairs, routes, shows, start};
use crate::api::harness::{Tenant, TestApp};

const ASKS: &str = "Confirm that it is you";
const SECRET: &str = "step_up_secret";
const CODE: &str = "step_up_code";
const LASTS: u64 = 600;

/// The routes that demand no step-up: of forms without a session, and of forms that give no power.
const HARMLESS: [&str; 15] = [
    "/sign-in",
    "/sign-in/tenant",
    "/setup/{token}",
    "/sign-out",
    "/account/sign-out-others",
    "/search",
    "/tenants/{tenant}/recipients",
    "/tenants/{tenant}/deliveries/{key}/resend",
    "/tenants/{tenant}/factors",
    "/tenants/{tenant}/phone/{id}/clear",
    "/tenants/{tenant}/accounts/{account}/test",
    "/tenants/{tenant}/providers/{route}/test",
    "/tenants/{tenant}/templates/preview/{part}",
    "/tenants/{tenant}/webhooks/{webhook}/ping",
    "/tenants/{tenant}/webhooks/{webhook}/replay",
];

fn keys(tenant: &Tenant) -> String {
    own(tenant, "/keys")
}

fn live_keys(app: &TestApp) -> i64 {
    app.database().number("SELECT count(*) FROM secret_keys")
}

#[tokio::test]
async fn every_form_is_either_harmless_or_demands_a_step_up() {
    let app = start().await;
    let tenant = app.tenant().await;
    let mut browser = Browser::set_up(&app).await;
    app.clock.pass_seconds(LASTS);
    let paths = routes::taking("POST");
    assert!(HARMLESS.iter().all(|harmless| paths.contains(*harmless)), "{paths:?}");
    for route in paths.iter().filter(|route| !HARMLESS.contains(&route.as_str())) {
        let path = route.replace("{tenant}", &tenant.handle);
        assert!(path.len() > 3, "the table is written otherwise");
        shows(&browser.submit(&format!("/console{path}"), &[("confirm", PASSWORD)]).await, 403, ASKS);
    }
    for route in &HARMLESS[4..] {
        let path = route.replace("{tenant}", &tenant.handle);
        let answer = browser.submit(&format!("/console{path}"), &[]).await;
        assert!(!answer.body.contains(ASKS), "{route}");
    }
}

#[tokio::test]
async fn a_step_up_continues_with_what_was_typed_and_lasts_ten_minutes() {
    let app = start().await;
    let tenant = app.tenant().await;
    let mut browser = Browser::set_up(&app).await;
    let fields = [("name", "a \"quoted\" <key>"), ("scopes", "mint"), ("scopes", "verify")];
    app.clock.pass_seconds(LASTS - 1);
    let early = [("name", "early"), ("scopes", "mint")];
    assert_eq!(browser.submit(&keys(&tenant), &early).await.status, 201);
    app.clock.pass_seconds(1);
    let before = live_keys(&app);
    let asked = browser.submit(&keys(&tenant), &fields).await;
    shows(&asked, 403, ASKS);
    let (_, form) = asked.body.split_once(&format!("action=\"{}\"", keys(&tenant))).expect("the form");
    assert_eq!(hidden(form, "form"), browser.form_token().await);
    let mut repeated = filled_in(&asked.body, &keys(&tenant));
    assert!(fields.iter().all(|(name, value)| repeated.contains(&((*name).into(), (*value).into()))));
    repeated.retain(|(name, _)| name != SECRET);
    let with =
        |password: &'static str| pairs(&repeated).into_iter().chain([(SECRET, password)]).collect::<Vec<_>>();
    let wrong = browser.submit(&keys(&tenant), &with("wrong-password-1")).await;
    shows(&wrong, 403, "That was not right.");
    assert!(!wrong.body.contains("wrong-password-1"), "the wrong password is repeated");
    assert_eq!(live_keys(&app), before);
    assert_eq!(browser.submit(&keys(&tenant), &with(PASSWORD)).await.status, 201);
    assert_eq!(live_keys(&app), before + 1);
    assert!(audited(&app).iter().any(|line| line == "operator_confirmed jane"));
    // Use does not extend it.
    app.clock.pass_seconds(LASTS - 1);
    let late = [("name", "late"), ("scopes", "mint")];
    assert_eq!(browser.submit(&keys(&tenant), &late).await.status, 201);
    app.clock.pass_seconds(1);
    shows(&browser.submit(&keys(&tenant), &fields).await, 403, ASKS);
}

#[tokio::test]
async fn a_step_up_is_for_one_session() {
    let app = start().await;
    let tenant = app.tenant().await;
    let mut stale = Browser::set_up(&app).await;
    app.clock.pass_seconds(LASTS);
    let mut fresh = Browser::at(&app);
    fresh.sign_in(PASSWORD).await;
    let fields = [("name", "mine"), ("scopes", "mint")];
    shows(&stale.submit(&keys(&tenant), &fields).await, 403, ASKS);
    assert_eq!(fresh.submit(&keys(&tenant), &fields).await.status, 201);
}

#[tokio::test]
async fn with_an_authenticator_app_a_step_up_takes_its_code_and_takes_it_once() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    let secret = set_up_app(&app, &mut browser).await;
    app.clock.pass_seconds(LASTS);
    let off = "/console/account/totp/off";
    let asked = browser.submit(off, &[("password", PASSWORD)]).await;
    shows(&asked, 403, ASKS);
    assert!(asked.body.contains(CODE));
    for wrong in ["", "000000"] {
        let fields = [("password", PASSWORD), (SECRET, PASSWORD), (CODE, wrong)];
        shows(&browser.submit(off, &fields).await, 403, "That was not right.");
    }
    let right = code(&app, &secret);
    let fields = [("password", PASSWORD), (SECRET, PASSWORD), (CODE, right.as_str())];
    let refused = [("new", "one"), ("again", "another"), (SECRET, PASSWORD), (CODE, right.as_str())];
    shows(&browser.submit("/console/account/password", &refused).await, 422, "not the same");
    app.database().change("UPDATE sessions SET proved_at = 0");
    shows(&browser.submit(off, &fields).await, 403, "That was not right.");
}

#[tokio::test]
async fn a_tenant_steps_up_with_the_key_that_it_signed_in_with() {
    let app = start().await;
    let (tenant, stranger) = (app.tenant().await, app.tenant().await);
    let mut browser = signed_in(&app, &tenant).await;
    app.clock.pass_seconds(LASTS);
    let fields = |key| [("name", "renamed"), ("locale", "en"), (SECRET, key)];
    shows(&browser.submit(&own(&tenant, ""), &fields("")).await, 403, "Your secret key");
    shows(&browser.submit(&own(&tenant, ""), &fields(&stranger.key)).await, 403, "That was not right.");
    leads(&browser.submit(&own(&tenant, ""), &fields(&tenant.key)).await);
}
