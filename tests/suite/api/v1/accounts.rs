//! The tenant's mail accounts: seen without passwords, replaced as a whole, used in order.

use mail_catcher::{Fault, MailCatcher};
use otpmint::domain::network::PortRule;
use reqwest::Method;
use reqwest::header::IF_MATCH;
use serde_json::{Value, json};

use super::{Backend, assert_problem};
use crate::api::harness::{Answer, Api, JANE, SMTP_MAIL, SMTP_PASSWORD, Tenant, TestApp};

/// The client of a tenant's backend.
pub fn api(app: &TestApp, tenant: &Tenant) -> Api {
    app.api.bearing(&tenant.key)
}

/// A new account at a mail server.
pub fn account_at(mail: &MailCatcher) -> Value {
    json!({
        "host": "localhost", "port": mail.address().port(), "username": SMTP_MAIL,
        "password": SMTP_PASSWORD, "from": SMTP_MAIL,
    })
}

pub async fn put(api: &Api, accounts: &Value) -> Answer {
    let body = json!({ "accounts": accounts }).to_string().into_bytes();
    api.send(Method::PUT, "/v1/tenant/smtp", body).await
}

pub async fn get(api: &Api) -> Answer {
    let answer = api.get("/v1/tenant/smtp").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer
}

/// An account as it was returned, to send it back.
fn first_of(answer: &Answer) -> Value {
    answer.json()["accounts"][0].clone()
}

fn with(account: &Value, field: &str, value: Value) -> Value {
    let mut changed = account.clone();
    changed[field] = value;
    changed
}

#[track_caller]
fn is_wrong(answer: &Answer, pointer: &str) {
    let problem = assert_problem(answer, 422, "invalid_field");
    assert_eq!(problem["errors"][0]["pointer"], pointer, "{}", answer.body);
}

#[tokio::test]
async fn the_accounts_are_told_in_order_and_their_passwords_are_not() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let api = api(&app, &tenant);
    let registered = first_of(&get(&api).await);
    assert_eq!(registered["port"], app.mail.address().port());
    assert_eq!((&registered["tls"], &registered["from"]), (&json!("starttls"), &json!(SMTP_MAIL)));
    let spare = with(&account_at(&app.other_mail), "name", json!("spare"));
    let answer = put(&api, &json!([spare, registered])).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.body, get(&api).await.body);
    let accounts = answer.json()["accounts"].clone();
    assert_eq!(accounts[0]["name"], "spare");
    assert_eq!(accounts[1], registered, "the id of an account stays");
    assert!(accounts[0]["id"].as_str().unwrap().starts_with("smtp_"), "{accounts}");
    assert!(!answer.body.contains(SMTP_PASSWORD) && !answer.body.contains("password"), "{}", answer.body);
}

#[tokio::test]
async fn a_change_counts_at_once_and_a_kept_password_still_works() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let (api, backend) = (api(&app, &tenant), Backend::of(&app, &tenant).waiting());
    assert_eq!(backend.mint(&json!({ "to": JANE })).await.json()["delivery"]["status"], "sent");
    let present = first_of(&get(&api).await);
    let answer = put(&api, &json!([account_at(&app.other_mail), present])).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    app.clock.pass_seconds(30);
    assert_eq!(backend.mint(&json!({ "to": JANE })).await.json()["delivery"]["status"], "sent");
    assert_eq!((app.mail.received(), app.other_mail.received()), (1, 1));
    // The first one fails, and the one whose password was kept takes over.
    app.other_mail.set_faults(vec![Fault::AuthRefused.always()]);
    put(&api, &get(&api).await.json()["accounts"]).await;
    app.clock.pass_seconds(60);
    assert_eq!(backend.mint(&json!({ "to": JANE })).await.json()["delivery"]["status"], "sent");
    assert_eq!((app.mail.received(), app.other_mail.received()), (2, 1));
}

#[tokio::test]
async fn a_password_cannot_be_led_to_another_server() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let api = api(&app, &tenant);
    let present = first_of(&get(&api).await);
    let evil = app.other_mail.address().port();
    for changed in [
        with(&present, "port", json!(evil)),
        with(&present, "host", json!("smtp.evil.example")),
        with(&present, "tls", json!("implicit")),
        with(&present, "username", json!("somebody@sender.example")),
    ] {
        is_wrong(&put(&api, &json!([changed])).await, "/accounts/0/password");
        let trial = api.post("/v1/tenant/smtp/test", &json!({ "account": changed })).await;
        is_wrong(&trial, "/account/password");
    }
    assert_eq!(first_of(&get(&api).await), present, "nothing was changed");
    assert_eq!(app.other_mail.connections(), 0);
    let elsewhere = with(&with(&present, "port", json!(evil)), "password", json!(SMTP_PASSWORD));
    assert_eq!(put(&api, &json!([elsewhere])).await.status, 200);
}

#[tokio::test]
async fn what_cannot_be_an_account_is_told_with_its_place_and_changes_nothing() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let ports = PortRule::Only(vec![25, 465, 587]);
    let app = app.restart(|settings| settings.outbound.allow_ports = ports).await;
    let api = api(&app, &tenant);
    let before = get(&api).await.body;
    let good = with(&account_at(&app.mail), "port", json!(587));
    for (field, value) in [
        ("host", json!("127.1")),
        ("host", json!("10.0.0.1")),
        ("host", json!("")),
        ("port", json!(0)),
        ("port", json!(22)),
        ("port", json!(70_000)),
        ("tls", json!("none")),
        ("username", json!("")),
        ("username", json!("a\r\nb")),
        ("password", json!("")),
        ("password", json!("a\u{0}b")),
        ("from", json!("not an address")),
        ("from", json!("a@b.example\r\nBcc: c@d.example")),
        ("name", json!("two\nlines")),
        ("id", json!("smtp_2222222222222222")),
        ("id", json!("../etc")),
    ] {
        let bad = with(&good, field, value.clone());
        is_wrong(&put(&api, &json!([good, bad])).await, &format!("/accounts/1/{field}"));
    }
    is_wrong(&put(&api, &json!([good, with(&good, "extra", json!(1))])).await, "/accounts/1/extra");
    is_wrong(&put(&api, &json!(vec![good.clone(); 6])).await, "/accounts");
    is_wrong(&put(&api, &json!([["smtp.example.com"]])).await, "/accounts/0");
    let mut bare = good.clone();
    bare.as_object_mut().unwrap().remove("password");
    is_wrong(&put(&api, &json!([bare])).await, "/accounts/0/password");
    assert_eq!(get(&api).await.body, before);
}

#[tokio::test]
async fn another_tenants_account_is_unknown() {
    let app = TestApp::start().await;
    let (owner, stranger) = (app.tenant().await, app.tenant().await);
    let taken = first_of(&get(&api(&app, &owner)).await);
    let stranger = api(&app, &stranger);
    is_wrong(&put(&stranger, &json!([taken])).await, "/accounts/0/id");
    let own = first_of(&get(&stranger).await);
    is_wrong(&put(&stranger, &json!([own, own])).await, "/accounts/1/id");
    let trial = stranger.post("/v1/tenant/smtp/test", &json!({ "id": taken["id"] })).await;
    assert_problem(&trial, 404, "account_not_found");
    let trial = stranger.post("/v1/tenant/smtp/test", &json!({ "account": taken })).await;
    is_wrong(&trial, "/account/id");
}

#[tokio::test]
async fn a_change_can_be_made_conditional_on_what_was_seen() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let api = api(&app, &tenant);
    let seen = get(&api).await;
    let tag = seen.header("etag").expect("an ETag").to_owned();
    let conditional = api.with(IF_MATCH, &tag);
    let accounts = &seen.json()["accounts"];
    let changed = put(&conditional, accounts).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_ne!(changed.header("etag"), Some(tag.as_str()));
    assert_problem(&put(&conditional, accounts).await, 412, "precondition_failed");
    assert_problem(&put(&api.with(IF_MATCH, "\"x\""), accounts).await, 412, "precondition_failed");
    assert_eq!(put(&api.with(IF_MATCH, "*"), accounts).await.status, 200);
    assert_eq!(put(&api, accounts).await.status, 200);
}

#[tokio::test]
async fn without_an_account_nothing_is_minted_and_nothing_counted() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let (api, backend) = (api(&app, &tenant), Backend::of(&app, &tenant));
    assert_eq!(put(&api, &json!([])).await.json(), json!({ "accounts": [] }));
    for _ in 0..5 {
        assert_problem(&backend.mint(&json!({ "to": JANE })).await, 409, "no_account");
    }
    app.api.json().mint(JANE, &tenant.key).await.is_problem(409, "no_account");
    assert_problem(&api.post("/v1/tenant/smtp/test", &json!({})).await, 409, "no_account");
    assert_eq!(app.database().number("SELECT count(*) FROM challenges"), 0);
    put(&api, &json!([account_at(&app.mail)])).await;
    assert_eq!(backend.mint(&json!({ "to": JANE })).await.status, 201);
}

#[tokio::test]
async fn changes_at_the_same_moment_leave_one_whole_list() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..16 {
        let api = api(&app, &tenant);
        let list: Vec<_> =
            (0..3).map(|_| with(&account_at(&app.mail), "name", json!(format!("list {number}")))).collect();
        tasks.spawn(async move { put(&api, &json!(list)).await.status });
    }
    let statuses = tasks.join_all().await;
    assert!(statuses.iter().all(|status| [200, 409].contains(status)), "{statuses:?}");
    assert!(statuses.contains(&200));
    let left = get(&api(&app, &tenant)).await.json()["accounts"].clone();
    let names: Vec<_> = left.as_array().unwrap().iter().map(|account| account["name"].clone()).collect();
    assert!(names.len() == 3 && names.iter().all(|name| *name == names[0]), "{names:?}");
}
