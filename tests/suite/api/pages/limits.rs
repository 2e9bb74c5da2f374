//! An attempt on a page counts like any other attempt.

use otpmint::config::Settings;

use reqwest::Method;
use serde_json::{Value, json};

use super::asking::{asking, give, given, minted};
use super::{Browser, Hosted, RETURN, backend, hosting_tenant, leads, start, start_with};
use crate::api::harness::{JANE, Tenant, TestApp, wrong};
use crate::api::v1::{accounts, assert_problem};

fn rate(text: &str) -> otpmint::domain::limits::rate::Rate {
    text.parse().expect("a rate")
}

#[tokio::test]
async fn wrong_answers_on_pages_count_for_their_recipient_and_hold_back_even_the_right_one() {
    let app = start_with(|settings| settings.limits.failures_per_recipient = rate("4/24h")).await;
    let tenant = hosting_tenant(&app).await;
    let (browser, api) = (Browser::at(&app), backend(&app, &tenant));
    let pages = [Hosted::by(&app, &tenant).await, Hosted::by(&app, &tenant).await];
    for page in &pages {
        for _ in 0..2 {
            let back = leads(&browser.answer(page, &wrong(&page.code)).await);
            assert_eq!(back, format!("{}?notice=wrong", page.path));
        }
    }
    for page in &pages {
        assert_eq!(leads(&browser.answer(page, &page.code).await), format!("{}?notice=later", page.path));
        let told = api.get(&format!("/v1/challenges/{}", page.key)).await.json();
        assert_eq!((&told["status"], &told["attempts_remaining"]), (&json!("pending"), &json!(3)));
    }
    app.api.json().mint(JANE, &tenant.key).await.is_limited_by("failures_per_recipient");
}

#[tokio::test]
async fn answers_on_pages_draw_on_the_rate_of_their_tenant() {
    let app = start_with(|settings| settings.limits.verify_per_tenant = rate("2/10s")).await;
    let tenant = hosting_tenant(&app).await;
    let (browser, page) = (Browser::at(&app), Hosted::by(&app, &tenant).await);
    for _ in 0..2 {
        leads(&browser.answer(&page, &wrong(&page.code)).await);
    }
    assert_eq!(leads(&browser.answer(&page, &page.code).await), format!("{}?notice=later", page.path));
    app.clock.pass_seconds(5);
    browser.result(&page).await;
}

#[tokio::test]
async fn every_form_of_a_page_counts_for_the_address_that_it_comes_from() {
    let app = start_with(|settings: &mut Settings| {
        settings.server.trusted_proxies = vec!["127.0.0.0/8".parse().expect("a network")];
        settings.limits.verify_per_address = rate("3/1h");
        settings.limits.mint_per_address = rate("2/1h");
    })
    .await;
    for (at, (form, most)) in
        [("verify", 3), ("cancel", 3), ("withdraw", 3), ("resend", 2), ("recipient", 2)].iter().enumerate()
    {
        let browser = Browser::at(&app).with("x-forwarded-for", &format!("192.0.2.{at}"));
        let path = format!("/c/AbcdefghijkLmnopqrstuvw/{form}");
        for _ in 0..*most {
            assert_eq!(browser.post(&path, "code=1").await.status, 303, "{form}");
        }
        assert_eq!(browser.post(&path, "code=1").await.status, 429, "{form}");
    }
}

/// A recipient for whom no further wrong answer is accepted.
async fn spoiled(app: &TestApp, tenant: &Tenant) {
    let (browser, page) = (Browser::at(app), Hosted::by(app, tenant).await);
    for _ in 0..2 {
        leads(&browser.answer(&page, &wrong(&page.code)).await);
    }
}

#[tokio::test]
async fn nobody_is_given_as_the_recipient_for_whom_too_many_answers_were_wrong() {
    let app = start_with(|settings| settings.limits.failures_per_recipient = rate("2/24h")).await;
    let tenant = hosting_tenant(&app).await;
    spoiled(&app, &tenant).await;
    let (path, key) = asking(&app, &tenant).await;
    assert_eq!(leads(&give(&Browser::at(&app), &path, JANE).await), format!("{path}?notice=later"));
    let told = backend(&app, &tenant).get(&format!("/v1/challenges/{key}")).await.json();
    assert_eq!((&told["to"], &told["sends_remaining"]), (&Value::Null, &json!(3)));
    assert_eq!(app.mails_to(JANE), 1);
}

#[tokio::test]
async fn a_page_that_asks_is_minted_and_told_within_the_rate_of_its_tenant() {
    let app = start_with(|settings| settings.limits.mint_per_tenant = rate("2/10s")).await;
    let tenant = hosting_tenant(&app).await;
    let (path, _) = asking(&app, &tenant).await;
    asking(&app, &tenant).await;
    let api = backend(&app, &tenant);
    let third = api.post("/v1/challenges", &json!({ "return_url": RETURN })).await;
    assert_problem(&third, 429, "mint_per_tenant");
    let browser = Browser::at(&app);
    assert_eq!(leads(&give(&browser, &path, JANE).await), format!("{path}?notice=later"));
    assert_eq!(app.database().number("SELECT count(*) FROM outbox") + app.mails_to(JANE) as i64, 0);
    app.clock.pass_seconds(5);
    assert_eq!(leads(&give(&browser, &path, JANE).await), path);
    app.code_after(0, JANE).await;
}

#[tokio::test]
async fn a_page_asks_for_nobody_whose_tenant_cannot_send() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (path, _) = asking(&app, &tenant).await;
    let api = backend(&app, &tenant);
    assert_eq!(accounts::put(&accounts::api(&app, &tenant), &json!([])).await.status, 200);
    let answer = api.post("/v1/challenges", &json!({ "return_url": RETURN })).await;
    assert_problem(&answer, 409, "no_account");
    assert_eq!(leads(&give(&Browser::at(&app), &path, JANE).await), format!("{path}?notice=later"));
    assert_eq!(app.database().number("SELECT count(*) FROM outbox"), 0);
    assert_eq!(app.database().number("SELECT count(*) FROM challenges"), 1);
}

#[tokio::test]
async fn a_page_that_asks_needs_a_way_back_as_any_other() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let mint = async |app: &TestApp, body: Value| backend(app, &tenant).post("/v1/challenges", &body).await;
    for (body, pointer) in [
        (json!({ "return_url": "https://app.example/other" }), "/return_url"),
        (json!({ "return_url": RETURN, "embed": true }), "/embed"),
    ] {
        let problem = assert_problem(&mint(&app, body).await, 422, "invalid_field");
        assert_eq!(problem["errors"][0]["pointer"], pointer);
    }
    assert_eq!(app.database().number("SELECT count(*) FROM challenges"), 0);
    let app = app.restart(|settings| settings.server.public_url = String::new()).await;
    assert_problem(&mint(&app, json!({ "return_url": RETURN })).await, 409, "no_pages");
}

#[tokio::test]
async fn wrong_answers_for_whoever_is_given_are_limited_as_the_policy_was_at_the_mint() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let limits = async |limits: Value| {
        let body = json!({ "policy": { "limits": limits } }).to_string().into_bytes();
        assert_eq!(backend(&app, &tenant).send(Method::PATCH, "/v1/tenant", body).await.status, 200);
    };
    limits(json!({ "failures_per_recipient": "2/1h" })).await;
    let page = minted(&app, &tenant, json!({})).await;
    limits(json!({ "failures_per_recipient": "9/1h" })).await;
    let (browser, page) = (Browser::at(&app), given(&app, &page, JANE).await);
    for _ in 0..2 {
        leads(&browser.answer(&page, &wrong(&page.code)).await);
    }
    assert_eq!(leads(&browser.answer(&page, &page.code).await), format!("{}?notice=later", page.path));
}
