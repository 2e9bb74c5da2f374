//! The audit trail over HTTP.

use std::collections::BTreeSet;

use reqwest::Method;
use reqwest::header::ACCEPT;
use serde_json::{Value, json};

use super::{Backend, assert_problem, minted};
use crate::api::harness::{Answer, Api, JANE, SMTP_MAIL, SMTP_PASSWORD, Tenant, TestApp};

const AUDIT: &str = "/v1/tenant/audit";

#[track_caller]
fn data(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["data"].as_array().unwrap().clone()
}

fn events(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["event"].as_str().unwrap()).collect()
}

/// The next page, according to `Link`.
fn next(answer: &Answer) -> Option<String> {
    let link = answer.header("link")?;
    Some(link.strip_prefix('<').unwrap().strip_suffix(">; rel=\"next\"").unwrap().to_owned())
}

/// All pages from `path` on. Something happens between two of them.
async fn pages(api: &Api, path: &str, between: impl AsyncFn()) -> Vec<Value> {
    let (mut rows, mut path) = (Vec::new(), path.to_owned());
    loop {
        let answer = api.get(&path).await;
        rows.extend(data(&answer));
        assert_eq!(answer.json()["next"].is_null(), answer.header("link").is_none());
        let Some(following) = next(&answer) else { return rows };
        path = following;
        between().await;
    }
}

/// The handle of a tenant's only key.
async fn key_of(app: &TestApp, tenant: &Tenant) -> Value {
    app.api.bearing(&tenant.key).get("/v1/tenant/keys").await.json()["data"][0]["key"].clone()
}

#[tokio::test]
async fn a_tenant_reads_what_happened_to_its_challenges_and_nothing_else() {
    let app = TestApp::start().await;
    let (tenant, other) = (app.tenant().await, app.tenant().await);
    let backend = Backend::of(&app, &tenant);
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE, "end_user_ip": "203.0.113.7" })).await;
    app.clock.pass_seconds(5);
    assert_eq!(backend.verify(&key, &code).await.status, 200);
    let api = app.api.bearing(&tenant.key);
    let rows = data(&api.get(AUDIT).await);
    assert_eq!(events(&rows), ["verified", "minted", "tenant_registered"]);
    let expected = json!({
        "at": "2026-01-15T12:00:05Z", "event": "verified", "tenant": tenant.handle, "challenge": key,
        "recipient": "j***@r***.example", "origin": "127.0.0.1",
        "actor": key_of(&app, &tenant).await, "object": null,
    });
    assert_eq!(rows[0], expected);
    assert_eq!((&rows[1]["origin"], &rows[2]["challenge"]), (&json!("203.0.113.7"), &Value::Null));
    let stranger = app.api.bearing(&other.key);
    assert_eq!(events(&data(&stranger.get(AUDIT).await)), ["tenant_registered"]);
    assert!(data(&stranger.get(&format!("{AUDIT}?challenge={key}")).await).is_empty());
    assert_problem(&app.api.get(AUDIT).await, 401, "invalid_secret_key");
}

#[tokio::test]
async fn pages_are_complete_and_hold_nothing_twice_while_rows_are_added() {
    let app = TestApp::with(|settings| settings.limits.enabled = false).await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant);
    let mut keys = BTreeSet::new();
    for number in 0..7 {
        let to = format!("user{number}@example.com");
        keys.insert(backend.mint(&json!({ "to": to })).await.json()["key"].as_str().unwrap().to_owned());
    }
    let api = app.api.bearing(&tenant.key);
    let rows = pages(&api, &format!("{AUDIT}?limit=2&event=minted"), async || {
        assert_eq!(backend.mint(&json!({ "to": "late@example.com" })).await.status, 201);
    })
    .await;
    let found: Vec<_> = rows.iter().map(|row| row["challenge"].as_str().unwrap().to_owned()).collect();
    assert_eq!(found.len(), 7);
    assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), keys);
}

#[tokio::test]
async fn rows_are_chosen_by_event_challenge_and_time() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant);
    let (first, _) = minted(&app, &backend, &json!({ "to": JANE })).await;
    app.clock.pass_seconds(60);
    let (second, _) = minted(&app, &backend, &json!({ "to": JANE })).await;
    backend.cancel(&first).await;
    let api = app.api.bearing(&tenant.key);
    let asked = async |query: &str| pages(&api, &format!("{AUDIT}?limit=1&{query}"), async || ()).await;
    assert_eq!(events(&asked(&format!("challenge={first}")).await), ["canceled", "minted"]);
    assert_eq!(asked(&format!("event=minted&challenge={second}")).await[0]["challenge"], second);
    // In any time zone.
    assert_eq!(events(&asked("from=2026-01-15T13:01:00%2B01:00").await), ["canceled", "minted"]);
    assert_eq!(events(&asked("to=2026-01-15T12:01:00Z&event=minted").await), ["minted"]);
    for (query, parameter) in [
        ("event=everything", "event"),
        ("challenge=made-up", "challenge"),
        ("from=2026-01-15", "from"),
        ("cursor=x", "cursor"),
        ("limit=501", "limit"),
        ("recipient=jane@example.com", "recipient"),
    ] {
        let body = assert_problem(&api.get(&format!("{AUDIT}?{query}")).await, 422, "invalid_parameter");
        assert_eq!(body["errors"][0]["parameter"], parameter, "{query}");
    }
}

#[tokio::test]
async fn as_csv_it_can_be_read_back_and_holds_no_formula() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant);
    backend.mint(&json!({ "to": "=cmd|calc@example.com" })).await;
    backend.mint(&json!({ "to": JANE })).await;
    let api = app.api.bearing(&tenant.key).with(ACCEPT, "text/csv, application/json;q=0.5");
    let answer = api.get(&format!("{AUDIT}?limit=2")).await;
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
    let mut reader = csv::Reader::from_reader(answer.body.as_bytes());
    assert_eq!(
        reader.headers().unwrap(),
        vec!["at", "event", "tenant", "challenge", "recipient", "origin", "actor", "object"]
    );
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 2);
    assert_eq!((&rows[0][4], &rows[1][4]), ("j***@r***.example", "'=***@e***.com"));
    assert_eq!((&rows[1][1], &rows[1][2]), ("minted", tenant.handle.as_str()));
    let rest = api.get(&next(&answer).unwrap()).await;
    assert!(rest.body.contains(",tenant_registered,") && next(&rest).is_none(), "{}", rest.body);
    // What a browser or a client sends by default.
    let plain = app.api.bearing(&tenant.key).with(ACCEPT, "*/*").get(AUDIT).await;
    assert_eq!(plain.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn a_row_names_what_was_made_changed_rotated_and_deleted_and_the_key_that_did_it() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let own = key_of(&app, &tenant).await;
    let api = app.api.bearing(&tenant.key);
    let send = async |method: Method, path: &str, body: Value| {
        let answer = api.send(method, &format!("/v1/tenant{path}"), body.to_string().into_bytes()).await;
        assert!(answer.status < 300, "{path}: {}", answer.body);
        if answer.body.is_empty() { Value::Null } else { answer.json() }
    };
    let key =
        send(Method::POST, "/keys", json!({ "name": "spare", "scopes": ["mint"] })).await["key"].clone();
    let rotate = format!("/keys/{}/rotate", key.as_str().unwrap());
    let next = send(Method::POST, &rotate, json!({ "overlap_seconds": 0 })).await["key"].clone();
    send(Method::DELETE, &format!("/keys/{}", next.as_str().unwrap()), Value::Null).await;
    let url = json!({ "url": "https://hooks.example.com/otp" });
    let webhook = send(Method::POST, "/webhooks", url).await["webhook"].clone();
    let hook = format!("/webhooks/{}", webhook.as_str().unwrap());
    send(Method::PATCH, &hook, json!({ "description": "x" })).await;
    send(Method::POST, &format!("{hook}/rotate"), json!({})).await;
    send(Method::DELETE, &hook, Value::Null).await;
    let account = json!({
        "host": "localhost", "port": app.mail.address().port(), "username": SMTP_MAIL,
        "password": SMTP_PASSWORD, "from": SMTP_MAIL,
    });
    let mut routes = send(Method::GET, "/smtp", Value::Null).await["accounts"].clone();
    let first = routes[0]["id"].clone();
    routes.as_array_mut().unwrap().push(account.clone());
    let second = send(Method::PUT, "/smtp", json!({ "accounts": routes })).await["accounts"][1]["id"].clone();
    let renamed = json!({ "id": second, "name": "spare", "host": "localhost", "port": account["port"],
        "username": SMTP_MAIL, "from": SMTP_MAIL });
    send(Method::PUT, "/smtp", json!({ "accounts": [renamed, routes[0]] })).await;
    send(Method::PUT, "/smtp", json!({ "accounts": [routes[0]] })).await;
    let rows = data(&api.get(AUDIT).await);
    let told = rows.iter().rev().skip(1).map(|row| {
        assert_eq!((&row["actor"], &row["origin"]), (&own, &json!("127.0.0.1")), "{row}");
        (row["event"].as_str().unwrap(), &row["object"])
    });
    let expected = [
        ("key_added", &key),
        ("key_rotated", &key),
        ("key_added", &next),
        ("key_revoked", &next),
        ("webhook_added", &webhook),
        ("webhook_changed", &webhook),
        ("webhook_rotated", &webhook),
        ("webhook_deleted", &webhook),
        ("route_added", &second),
        ("route_changed", &second),
        ("route_deleted", &second),
    ];
    assert_eq!(told.collect::<Vec<_>>(), expected, "the account {first} only moved");
    // A tenant finds rows by what it sees of them.
    let registered = rows.last().unwrap();
    assert_eq!((&registered["actor"], &registered["object"]), (&json!("operator"), &own));
}

#[tokio::test]
async fn a_visitor_is_nobody_and_a_key_is_named_in_the_rows_of_codes() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let own = key_of(&app, &tenant).await;
    let backend = Backend::of(&app, &tenant);
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE })).await;
    let visitor = app.api.post(&format!("/v1/challenges/{key}/verify"), &json!({ "code": code })).await;
    assert_eq!(visitor.status, 200, "{}", visitor.body);
    let (second, _) = minted(&app, &backend, &json!({ "to": JANE })).await;
    backend.cancel(&second).await;
    let rows = data(&app.api.bearing(&tenant.key).get(&format!("{AUDIT}?limit=4")).await);
    let told: Vec<_> = rows.iter().map(|row| (row["event"].as_str().unwrap(), &row["actor"])).collect();
    assert_eq!(told, [("canceled", &own), ("minted", &own), ("verified", &Value::Null), ("minted", &own)]);
}
