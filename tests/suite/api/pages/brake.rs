//! Pages of a tenant that is under attack: an answer waits until the page has been open for a moment, or its script has
//! worked for it.

use otpmint::crypto::pause::is_worked;
use reqwest::Method;
use serde_json::json;

use super::{Browser, Hosted, RETURN, backend, hosting_tenant, leads, leaves, start};
use crate::api::harness::{Answer, JANE, Tenant, TestApp};

async fn attacked() -> (TestApp, Tenant) {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let body = json!({ "spray": { "level": "under_attack" } }).to_string().into_bytes();
    let ordered = backend(&app, &tenant).send(Method::PATCH, "/v1/tenant", body).await;
    assert_eq!(ordered.status, 200, "{}", ordered.body);
    (app, tenant)
}

/// The mark in the form of a page.
fn mark(page: &Answer) -> String {
    let found = page.body.split("name=\"pause\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    found.unwrap_or_else(|| panic!("no mark in {}", page.body)).to_owned()
}

async fn answer(browser: &Browser, page: &Hosted, (code, mark, work): (&str, &str, &str)) -> Answer {
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("code", code), ("pause", mark), ("work", work)])
        .finish();
    browser.post(&format!("{}/verify", page.path), &form).await
}

fn worked(mark: &str) -> String {
    let found = (0_u64..).map(|number| number.to_string()).find(|work| is_worked(mark, work));
    found.expect("some hundred thousand tries")
}

/// How many answers were evaluated.
fn attempts(app: &TestApp) -> i64 {
    app.database().number("SELECT sum(attempts) FROM challenges")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_waits_for_the_pause_and_an_early_one_costs_nothing() {
    let (app, tenant) = attacked().await;
    let (page, browser) = (Hosted::by(&app, &tenant).await, Browser::at(&app));
    let shown = browser.get(&page.path).await;
    assert!(shown.body.contains("Please wait") && shown.body.contains(">0:10<"), "{}", shown.body);
    let mark = mark(&shown);
    let idle = (0..).map(|number: u64| number.to_string()).find(|work| !is_worked(&mark, work)).unwrap();
    for (mark, work) in [("", ""), (mark.as_str(), ""), (mark.as_str(), idle.as_str()), ("1.AAAA", "0")] {
        let early = answer(&browser, &page, (&page.code, mark, work)).await;
        assert!(leads(&early).contains("later"), "{mark:?} {work:?}");
    }
    app.clock.pass_millis(9_999);
    assert!(leads(&answer(&browser, &page, (&page.code, &mark, "")).await).contains("later"));
    assert_eq!(attempts(&app), 0);
    app.clock.pass_millis(1);
    leaves(&answer(&browser, &page, (&page.code, &mark, "")).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_works_instead_of_waiting() {
    let (app, tenant) = attacked().await;
    let (page, browser) = (Hosted::by(&app, &tenant).await, Browser::at(&app));
    let shown = browser.get(&page.path).await;
    assert!(shown.body.contains("data-bits=\"17\""), "what its script works for");
    let mark = mark(&shown);
    leaves(&answer(&browser, &page, (&page.code, &mark, &worked(&mark))).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mark_is_worth_one_answer_to_one_challenge() {
    let (app, tenant) = attacked().await;
    let (page, browser) = (Hosted::by(&app, &tenant).await, Browser::at(&app));
    let other =
        Hosted::minted(&app, &tenant, json!({ "to": "joe@recipient.example", "return_url": RETURN })).await;
    let mark = mark(&browser.get(&page.path).await);
    let work = worked(&mark);
    app.clock.pass_seconds(10);
    assert!(leads(&answer(&browser, &other, (&other.code, &mark, &work)).await).contains("later"));
    assert!(leads(&answer(&browser, &page, ("0000", &mark, &work)).await).contains("wrong"));
    assert!(leads(&answer(&browser, &page, (&page.code, &mark, &work)).await).contains("later"));
    assert_eq!(attempts(&app), 1);
    let again = self::mark(&browser.get(&page.path).await);
    leaves(&answer(&browser, &page, (&page.code, &again, &worked(&again))).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_trusted_devices_and_of_calm_tenants_have_no_brake() {
    let (app, tenant) = attacked().await;
    let browser = Browser::at(&app);
    let trusted = json!({ "to": JANE, "return_url": RETURN, "trusted": true });
    let page = Hosted::minted(&app, &tenant, trusted).await;
    assert!(!browser.get(&page.path).await.body.contains("name=\"pause\""));
    leaves(&browser.answer(&page, &page.code).await);
    let body = json!({ "spray": { "pause": 0 } }).to_string().into_bytes();
    assert_eq!(backend(&app, &tenant).send(Method::PATCH, "/v1/tenant", body).await.status, 200);
    let page =
        Hosted::minted(&app, &tenant, json!({ "to": "joe@recipient.example", "return_url": RETURN })).await;
    assert_eq!(page.code.len(), 8);
    leaves(&browser.answer(&page, &page.code).await);
    let calm = hosting_tenant(&app).await;
    let page = Hosted::by(&app, &calm).await;
    leaves(&browser.answer(&page, &page.code).await);
}
