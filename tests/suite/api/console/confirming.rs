//! Dangerous actions require the password or the secret key again: which one, and how often it may be tried.

use serde_json::json;

use super::tenant::{own, signed_in};
use super::{Browser, PASSWORD, leads, shows, start, start_with};
use crate::api::harness::{Tenant, TestApp};

const WRONG: &str = "That was not right.";
const LIMITED: &str = "Too many wrong tries at signing in.";

/// A further key of a tenant, and the path of the form that revokes it.
async fn spare(app: &TestApp, tenant: &Tenant) -> (String, String) {
    let body = json!({ "name": "spare", "scopes": ["mint", "manage"] });
    let made = app.api.bearing(&tenant.key).post("/v1/tenant/keys", &body).await.json();
    let text = |name: &str| made[name].as_str().expect(name).to_owned();
    (text("secret"), own(tenant, &format!("/keys/{}/revoke", text("key"))))
}

#[tokio::test]
async fn another_key_of_the_same_tenant_confirms_nothing() {
    let app = start().await;
    let tenant = app.tenant().await;
    let mut browser = signed_in(&app, &tenant).await;
    let (key, revoke) = spare(&app, &tenant).await;
    shows(&browser.submit(&revoke, &[("confirm", &key)]).await, 403, WRONG);
    leads(&browser.submit(&revoke, &[("confirm", &tenant.key)]).await);
}

#[tokio::test]
async fn wrong_keys_that_confirm_are_counted_for_the_session() {
    let app = start_with(|settings| settings.console.wrong_per_account = "3/15m".parse().unwrap()).await;
    let tenant = app.tenant().await;
    let mut browser = signed_in(&app, &tenant).await;
    let (_, revoke) = spare(&app, &tenant).await;
    for _ in 0..3 {
        shows(&browser.submit(&revoke, &[("confirm", "otpm_nothing-at-all")]).await, 403, WRONG);
    }
    let right = [("confirm", tenant.key.as_str())];
    let limited = browser.submit(&revoke, &right).await;
    shows(&limited, 429, LIMITED);
    assert_eq!(limited.retry_after(), 900);
    app.clock.pass_seconds(900);
    // By now the form demands a step-up as well.
    let right = [right[0], ("step_up_secret", tenant.key.as_str())];
    leads(&browser.submit(&revoke, &right).await);
}

#[tokio::test]
async fn wrong_passwords_of_whoever_has_signed_in_are_counted_for_the_session() {
    for (path, field) in [
        ("/console/account/password", "password"),
        ("/console/account/totp", "password"),
        ("/console/account/totp/off", "password"),
        ("", "confirm"),
    ] {
        let app = start_with(|settings| settings.console.wrong_per_account = "3/15m".parse().unwrap()).await;
        let tenant = app.tenant().await;
        let mut browser = Browser::set_up(&app).await;
        let (_, revoke) = spare(&app, &tenant).await;
        let path = if path.is_empty() { &revoke } else { path };
        for _ in 0..3 {
            shows(&browser.submit(path, &[(field, "wrong-password-1")]).await, 403, WRONG);
        }
        let limited = browser.submit(path, &[(field, PASSWORD)]).await;
        shows(&limited, 429, LIMITED);
        assert_eq!(limited.retry_after(), 900, "{path}");
    }
}

#[tokio::test]
async fn what_strangers_try_keeps_nobody_who_has_signed_in_from_confirming() {
    let app = start_with(|settings| {
        settings.console.wrong_per_account = "3/15m".parse().unwrap();
        settings.console.wrong_per_address = "3/15m".parse().unwrap();
    })
    .await;
    let tenant = app.tenant().await;
    let (mut operator, mut own) = (Browser::set_up(&app).await, signed_in(&app, &tenant).await);
    let mut stranger = Browser::at(&app);
    for status in [403, 403, 403, 429] {
        assert_eq!(stranger.sign_in("wrong-password-1").await.status, status);
    }
    for (browser, secret) in [(&mut operator, PASSWORD), (&mut own, tenant.key.as_str())] {
        let (_, revoke) = spare(&app, &tenant).await;
        leads(&browser.submit(&revoke, &[("confirm", secret)]).await);
    }
}
