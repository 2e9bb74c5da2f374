//! The search of the console: a person, a challenge or a tenant by one field, and nothing of a person in an address.

use otpmint::domain::operator::Role;
use serde_json::json;

use super::reports::recorded;
use super::tenant::{own, signed_in};
use super::{Browser, leads, operator, shows, start};
use crate::api::harness::{JANE, Tenant, TestApp, wrong};

/// What the search answers.
async fn found(browser: &mut Browser, asked: &str) -> crate::api::harness::Answer {
    browser.submit("/console/search", &[("q", asked)]).await
}

async fn named(app: &TestApp, name: &str) -> Tenant {
    let tenant = app.tenant().await;
    let body = json!({ "name": name }).to_string().into_bytes();
    let changed = app.api.bearing(&tenant.key).send(reqwest::Method::PATCH, "/v1/tenant", body).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    tenant
}

#[tokio::test]
async fn one_field_leads_to_a_challenge_a_tenant_or_a_person() {
    let app = start().await;
    let (acme, other) = (named(&app, "Acme").await, named(&app, "Globex").await);
    let minted = app.mint(&acme, JANE).await;
    recorded(&app, 1).await;
    let mut browser = operator(&app, "looks", Role::ReadOnly).await;
    let page = browser.get("/console/tenants").await.body;
    assert!(page.contains("action=\"/console/search\""), "{page}");
    assert_eq!(leads(&found(&mut browser, &minted.key).await), format!("/console/deliveries/{}", minted.key));
    assert_eq!(
        leads(&found(&mut browser, &other.handle).await),
        format!("/console/tenants/{}", other.handle)
    );
    assert_eq!(leads(&found(&mut browser, "Globex").await), format!("/console/tenants/{}", other.handle));
    let like = leads(&found(&mut browser, "glob").await);
    let list = browser.get(&like).await.body;
    assert!(list.contains(&other.handle) && !list.contains(&acme.handle), "{list}");
    // A handle that nobody has, and a name that two have, lead to what there is.
    let unknown = leads(&found(&mut browser, "tnt_4hq7k2m9x3c8v5bn").await);
    shows(&browser.get(&unknown).await, 200, "There is no tenant with this in its name or handle.");
    // Any spelling of the mailbox.
    let page = found(&mut browser, &format!("  {} ", JANE.to_uppercase())).await;
    shows(&page, 200, "J***@");
    for text in ["Acme", &minted.key, "email", "sent"] {
        shows(&page, 200, text);
    }
    assert!(!page.body.contains("Globex"), "{}", page.body);
    assert!(!page.body.contains("/recipients/unlock"), "who only looks finds no form");
    shows(&found(&mut browser, "nobody@example.com").await, 200, "No tenant has sent anything");
    shows(&found(&mut browser, "jane@").await, 422, "This is not a complete mail address");
    let noted = app.database().number("SELECT count(*) FROM audit WHERE event = 'recipient_searched'");
    assert_eq!(noted, 1, "of the tenant that knows the person, and of no other");
}

#[tokio::test]
async fn the_page_of_a_person_says_why_no_code_came_and_lets_support_in_again() {
    let app = start().await;
    let tenant = app.tenant().await;
    for round in 0..4 {
        let minted = app.mint(&tenant, JANE).await;
        recorded(&app, round + 1).await;
        for _ in 0..5 {
            app.api.verify(&minted.key, &wrong(&minted.code)).await;
        }
        app.clock.pass_seconds(600);
    }
    let mut browser = operator(&app, "helps", Role::Support).await;
    let page = found(&mut browser, JANE).await;
    for text in ["No answer is checked for", "failures per recipient", "20 of 20 in", "Wrong codes in a row"]
    {
        shows(&page, 200, text);
    }
    let unlocked = browser.submit(&own(&tenant, "/recipients/unlock"), &[("recipient", JANE)]).await;
    assert_eq!(leads(&unlocked), own(&tenant, "/recipients?done=unlocked"));
    let page = found(&mut browser, JANE).await;
    assert!(!page.body.contains("No answer is checked"), "{}", page.body);
    // The tenant sees the same of its own, and nothing of others.
    let other = app.tenant().await;
    let mut own_browser = signed_in(&app, &tenant).await;
    let page = own_browser.submit(&own(&tenant, "/recipients"), &[("recipient", JANE)]).await;
    shows(&page, 200, "exhausted");
    let mut others = signed_in(&app, &other).await;
    let page = others.submit(&own(&other, "/recipients"), &[("recipient", JANE)]).await;
    shows(&page, 200, "No messages in the last 30 days.");
    let wrong = own_browser.submit(&own(&tenant, "/recipients"), &[("recipient", "jane")]).await;
    assert_eq!(wrong.status, 422, "{}", wrong.body);
}

#[tokio::test]
async fn of_a_challenge_that_is_deleted_the_audit_trail_remains() {
    let app = start().await;
    let tenant = named(&app, "Acme").await;
    let minted = app.mint(&tenant, JANE).await;
    let answer = app.api.verify(&minted.key, &minted.code).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    app.database().change("DELETE FROM deliveries");
    app.database().change("DELETE FROM challenges");
    let mut browser = Browser::set_up(&app).await;
    let path = format!("/console/deliveries/{}", minted.key);
    let page = browser.get(&path).await;
    for text in
        ["The challenge is deleted", "Acme", "Minted, and its message queued", "The right code was given"]
    {
        shows(&page, 200, text);
    }
    let never = browser.get(&format!("/console/deliveries/{}", wrong_key(&minted.key))).await;
    shows(&never, 404, "There is no challenge with this key");
    let other = app.tenant().await;
    let mut others = signed_in(&app, &other).await;
    let foreign = others.get(&own(&other, &format!("/deliveries/{}", minted.key))).await;
    shows(&foreign, 404, "There is no challenge with this key");
}

/// Another key of the same shape.
fn wrong_key(key: &str) -> String {
    let first = if key.starts_with('B') { 'C' } else { 'B' };
    format!("{first}{}", &key[1..])
}

#[tokio::test]
async fn a_filter_takes_the_name_of_a_tenant_and_an_unknown_one_finds_nothing() {
    let app = start().await;
    let (acme, other) = (named(&app, "Acme").await, named(&app, "Globex").await);
    for tenant in [&acme, &other] {
        app.mint(tenant, JANE).await;
    }
    recorded(&app, 2).await;
    let mut browser = Browser::set_up(&app).await;
    for path in ["deliveries", "audit"] {
        let all = browser.get(&format!("/console/{path}")).await.body;
        assert!(all.contains(&format!("<option value=\"{}\">Acme</option>", acme.handle)), "{all}");
        let rows = |page: &str, name: &str| page.matches(&format!("<bdi>{name}</bdi></a> <code>")).count();
        assert!(rows(&all, "Acme") > 0 && rows(&all, "Globex") > 0, "{all}");
        for asked in ["Acme", &acme.handle] {
            let page = browser.get(&format!("/console/{path}?tenant={asked}")).await.body;
            assert!(rows(&page, "Acme") > 0 && rows(&page, "Globex") == 0, "{page}");
        }
        for asked in ["acm", "tnt_4hq7k2m9x3c8v5bn"] {
            let page = browser.get(&format!("/console/{path}?tenant={asked}")).await;
            shows(&page, 200, "Unknown tenant.");
            assert_eq!(rows(&page.body, "Acme"), 0, "{}", page.body);
        }
    }
}
