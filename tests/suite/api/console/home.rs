//! The home page: what needs attention, each with the place where it is mended.

use mail_catcher::Fault;
use otpmint::domain::operator::Role;
use serde_json::json;

use super::tenant::{own, signed_in};
use super::{Browser, PASSWORD, leads, operator, shows, start, start_with};
use crate::api::harness::{JANE, wrong};
use crate::api::v1::accounts::account_at;

const CALM: &str = "Nothing. Messages pass, and nobody is locked out.";

#[tokio::test]
async fn home_is_calm_while_nothing_needs_attention_and_a_tenant_has_its_own() {
    let app = start().await;
    let tenant = app.tenant().await;
    app.mint(&tenant, JANE).await;
    let mut looks = operator(&app, "looks", Role::ReadOnly).await;
    shows(&looks.get("/console").await, 200, CALM);
    let mut own_browser = signed_in(&app, &tenant).await;
    assert_eq!(leads(&own_browser.get("/console").await), own(&tenant, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_route_that_fails_leads_to_where_it_is_mended_until_it_is() {
    let app = start().await;
    let tenant = app.tenant().await;
    let mut browser = Browser::set_up(&app).await;
    app.mail.set_faults(vec![Fault::AuthRefused.always()]);
    let refused = app.api.json().mint(JANE, &tenant.key).await;
    refused.is_problem(502, "authentication_failed");
    let page = browser.get("/console").await;
    shows(&page, 200, "Messages over localhost fail: authentication failed.");
    shows(&page, 200, "check the route&#39;s credentials");
    assert!(page.body.contains(&format!("href=\"{}\"", own(&tenant, "/accounts"))), "{}", page.body);
    // It is known by the name that its owner gave it.
    let routes = app.api.bearing(&tenant.key).get("/v1/tenant/routes").await.json();
    let id = routes["data"][0]["id"].as_str().expect("a route");
    let mut named = account_at(&app.mail);
    named["transport"] = json!("smtp");
    named["name"] = json!("Main server");
    let (api, path) = (app.api.bearing(&tenant.key), format!("/v1/tenant/routes/{id}"));
    let answer = api.send(reqwest::Method::PUT, &path, named.to_string().into_bytes()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    shows(&browser.get("/console").await, 200, "Messages over Main server fail: authentication failed.");
    app.mail.set_faults(Vec::new());
    app.clock.pass_seconds(900);
    app.mint(&tenant, JANE).await;
    shows(&browser.get("/console").await, 200, CALM);
}

#[tokio::test]
async fn keys_that_end_soon_are_told_in_time_and_no_longer_once_they_do_not() {
    let app = start().await;
    let tenant = app.tenant().await;
    let mut browser = Browser::set_up(&app).await;
    let api = app.api.bearing(&tenant.key);
    let far = json!({ "name": "far", "scopes": ["mint"], "expires_at": "2026-03-01T12:00:00Z" });
    let near = json!({ "name": "near", "scopes": ["mint"], "expires_at": "2026-01-20T12:00:00Z" });
    for body in [&far, &near] {
        let made = api.post("/v1/tenant/keys", body).await;
        assert_eq!(made.status, 201, "{}", made.body);
    }
    let page = browser.get("/console").await;
    shows(&page, 200, "The secret key \u{201c}near\u{201d} ends.");
    shows(&page, 200, "in 5 days");
    assert!(!page.body.contains("far"), "{}", page.body);
    assert!(page.body.contains(&format!("href=\"{}\"", own(&tenant, "/keys"))), "{}", page.body);
    let key = app.database().text("SELECT handle FROM secret_keys WHERE name = 'near'");
    let path = format!("/v1/tenant/keys/{key}");
    let changed = api.send(reqwest::Method::PATCH, &path, b"{\"expires_at\": null}".to_vec()).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    shows(&browser.get("/console").await, 200, CALM);
}

/// A recipient whose identity nobody has.
const RECIPIENT: &str = "age1v0janthaq0jq7mtlv6tygcy2vcppuhld28luvemnwxrpjplzcd2svuvz7h";

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_itself_needs_is_told() {
    let app = start_with(|settings| {
        settings.backup.folder = "/dev/null/backups".into();
        settings.backup.recipients = vec![RECIPIENT.to_owned()];
    })
    .await;
    let mut browser = Browser::set_up(&app).await;
    for _ in 0..100 {
        let page = browser.get("/console").await;
        if page.body.contains("Backups fail.") {
            return assert!(!page.body.contains(CALM), "{}", page.body);
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("nothing is told of the backups");
}

#[tokio::test]
async fn lockouts_and_guesses_are_told_with_their_tenant() {
    let app = start_with(|settings| settings.limits.failures_in_a_row = 5).await;
    let (tenant, other) = (app.tenant().await, app.tenant().await);
    let mut browser = Browser::set_up(&app).await;
    let path = format!("/v1/admin/tenants/{}", tenant.handle);
    let order = async |level: &str| {
        let body = json!({ "spray": { "level": level } }).to_string().into_bytes();
        assert_eq!(app.operator().send(reqwest::Method::PATCH, &path, body).await.status, 200);
    };
    order("under_attack").await;
    let page = browser.get("/console").await;
    shows(&page, 200, "Under attack: somebody guesses at codes.");
    assert!(page.body.contains(&tenant.handle) && !page.body.contains(&other.handle), "{}", page.body);
    order("calm").await;
    shows(&browser.get("/console").await, 200, CALM);
    let minted = app.mint(&tenant, JANE).await;
    for _ in 0..5 {
        app.api.verify(&minted.key, &wrong(&minted.code)).await;
    }
    shows(&browser.get("/console").await, 200, "Recipients were locked out today.");
    app.clock.pass_seconds(86_401);
    browser = Browser::at(&app);
    assert_eq!(browser.sign_in(PASSWORD).await.status, 303);
    shows(&browser.get("/console").await, 200, CALM);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_failed_before_a_restart_and_what_reached_a_cap_is_told() {
    let app = start().await;
    let tenant = app.tenant().await;
    app.mail.set_faults(vec![Fault::AuthRefused.always()]);
    app.api.json().mint(JANE, &tenant.key).await.is_problem(502, "authentication_failed");
    let app = app.restart(|_| {}).await;
    let mut browser = Browser::set_up(&app).await;
    let page = browser.get("/console").await;
    shows(&page, 200, "Messages failed today.");
    shows(&page, 200, "/audit?event=delivery_failed");
    // Once it is tried again, the route says itself whether it works.
    app.mail.set_faults(Vec::new());
    app.mint(&tenant, JANE).await;
    shows(&browser.get("/console").await, 200, CALM);

    let cap = json!({ "mints": { "per_hour": 2 } }).to_string().into_bytes();
    let api = app.api.bearing(&tenant.key);
    assert_eq!(api.send(reqwest::Method::PATCH, "/v1/tenant", cap).await.status, 200);
    for number in 0..3 {
        api.post("/v1/challenges", &json!({ "to": format!("joe{number}@recipient.example") })).await;
    }
    shows(&browser.get("/console").await, 200, "The tenant&#39;s own cap on its codes was reached.");
}
