//! The tenant's routes: added, replaced, moved and deleted one by one, and seen as mail accounts too.

use mail_catcher::{Fault, MailCatcher};
use reqwest::Method;
use reqwest::header::IF_MATCH;
use serde_json::{Value, json};

use super::accounts::{account_at, api, get as accounts};
use super::{Backend, assert_problem};
use crate::api::harness::{Answer, Api, JANE, SMTP_PASSWORD, TestApp};

const ROUTES: &str = "/v1/tenant/routes";

/// A new route to a mail server.
fn route_to(mail: &MailCatcher) -> Value {
    let mut route = account_at(mail);
    route["transport"] = json!("smtp");
    route
}

fn with(route: &Value, field: &str, value: Value) -> Value {
    let mut changed = route.clone();
    changed[field] = value;
    changed
}

async fn list(api: &Api) -> Vec<Value> {
    let answer = api.get(ROUTES).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["data"].as_array().unwrap().clone()
}

async fn ids(api: &Api) -> Vec<String> {
    list(api).await.iter().map(|route| route["id"].as_str().unwrap().to_owned()).collect()
}

async fn add(api: &Api, route: &Value) -> String {
    let answer = api.post(ROUTES, route).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.json()["id"].as_str().unwrap().to_owned()
}

async fn put(api: &Api, id: &str, route: &Value) -> Answer {
    api.send(Method::PUT, &format!("{ROUTES}/{id}"), route.to_string().into_bytes()).await
}

async fn delete(api: &Api, id: &str) -> Answer {
    api.send(Method::DELETE, &format!("{ROUTES}/{id}"), Vec::new()).await
}

#[track_caller]
fn is_wrong(answer: &Answer, pointer: &str) {
    let problem = assert_problem(answer, 422, "invalid_field");
    assert_eq!(problem["errors"][0]["pointer"], pointer, "{}", answer.body);
}

#[tokio::test]
async fn a_route_is_shown_where_it_was_added_and_as_a_mail_account() {
    let app = TestApp::start().await;
    let api = api(&app, &app.tenant().await);
    let answer = api.post(ROUTES, &with(&route_to(&app.other_mail), "name", json!("spare"))).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let (added, location) = (answer.json(), answer.header("location").unwrap().to_owned());
    assert_eq!((&added["transport"], &added["channels"]), (&json!("smtp"), &json!(["email"])));
    assert_eq!(location, format!("{ROUTES}/{}", added["id"].as_str().unwrap()));
    assert!(!answer.body.contains(SMTP_PASSWORD) && !answer.body.contains("password"), "{}", answer.body);
    assert_eq!(api.get(&location).await.json(), added);
    assert_eq!(list(&api).await[1], added);
    let account = accounts(&api).await.json()["accounts"][1].clone();
    assert_eq!((&account["id"], &account["name"]), (&added["id"], &json!("spare")));
    let list = api.get(ROUTES).await.header("etag").expect("a tag").to_owned();
    let revision = answer.header("etag").expect("a tag").trim_matches('"');
    assert!(list.starts_with(&format!("\"{revision}-")), "{list}");
}

#[tokio::test]
async fn the_order_of_the_routes_is_the_order_of_their_use() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let (api, backend) = (api(&app, &tenant), Backend::of(&app, &tenant).waiting());
    let first = add(&api, &with(&route_to(&app.other_mail), "position", json!(0))).await;
    assert_eq!(ids(&api).await[0], first);
    backend.mint(&json!({ "to": JANE })).await;
    assert_eq!((app.other_mail.received(), app.mail.received()), (1, 0));
    let moved = with(&route_to(&app.other_mail), "position", json!(99));
    assert_eq!(put(&api, &first, &moved).await.status, 200);
    assert_eq!(ids(&api).await[1], first);
    app.clock.pass_seconds(30);
    backend.mint(&json!({ "to": JANE })).await;
    assert_eq!((app.other_mail.received(), app.mail.received()), (1, 1));
    // It is still the next one when the first one fails.
    app.mail.set_faults(vec![Fault::AuthRefused.always()]);
    assert_eq!(put(&api, &ids(&api).await[0], &route_to(&app.mail)).await.status, 200);
    app.clock.pass_seconds(60);
    assert_eq!(backend.mint(&json!({ "to": JANE })).await.json()["delivery"]["status"], "sent");
    assert_eq!(app.other_mail.received(), 2);
}

#[tokio::test]
async fn a_deleted_route_is_gone_for_good() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let (api, backend) = (api(&app, &tenant), Backend::of(&app, &tenant));
    let [id] = &ids(&api).await[..] else { panic!("a registered tenant has one route") };
    assert_eq!(delete(&api, id).await.status, 204);
    assert!(list(&api).await.is_empty());
    assert_problem(&backend.mint(&json!({ "to": JANE })).await, 409, "no_account");
    let path = format!("{ROUTES}/{id}");
    assert_problem(&delete(&api, id).await, 404, "route_not_found");
    assert_problem(&put(&api, id, &route_to(&app.mail)).await, 404, "route_not_found");
    assert_problem(&api.get(&path).await, 404, "route_not_found");
    assert_problem(&api.post(&format!("{path}/test"), &json!({})).await, 404, "route_not_found");
    assert_problem(&api.get(&format!("{ROUTES}/..%2Fkeys")).await, 404, "route_not_found");
}

#[tokio::test]
async fn a_password_cannot_be_led_to_another_server() {
    let app = TestApp::start().await;
    let api = api(&app, &app.tenant().await);
    let before = list(&api).await;
    let id = before[0]["id"].as_str().unwrap();
    let mut kept = route_to(&app.mail);
    kept.as_object_mut().unwrap().remove("password");
    for (field, value) in [
        ("port", json!(app.other_mail.address().port())),
        ("host", json!("smtp.evil.example")),
        ("tls", json!("implicit")),
        ("username", json!("somebody@sender.example")),
    ] {
        is_wrong(&put(&api, id, &with(&kept, field, value)).await, "/password");
    }
    is_wrong(&api.post(ROUTES, &kept).await, "/password");
    assert_eq!(list(&api).await, before, "nothing was changed");
    assert_eq!(app.other_mail.connections(), 0);
    assert_eq!(put(&api, id, &kept).await.status, 200);
}

#[tokio::test]
async fn what_cannot_be_a_route_is_refused_with_its_place_and_changes_nothing() {
    let app = TestApp::start().await;
    let api = api(&app, &app.tenant().await);
    let before = list(&api).await;
    let good = route_to(&app.mail);
    for (field, value) in [
        ("transport", json!("pigeon")),
        ("transport", Value::Null),
        ("position", json!(-1)),
        ("position", json!(1_000)),
        ("host", json!("10.0.0.1")),
        ("port", json!(0)),
        ("tls", json!("none")),
        ("tls", json!(5)),
        ("username", json!("a\r\nb")),
        ("password", json!("")),
        ("from", json!("not an address")),
        ("name", json!("two\nlines")),
        ("id", json!("smtp_2222222222222222")),
        ("extra", json!(1)),
    ] {
        is_wrong(&api.post(ROUTES, &with(&good, field, value)).await, &format!("/{field}"));
    }
    assert_eq!(list(&api).await, before);
    for _ in before.len()..5 {
        add(&api, &good).await;
    }
    assert_problem(&api.post(ROUTES, &good).await, 409, "too_many_routes");
    assert_eq!(list(&api).await.len(), 5);
}

#[tokio::test]
async fn a_change_can_be_made_conditional_on_what_was_seen() {
    let app = TestApp::start().await;
    let api = api(&app, &app.tenant().await);
    let tag = api.get(ROUTES).await.header("etag").expect("an ETag").to_owned();
    let conditional = api.with(IF_MATCH, &tag);
    let id = add(&conditional, &route_to(&app.mail)).await;
    assert_problem(&conditional.post(ROUTES, &route_to(&app.mail)).await, 412, "precondition_failed");
    assert_problem(&put(&conditional, &id, &route_to(&app.mail)).await, 412, "precondition_failed");
    assert_problem(&delete(&conditional, &id).await, 412, "precondition_failed");
    assert_eq!(delete(&api.with(IF_MATCH, "*"), &id).await.status, 204);
}

#[tokio::test]
async fn routes_added_at_the_same_moment_are_all_there_or_were_refused() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (api, route) = (api(&app, &tenant), route_to(&app.mail));
        tasks.spawn(async move { api.post(ROUTES, &route).await.status });
    }
    let statuses = tasks.join_all().await;
    assert!(statuses.iter().all(|status| [201, 409].contains(status)), "{statuses:?}");
    let added = statuses.iter().filter(|status| **status == 201).count();
    assert_eq!(list(&api(&app, &tenant)).await.len(), 1 + added);
    assert!((1..=4).contains(&added), "{statuses:?}");
}

#[tokio::test]
async fn a_route_is_tested_step_by_step() {
    let app = TestApp::start().await;
    let api = api(&app, &app.tenant().await);
    let path = format!("{ROUTES}/{}/test", ids(&api).await[0]);
    let answer = api.post(&path, &json!({ "to": JANE })).await.json();
    assert_eq!((&answer["ok"], &answer["steps"][5]["step"]), (&json!(true), &json!("mail")), "{answer}");
    assert!(app.mail.wait_for(JANE).await.is_ok());
    app.mail.set_faults(vec![Fault::AuthRefused.always()]);
    let answer = api.post(&path, &json!({})).await.json();
    assert_eq!(answer["ok"], json!(false));
    assert_eq!(answer["steps"][4]["code"], "authentication_failed", "{answer}");
}
