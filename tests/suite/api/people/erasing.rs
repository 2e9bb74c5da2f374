//! Erasing a person, over the API.

use std::time::Duration;

use otpmint::domain::sub_key::KeyPurpose;
use reqwest::header::HeaderName;
use serde_json::{Value, json};

use super::schema;
use crate::api::harness::{Answer, Api, JANE, Tenant, TestApp, wrong};
use crate::api::v1::{Backend, assert_problem, minted};
use crate::support::eventually;

const ERASE: &str = "/v1/tenant/recipients/erase";

async fn erase(api: &Api, body: &Value) -> Value {
    let answer = api.post(ERASE, body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

/// Where a text occurs in the database, as `table.column`.
fn texts_with(app: &TestApp, part: &str) -> Vec<String> {
    let mut found = Vec::new();
    for table in schema::tables() {
        for (column, _) in table.columns.iter().filter(|(_, kind)| kind == "TEXT") {
            let sql = format!("SELECT count(*) FROM {} WHERE {column} LIKE '%{part}%'", table.name);
            if app.database().number(&sql) > 0 {
                found.push(format!("{}.{column}", table.name));
            }
        }
    }
    found
}

/// Where the keyed hashes occur that any row of challenges, deliveries or sandbox mails has of its recipient.
fn hashes(app: &TestApp) -> Vec<String> {
    let of = |table: &str, column: &str| {
        let sql = format!(
            "SELECT coalesce(group_concat(DISTINCT hex({column})), '') FROM {table} WHERE {column} IS NOT NULL"
        );
        app.database().text(&sql)
    };
    let columns = [
        ("challenges", "recipient"),
        ("challenges", "spelling"),
        ("deliveries", "recipient"),
        ("sandbox_mails", "recipient"),
    ];
    let all = columns.map(|(table, column)| of(table, column)).join(",");
    all.split(',').filter(|hash| !hash.is_empty()).map(str::to_lowercase).collect()
}

fn hashes_left(app: &TestApp, hashes: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for table in schema::tables() {
        for (column, _) in table.columns.iter().filter(|(_, kind)| kind == "BLOB") {
            let any = hashes.iter().any(|hash| {
                let sql = format!("SELECT count(*) FROM {} WHERE {column} = x'{hash}'", table.name);
                app.database().number(&sql) > 0
            });
            found.extend(any.then(|| format!("{}.{column}", table.name)));
        }
    }
    found
}

/// A tenant that is told of everything, and has a sandbox.
async fn furnished(app: &TestApp) -> (Tenant, Api) {
    let tenant = app.tenant().await;
    let api = app.api.bearing(&tenant.key);
    // It answers nothing, so that the events are kept.
    let webhook =
        json!({ "url": "https://hooks.example.com/x", "events": ["delivery.sent", "challenge.verified"] });
    assert_eq!(api.post("/v1/tenant/webhooks", &webhook).await.status, 201);
    let made = api.post("/v1/tenant/sandbox/keys", &json!({})).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let sandbox = app.api.bearing(made.json()["secret"].as_str().expect("a key"));
    let minted = sandbox.post("/v1/challenges", &json!({ "to": JANE })).await;
    assert_eq!(minted.status, 201, "{}", minted.body);
    (tenant, api)
}

#[tokio::test]
async fn of_an_erased_person_nothing_is_found_but_what_guards_codes_and_the_trail() {
    let app = TestApp::start().await;
    let (tenant, api) = furnished(&app).await;
    let backend = Backend::of(&app, &tenant);
    let (pending, code) =
        minted(&app, &backend, &json!({ "to": JANE, "metadata": { "user": "jane-17" } })).await;
    let repeatable = backend.waiting().with(HeaderName::from_static("idempotency-key"), "one-of-mine");
    let body = json!({ "to": "jane.roe+tag@recipient.example", "purpose": "verification" });
    let tagged = repeatable.mint(&body).await;
    assert_eq!(tagged.status, 201, "{}", tagged.body);
    let own_key = api.with(HeaderName::from_static("idempotency-key"), "another-of-mine");
    let enrol = json!({ "identity": "jane-17" });
    let factor = own_key.post("/v1/factors", &enrol).await;
    assert_eq!(factor.status, 201, "{}", factor.body);
    app.mint(&tenant, "joe@recipient.example").await;
    // The message of the sandbox is kept a moment after its answer.
    let is_settled = || (app.database().number("SELECT count(*) FROM outbox") == 0).then_some(());
    eventually(Duration::from_secs(10), is_settled).expect("what became of each message is recorded");
    app.rotate_sub_keys(&[KeyPurpose::Recipient]).await;
    let hint = "j***@r***.example";
    assert!(texts_with(&app, hint).len() > 2 && !texts_with(&app, "jane-17").is_empty());
    let joes = app.database().number("SELECT count(*) FROM deliveries");
    let hashed = hashes(&app);
    assert!(hashed.len() > 3, "{hashed:?}");

    let told = erase(&api, &json!({ "to": " JANE.ROE@Recipient.example ", "identity": "jane-17" })).await;
    assert_eq!(told["to"], "J***@r***.example");
    let erased = &told["erased"];
    assert_eq!(
        (&erased["challenges"], &erased["canceled"], &erased["factors"]),
        (&json!(3), &json!(3), &json!(1))
    );
    assert_eq!((&erased["answers"], &erased["sandbox_messages"]), (&json!(2), &json!(1)));
    assert!(erased["events"].as_u64() >= Some(2), "{erased}");
    // Joe has the same hint.
    assert_eq!(app.database().number("SELECT count(*) FROM deliveries"), 1);
    assert!(joes > 1);
    assert!(texts_with(&app, "jane-17").is_empty());
    let joe = erase(&api, &json!({ "to": "joe@recipient.example" })).await;
    assert_eq!(joe["erased"]["challenges"], 1);
    assert_eq!(texts_with(&app, hint), ["audit.recipient"]);
    assert_eq!(hashes_left(&app, &hashed), ["recipients.recipient"]);

    assert_problem(&backend.status(&pending).await, 404, "challenge_not_found");
    assert_problem(&backend.verify(&pending, &code).await, 404, "challenge_not_found");
    assert_problem(&repeatable.mint(&body).await, 404, "challenge_not_found");
    assert_problem(&own_key.post("/v1/factors", &enrol).await, 404, "factor_not_found");
    let factors = api.get("/v1/factors?identity=jane-17").await.json();
    assert_eq!(factors["data"], json!([]));
    let again = erase(&api, &json!({ "to": JANE, "identity": "jane-17" })).await;
    let nothing = again["erased"].as_object().expect("counts").values().all(|count| *count == json!(0));
    assert!(nothing, "{again}");
    let trail = api.get("/v1/tenant/audit?event=recipient_erased").await.json();
    assert_eq!(trail["data"].as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn nobody_gains_a_guess_or_a_message_by_an_erasure() {
    let app = TestApp::with(|settings| {
        settings.limits.failures_per_recipient = "6/24h".parse().unwrap();
    })
    .await;
    let tenant = app.tenant().await;
    let (api, backend) = (app.api.bearing(&tenant.key), Backend::of(&app, &tenant));
    let mut evaluated = 0;
    for _ in 0..2 {
        let (key, code) = minted(&app, &backend, &json!({ "to": JANE })).await;
        for _ in 0..4 {
            evaluated +=
                usize::from(backend.verify(&key, &wrong(&code)).await.json()["code"] == "code_mismatch");
        }
        erase(&api, &json!({ "to": JANE })).await;
    }
    assert_eq!(evaluated, 6);
    assert_problem(&backend.mint(&json!({ "to": JANE })).await, 429, "failures_per_recipient");
    let unlocked = api.post("/v1/tenant/recipients/unlock", &json!({ "to": JANE })).await;
    assert_eq!(unlocked.json()["unlocked"], true);
    assert_eq!(backend.mint(&json!({ "to": JANE })).await.status, 201);
    erase(&api, &json!({ "to": JANE })).await;
    assert_problem(&backend.mint(&json!({ "to": JANE })).await, 429, "sends_per_recipient");
}

#[tokio::test]
async fn the_operator_erases_for_a_tenant_and_others_do_not() {
    let app = TestApp::start().await;
    let (tenant, other) = (app.tenant().await, app.tenant().await);
    let (mine, theirs) = (Backend::of(&app, &tenant), Backend::of(&app, &other));
    let (key, _) = minted(&app, &mine, &json!({ "to": JANE })).await;
    let (kept, _) = minted(&app, &theirs, &json!({ "to": JANE })).await;
    let nothing = erase(&app.api.bearing(&other.key), &json!({ "to": "joe@recipient.example" })).await;
    assert_eq!(nothing["erased"]["challenges"], 0);
    let path = format!("/v1/admin/tenants/{}/erase", tenant.handle);
    let body = json!({ "to": JANE });
    assert_problem(&app.api.bearing(&tenant.key).post(&path, &body).await, 401, "operator_token_needed");
    let nobody = app.operator().post("/v1/admin/tenants/tnt_2222222222222222/erase", &body).await;
    assert_problem(&nobody, 404, "tenant_not_found");
    let erased = app.operator().post(&path, &body).await;
    assert_eq!((erased.status, &erased.json()["erased"]["challenges"]), (200, &json!(1)), "{}", erased.body);
    assert_problem(&mine.status(&key).await, 404, "challenge_not_found");
    assert_eq!(theirs.status(&kept).await.status, 200);
    let scoped = json!({ "name": "x", "scopes": ["mint", "verify"] });
    let scoped = app.api.bearing(&tenant.key).post("/v1/tenant/keys", &scoped).await.json();
    let scoped = app.api.bearing(scoped["secret"].as_str().expect("a key"));
    assert_problem(&scoped.post(ERASE, &body).await, 403, "insufficient_scope");
}

#[tokio::test]
async fn what_names_nobody_is_refused_and_changes_nothing() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let api = app.api.bearing(&tenant.key);
    let recorded = || app.database().number("SELECT count(*) FROM audit");
    let before = recorded();
    let refused = async |body: Value| -> Answer { api.post(ERASE, &body).await };
    for (body, pointer) in [
        (json!({}), "/to"),
        (json!({ "to": "" }), "/to"),
        (json!({ "to": "jane" }), "/to"),
        (json!({ "to": "0151 234" }), "/to"),
        (json!({ "to": JANE, "identity": "" }), "/identity"),
        (json!({ "to": JANE, "identity": "a\nb" }), "/identity"),
        (json!({ "to": JANE, "identity": "a".repeat(129) }), "/identity"),
        (json!({ "to": JANE, "all": true }), "/all"),
    ] {
        let problem = assert_problem(&refused(body.clone()).await, 422, "invalid_field");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
    }
    assert_eq!(recorded(), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_erasures_of_a_tenant_do_not_run_at_once() {
    let app = TestApp::with(|settings| settings.server.workers = 4).await;
    let tenant = app.tenant().await;
    let api = app.api.bearing(&tenant.key);
    let running: Vec<_> = (0..12)
        .map(|number| {
            let (api, body) = (api.clone(), json!({ "to": format!("jane{number}@recipient.example") }));
            tokio::spawn(async move { api.post(ERASE, &body).await })
        })
        .collect();
    let mut done = 0;
    for running in running {
        let answer = running.await.expect("an answer");
        match answer.status {
            200 => done += 1,
            _ => {
                assert_problem(&answer, 429, "bulk_per_tenant");
                assert_eq!(answer.retry_after(), 2);
            }
        }
    }
    assert!(done > 0);
    let recorded = "SELECT count(*) FROM audit WHERE event = 'recipient_erased'";
    assert_eq!(app.database().number(recorded), done);
}
