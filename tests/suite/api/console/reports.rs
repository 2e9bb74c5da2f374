//! The reports: what operators see of everything, and what a tenant sees of itself.

use mail_catcher::{Fault, Stage};

use super::tenant::signed_in;
use super::{Browser, leads, start};
use crate::api::harness::{Challenge, JANE, Tenant, TestApp, eventually, wrong};
use crate::api::v1::accounts;

/// The pages that an operator sees for everything, and that exist for each tenant.
pub const PAGES: [&str; 5] = ["/numbers", "/deliveries", "/audit", "/fired", "/servers"];

fn of(tenant: &Tenant, page: &str) -> String {
    format!("/console/tenants/{}{page}", tenant.handle)
}

/// Waits until the end of this many messages was recorded.
pub async fn recorded(app: &TestApp, messages: i64) {
    let count =
        || app.database().number("SELECT coalesce(sum(n), 0) FROM counts WHERE counter BETWEEN 300 AND 499");
    eventually("the end of a message", || (count() == messages).then_some(())).await;
}

/// The handle of the only mail account of a tenant.
async fn account_of(app: &TestApp, tenant: &Tenant) -> String {
    let told = accounts::get(&accounts::api(app, tenant)).await.json();
    told["accounts"][0]["id"].as_str().unwrap_or_else(|| panic!("{told}")).to_owned()
}

#[track_caller]
fn shows(page: &str, parts: &[&str]) {
    for part in parts {
        assert!(page.contains(part), "{part:?} is not in {page}");
    }
}

#[tokio::test]
async fn nobody_who_has_not_signed_in_sees_any() {
    let app = start().await;
    let tenant = app.tenant().await;
    for page in PAGES {
        for path in [format!("/console{page}"), of(&tenant, page)] {
            assert_eq!(leads(&Browser::at(&app).get(&path).await), super::SIGN_IN, "{path}");
        }
    }
}

#[tokio::test]
async fn a_tenant_sees_its_own_reports_and_neither_everybodys_nor_anothers() {
    let app = start().await;
    let (own, other) = (app.tenant().await, app.tenant().await);
    let mine = app.mint(&own, JANE).await;
    let theirs = app.mint(&other, "joe@other.example").await;
    recorded(&app, 2).await;
    let account = account_of(&app, &other).await;
    let everything = Browser::set_up(&app).await.get("/console/servers").await.body;
    assert!(everything.contains(&account), "{everything}");
    let mut browser = signed_in(&app, &own).await;
    shows(&browser.get(&of(&own, "/servers")).await.body, &[account_of(&app, &own).await.as_str()]);
    for page in PAGES {
        let answer = browser.get(&of(&own, page)).await;
        assert_eq!(answer.status, 200, "{page}: {}", answer.body);
        assert!(!answer.body.contains(&other.handle) && !answer.body.contains(&theirs.key), "{page}");
        assert!(!answer.body.contains(&account), "{page} has the account of another tenant");
        assert_eq!(browser.get(&of(&other, page)).await.status, 404, "{page}");
        assert_eq!(browser.get(&format!("/console{page}")).await.status, 404, "{page}");
        // Whichever other tenant is named: the tenant in the path counts.
        let named = format!("{}?tenant={}", of(&own, page), other.handle);
        let named = browser.get(&named).await;
        assert!(!named.body.contains(&theirs.key) && !named.body.contains(&account), "{page}");
    }
    let delivery = |tenant, challenge: &Challenge| of(tenant, &format!("/deliveries/{}", challenge.key));
    assert_eq!(browser.get(&delivery(&own, &mine)).await.status, 200);
    for foreign in [delivery(&own, &theirs), delivery(&other, &theirs), delivery(&other, &mine)] {
        assert_eq!(browser.get(&foreign).await.status, 404, "{foreign}");
    }
    assert_eq!(browser.get(&format!("/console/deliveries/{}", mine.key)).await.status, 404);
}

#[tokio::test]
async fn the_dashboard_counts_what_happened_and_a_delivery_tells_its_way() {
    let app = start().await;
    let tenant = app.tenant().await;
    app.mail.set_faults(vec![Fault::Reply(Stage::Auth, 535).always()]);
    app.api.mint("joe@two.example", &tenant.key).await;
    app.mail.set_faults(Vec::new());
    let verified = app.mint(&tenant, JANE).await;
    assert_eq!(app.api.verify_as(&tenant.key, &verified.key, &wrong(&verified.code)).await.status, 403);
    assert_eq!(app.api.verify_as(&tenant.key, &verified.key, &verified.code).await.status, 201);
    recorded(&app, 2).await;
    let mut browser = Browser::set_up(&app).await;
    for path in ["/console/numbers".to_owned(), of(&tenant, "/numbers")] {
        let page = browser.get(&path).await.body;
        shows(
            &page,
            &["2 minted, 1 of them verified.", "1 not sent; most often: authentication failed (1)."],
        );
    }
    let list = browser.get("/console/deliveries?status=failed").await.body;
    shows(&list, &["j***@t***.example", "authentication failed", &tenant.handle]);
    assert!(!list.contains(&verified.key));
    let page = browser.get(&format!("/console/deliveries/{}", verified.key)).await.body;
    let moments = ["Minted, and its message queued", "A wrong code was given", "The right code was given"];
    shows(&page, &moments);
    shows(&page, &["Accepted by the mail server"]);
}

#[tokio::test]
async fn no_page_shows_a_code_an_address_or_a_password() {
    let app = start().await;
    let tenant = app.tenant().await;
    let challenge = app.mint(&tenant, "secret.person@example.com").await;
    recorded(&app, 1).await;
    let mut browser = Browser::set_up(&app).await;
    let one = format!("/deliveries/{}", challenge.key);
    for page in PAGES.into_iter().chain([one.as_str()]) {
        for path in [format!("/console{page}"), of(&tenant, page)] {
            let body = browser.get(&path).await.body;
            let words: Vec<&str> = body.split(|c: char| !c.is_ascii_alphanumeric()).collect();
            assert!(!words.contains(&challenge.code.as_str()), "{path}");
            assert!(!body.contains("secret.person") && !body.contains(&tenant.key), "{path}");
        }
    }
}

#[tokio::test]
async fn the_audit_trail_is_filtered_and_paged() {
    let app = start().await;
    let tenant = app.tenant().await;
    for number in 0..60 {
        let mint = app.api.mint(&format!("user{number}@example.com"), &tenant.key).await;
        assert_eq!(mint.status, 200, "{}", mint.body);
        app.clock.pass_seconds(1);
    }
    let mut browser = Browser::set_up(&app).await;
    let first = browser.get("/console/audit?event=minted").await.body;
    assert_eq!(first.matches("<td>minted</td>").count(), 50);
    let (_, next) = first.split_once("rel=\"next\" href=\"").unwrap();
    let next = next.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
    let second = browser.get(&format!("/console/audit{next}")).await.body;
    assert_eq!((second.matches("<td>minted</td>").count(), second.contains("rel=\"next\"")), (10, false));
    let one = browser.get("/console/audit?who=127.0.0.1&event=minted").await.body;
    assert_eq!(one.matches("<td>minted</td>").count(), 50);
    let jane = browser.get(&format!("/console/audit?who={}", super::NAME)).await.body;
    shows(&jane, &["<td>operator set up</td>"]);
    assert!(!jane.contains("<td>minted</td>"));
    let odd = browser.get("/console/audit?event=nonsense&from=soon").await.body;
    shows(&odd, &["Unknown event.", "This is not a date and time.", "Nothing found."]);
    assert!(!odd.contains("<td>minted</td>"));
}

#[tokio::test]
async fn limits_that_fired_are_told_with_their_tenant_for_a_day() {
    let app = start().await;
    let (tenant, other) = (app.tenant().await, app.tenant().await);
    let mut browser = Browser::set_up(&app).await;
    shows(&browser.get("/console/fired").await.body, &["No limit fired."]);
    // Three in ten minutes.
    for _ in 0..3 {
        assert_eq!(app.api.mint(JANE, &tenant.key).await.status, 200);
    }
    assert_eq!(app.api.mint(JANE, &tenant.key).await.status, 429);
    let page = browser.get("/console/fired").await.body;
    shows(&page, &["1 refused.", "sends per recipient", &tenant.handle]);
    shows(&browser.get(&of(&other, "/fired")).await.body, &["No limit fired."]);
    let named = format!("/console/fired?tenant={}", other.handle);
    shows(&browser.get(&named).await.body, &["No limit fired."]);
}

#[tokio::test]
async fn an_operator_sees_the_nodes_and_a_tenant_does_not() {
    let app = start().await;
    let tenant = app.tenant().await;
    let page = Browser::set_up(&app).await.get("/console/nodes").await;
    shows(&page.body, &["this one", "keeps house", env!("CARGO_PKG_VERSION"), "0 ms ago"]);
    let answer = signed_in(&app, &tenant).await.get("/console/nodes").await;
    assert!(!answer.body.contains("keeps house"), "{}", answer.body);
    assert_ne!(answer.status, 200);
}
