//! Statistics of the outcomes of challenges.

use mail_catcher::{Fault, Stage};
use reqwest::header::ACCEPT;
use serde_json::{Value, json};

use super::public::Page;
use super::{Backend, assert_problem, minted};
use crate::api::harness::{Answer, Api, JANE, Tenant, TestApp, eventually, wrong};

const STATS: &str = "/v1/tenant/stats";

fn manager(app: &TestApp, tenant: &Tenant) -> Api {
    app.api.bearing(&tenant.key)
}

#[track_caller]
fn data(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["data"].as_array().unwrap().clone()
}

/// A group without its times, as one line.
fn line(group: &Value) -> String {
    let names = ["minted", "resent", "sent", "failed", "mismatched", "verified", "exhausted", "expired"];
    let ends = ["canceled", "pending"];
    names.iter().chain(&ends).map(|name| group[name].to_string()).collect::<Vec<_>>().join(" ")
}

/// Waits until the end of this many messages was recorded, which no client waits for.
async fn recorded(app: &TestApp, messages: i64) {
    let count =
        || app.database().number("SELECT coalesce(sum(n), 0) FROM counts WHERE counter BETWEEN 300 AND 499");
    eventually("the end of a message", || (count() == messages).then_some(())).await;
}

#[tokio::test]
async fn a_story_is_counted_exactly() {
    let app = TestApp::with(|settings| settings.limits.enabled = false).await;
    let tenant = app.tenant().await;
    let (backend, manager) = (Backend::of(&app, &tenant), manager(&app, &tenant));
    let login = |to: &str, locale: &str| json!({ "to": to, "purpose": "login", "locale": locale });
    // Over the compat route, refused by the server and canceled.
    app.mail.set_faults(vec![Fault::Reply(Stage::Auth, 535).always()]);
    assert_eq!(app.api.json().mint("bob@two.example", &tenant.key).await.status, 502);
    app.mail.set_faults(Vec::new());
    // Verified after 40 seconds, at the second message and the second try.
    let (key, code) = minted(&app, &backend, &login("jane@one.example", "de")).await;
    app.clock.pass_seconds(40);
    assert_eq!(backend.waiting().resend(&key).await.status, 200);
    assert_eq!(backend.verify(&key, &wrong(&code)).await.status, 403);
    assert_eq!(backend.verify(&key, &code).await.status, 200);
    assert_eq!(backend.verify(&key, &code).await.status, 410);
    // Exhausted.
    let (key, code) = minted(&app, &backend, &login("joe@one.example", "de")).await;
    for _ in 0..6 {
        backend.verify(&key, &wrong(&code)).await;
    }
    // Canceled.
    let (key, _) = minted(&app, &backend, &login("eve@two.example", "en")).await;
    assert_eq!(backend.cancel(&key).await.status, 204);
    // Left until it expires, and one that is still open.
    minted(&app, &backend, &login("ada@two.example", "en")).await;
    app.clock.pass_seconds(601);
    app.sweep().await;
    minted(&app, &backend, &login("ada@two.example", "en")).await;
    recorded(&app, 7).await;
    let all = manager.get(STATS).await;
    let total = &data(&all)[0];
    assert_eq!(line(total), "6 1 6 1 6 1 1 1 2 1");
    assert_eq!(total["conversion"], 0.1667);
    assert_eq!(total["time_to_verify"], json!({ "p50": 37.5, "p90": 43.5 }));
    let by_domain = manager.get(&format!("{STATS}?group_by=domain,purpose")).await;
    assert_eq!(by_domain.json()["group_by"], json!(["purpose", "domain"]));
    let lines: Vec<_> = data(&by_domain)
        .iter()
        .map(|group| format!("{} {}: {}", group["purpose"], group["domain"], line(group)))
        .collect();
    let expected = [
        r#""login" "one.example": 2 1 3 0 6 1 1 0 0 0"#,
        r#""login" "two.example": 3 0 3 0 0 0 0 1 1 1"#,
        r#""verification" "two.example": 1 0 0 1 0 0 0 0 1 0"#,
    ];
    assert_eq!(lines, expected);
    let german = data(
        &manager.get(&format!("{STATS}?locale=DE&domain=One.Example&channel=email&purpose=login")).await,
    );
    assert_eq!(line(&german[0]), "2 1 3 0 6 1 1 0 0 0");
    assert_eq!(
        data(&manager.get(&format!("{STATS}?domain=nowhere.example&group_by=day")).await),
        [] as [Value; 0]
    );
}

#[tokio::test]
async fn what_pages_answer_and_tenants_deliver_counts_and_test_mails_do_not() {
    let app = TestApp::with(|settings| settings.limits.enabled = false).await;
    let tenant = app.tenant().await;
    let (backend, manager) = (Backend::of(&app, &tenant), manager(&app, &tenant));
    // Answered by a page that has only the shareable key, once wrongly, and resent by it.
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE })).await;
    recorded(&app, 1).await;
    app.clock.pass_seconds(40);
    let page = Page(app.api.clone());
    assert_eq!(page.resend(&key).await.status, 200);
    recorded(&app, 2).await;
    assert_eq!(page.answer(&key, &wrong(&code)).await.status, 403);
    assert_eq!(page.answer(&key, &code).await.status, 200);
    assert_eq!(page.answer(&key, &code).await.status, 404);
    // Returned to a key that delivers codes itself: one verified, one canceled.
    let scopes = json!({ "name": "courier", "scopes": ["mint", "verify", "reveal"] });
    let courier = manager.post("/v1/tenant/keys", &scopes).await.json()["secret"].clone();
    let courier = Tenant { key: courier.as_str().unwrap().to_owned(), ..tenant.clone() };
    let courier = Backend::of(&app, &courier);
    for verified in [true, false] {
        let told = courier.mint(&json!({ "to": JANE, "channel": "none" })).await.json();
        let (key, code) = (told["key"].as_str().unwrap(), told["code"].as_str().unwrap());
        let ended = if verified { courier.verify(key, code).await } else { courier.cancel(key).await };
        assert_eq!(ended.status, if verified { 200 } else { 204 }, "{}", ended.body);
    }
    let tested = manager.post("/v1/tenant/smtp/test", &json!({ "to": JANE })).await;
    assert_eq!(tested.status, 200, "{}", tested.body);
    let by_channel = data(&manager.get(&format!("{STATS}?group_by=channel")).await);
    let lines: Vec<_> =
        by_channel.iter().map(|group| format!("{}: {}", group["channel"], line(group))).collect();
    assert_eq!(lines, [r#""email": 1 1 2 0 1 1 0 0 0 0"#, r#""none": 2 0 0 0 0 1 0 0 1 0"#]);
    assert_eq!(data(&manager.get(&format!("{STATS}?channel=none")).await)[0]["minted"], 2);
    let trail = manager.get("/v1/tenant/audit?event=smtp_tested").await.json();
    assert_eq!(trail["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_numbers_of_a_sandbox_are_its_own() {
    let app = TestApp::start().await;
    let live = app.tenant().await;
    let made = manager(&app, &live).post("/v1/tenant/sandbox/keys", &json!({})).await.json();
    let sandbox = app.api.bearing(made["secret"].as_str().unwrap());
    let minted = sandbox.post("/v1/challenges", &json!({ "to": "delivered@otpmint.test" })).await;
    assert_eq!(minted.status, 201, "{}", minted.body);
    recorded(&app, 1).await;
    assert_eq!(line(&data(&sandbox.get(STATS).await)[0]), "1 0 1 0 0 0 0 0 0 1");
    assert_eq!(line(&data(&manager(&app, &live).get(STATS).await)[0]), "0 0 0 0 0 0 0 0 0 0");
}

#[tokio::test]
async fn a_day_ends_at_midnight_in_utc_and_a_challenge_belongs_to_its_first() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let (backend, manager) = (Backend::of(&app, &tenant), manager(&app, &tenant));
    // Noon, minus a second to midnight.
    app.clock.pass_seconds(12 * 3_600 - 1);
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE })).await;
    app.clock.pass_seconds(1);
    minted(&app, &backend, &json!({ "to": JANE })).await;
    assert_eq!(backend.verify(&key, &code).await.status, 200);
    recorded(&app, 2).await;
    let days = data(&manager.get(&format!("{STATS}?group_by=day")).await);
    let days: Vec<_> = days.iter().map(|day| format!("{}: {}", day["day"], line(day))).collect();
    let expected = [r#""2026-01-15": 1 0 1 0 0 1 0 0 0 0"#, r#""2026-01-16": 1 0 1 0 0 0 0 0 0 1"#];
    assert_eq!(days, expected);
    let one = manager.get(&format!("{STATS}?from=2026-01-16&to=2026-01-16")).await;
    assert_eq!((one.json()["from"].as_str(), &data(&one)[0]["minted"]), (Some("2026-01-16"), &json!(1)));
    // Kept as long as the settings say.
    app.clock.pass_seconds(400 * 86_400);
    app.sweep().await;
    let kept = manager.get(&format!("{STATS}?from=2026-01-01&to=2026-01-31&group_by=day")).await;
    assert_eq!(data(&kept).len(), 1);
}

#[tokio::test]
async fn nobody_sees_the_numbers_of_another() {
    let app = TestApp::start().await;
    let (tenant, other) = (app.tenant().await, app.tenant().await);
    minted(&app, &Backend::of(&app, &tenant), &json!({ "to": JANE })).await;
    let numbers = manager(&app, &other).get(STATS).await;
    assert_eq!(line(&data(&numbers)[0]), "0 0 0 0 0 0 0 0 0 0");
    assert_eq!(data(&numbers)[0]["conversion"], Value::Null);
    assert_eq!(data(&numbers)[0]["time_to_verify"], Value::Null);
    let named = format!("{STATS}?tenant={}", tenant.handle);
    let body = assert_problem(&manager(&app, &other).get(&named).await, 422, "invalid_parameter");
    assert_eq!(body["errors"][0]["parameter"], "tenant");
    assert_problem(&app.api.get(STATS).await, 401, "invalid_secret_key");
}

#[tokio::test]
async fn a_question_that_makes_no_sense_is_told_so() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let manager = manager(&app, &tenant);
    for (query, parameter) in [
        ("days=3", "days"),
        ("from=2026-01-01&from=2026-01-02", "from"),
        ("from=yesterday", "from"),
        ("to=2026-02-30", "to"),
        ("from=2026-01-16&to=2026-01-15", "from"),
        ("from=2024-12-11&to=2026-01-15", "from"),
        ("group_by=", "group_by"),
        ("group_by=tenant", "group_by"),
        ("group_by=day,day", "group_by"),
        ("group_by=day;DROP", "group_by"),
        ("%00=1", "\0"),
        ("purpose=%FF", "purpose"),
        ("channel=pigeon", "channel"),
        ("locale=klingon", "locale"),
        ("domain=", "domain"),
        ("domain=%27%20OR%201=1--", "domain"),
    ] {
        let answer = manager.get(&format!("{STATS}?{query}")).await;
        let body = assert_problem(&answer, 422, "invalid_parameter");
        assert_eq!(body["errors"][0]["parameter"], parameter, "{query}");
    }
    let longest = manager.get(&format!("{STATS}?from=2024-12-12&to=2026-01-15&group_by=day")).await;
    assert_eq!(longest.status, 200, "{}", longest.body);
    let other = manager.get(&format!("{STATS}?domain=other&purpose=other&locale=other")).await;
    assert_eq!(other.status, 200, "{}", other.body);
}

#[tokio::test]
async fn as_csv_the_numbers_are_those_of_the_json() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant).waiting();
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE, "purpose": "login" })).await;
    app.clock.pass_seconds(40);
    assert_eq!(backend.verify(&key, &code).await.status, 200);
    backend.mint(&json!({ "to": "joe@recipient.example", "purpose": "signup" })).await;
    let csv = |api: Api| api.with(ACCEPT, "text/csv, application/json;q=0.5");
    let query = format!("{STATS}?group_by=day,purpose");
    let table = csv(manager(&app, &tenant)).get(&query).await;
    assert_eq!(table.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
    assert_eq!(table.header("content-disposition"), Some("attachment; filename=\"statistics.csv\""));
    let groups = data(&manager(&app, &tenant).get(&query).await);
    let mut reader = csv::Reader::from_reader(table.body.as_bytes());
    let names = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!((rows.len(), groups.len()), (2, 2), "{}", table.body);
    for (row, group) in rows.iter().zip(&groups) {
        for (name, cell) in names.iter().zip(row) {
            let of = |outer: &str| {
                name.strip_prefix(outer).map(|inner| &group[outer.trim_end_matches('_')][inner])
            };
            let value = of("factors_").or(of("time_to_verify_")).unwrap_or(&group[name]);
            let expected = match value {
                Value::Null => String::new(),
                Value::String(text) => text.clone(),
                number => number.to_string(),
            };
            assert_eq!(cell, expected.trim_end_matches(".0"), "{name}");
        }
    }
    // Every number of the JSON has a column.
    let known: Vec<&str> = names.iter().collect();
    for (name, value) in groups[0].as_object().unwrap() {
        let inner =
            value.as_object().map(|inner| inner.keys().map(|of| format!("{name}_{of}")).collect::<Vec<_>>());
        for column in inner.unwrap_or_else(|| vec![name.clone()]) {
            assert!(known.contains(&column.as_str()) || value.is_null(), "{column}");
        }
    }
    let all = csv(app.operator()).get("/v1/admin/stats?group_by=tenant").await;
    assert!(all.body.starts_with("tenant,minted,") && all.body.contains(&tenant.handle), "{}", all.body);
}
