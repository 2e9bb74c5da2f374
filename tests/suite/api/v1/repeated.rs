//! Every `POST` that makes something can be repeated with its `Idempotency-Key`, and makes one.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use reqwest::header::HeaderName;
use serde_json::{Value, json};
use tokio::sync::Barrier;

use super::assert_problem;
use crate::api::harness::{Answer, Api, TestApp};

/// A request that makes something, where its path is described, and how its makings are counted.
struct Making {
    api: Api,
    path: String,
    described: &'static str,
    body: Value,
    count: &'static str,
    has_secret: bool,
}

/// The operations that make nothing, and why a repetition does no harm.
const MAKE_NOTHING: [&str; 13] = [
    // They only look, or send a test that nobody keeps.
    "/v1/tenant/templates/lint",
    "/v1/tenant/templates/preview",
    "/v1/tenant/routes/{id}/test",
    "/v1/tenant/smtp/test",
    // They take away, and a second time there is nothing to take.
    "/v1/results",
    "/v1/factors/results",
    "/v1/tenant/recipients/unlock",
    "/v1/admin/tenants/{tenant}/unlock",
    "/v1/tenant/recipients/erase",
    "/v1/admin/tenants/{tenant}/erase",
    "/v1/admin/tenants/{tenant}/restore",
    // It only looks, with the address in the body.
    "/v1/tenant/challenges/search",
    "/v1/admin/tenants/{tenant}/recipients/search",
];

/// The operations that are walked in `idempotency.rs`, over challenges.
const OF_CHALLENGES: [&str; 7] = [
    "/v1/challenges",
    "/v1/challenges/{key}/verify",
    "/v1/challenges/{key}/resend",
    "/v1/verify",
    "/v1/messages",
    "/v1/factors/{id}/confirm",
    "/v1/factors/{id}/check",
];

/// The operations that have no body.
const NO_BODY: [&str; 3] = [
    "/v1/tenant/webhooks/{id}/test",
    "/v1/tenant/webhooks/{id}/deliveries/{event}/replay",
    "/v1/factors/{id}/recovery-codes",
];

fn account() -> Value {
    json!({ "host": "smtp.example.com", "port": 587, "username": "mine", "password": "mine",
        "from": "mine@sender.example" })
}

/// One request of each kind. Each makes exactly one of what it counts.
async fn makings(app: &TestApp) -> Vec<Making> {
    let tenant = app.tenant().await;
    let (mine, operator) = (app.api.bearing(&tenant.key), app.operator());
    let made = async |path: &str, body: Value, field: &str| {
        let answer = mine.post(path, &body).await;
        assert_eq!(answer.status, 201, "{path}: {}", answer.body);
        answer.json()[field].as_str().expect("it has a name").to_owned()
    };
    let key = made("/v1/tenant/keys", json!({ "name": "old", "scopes": ["verify"] }), "key").await;
    let webhook =
        made("/v1/tenant/webhooks", json!({ "url": "https://hooks.example.com/x" }), "webhook").await;
    let rotated =
        made("/v1/tenant/webhooks", json!({ "url": "https://hooks.example.com/y" }), "webhook").await;
    let factor =
        json!({ "identity": "old", "secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "confirmed": true });
    let factor = made("/v1/factors", factor, "factor").await;
    let event = mine.post(&format!("/v1/tenant/webhooks/{webhook}/test"), &json!({})).await.json();
    let event = event["event"].as_str().expect("an event").to_owned();
    let registered = operator.post("/v1/admin/tenants", &json!({ "name": "x", "smtp": account() })).await;
    let other = registered.json()["tenant"].as_str().expect("a tenant").to_owned();
    let mut route = account();
    route["transport"] = json!("smtp");
    let all = |api: &Api, described, path: String, body, count, has_secret| Making {
        api: api.clone(),
        path,
        described,
        body,
        count,
        has_secret,
    };
    let events = "SELECT count(*) FROM webhook_deliveries";
    vec![
        all(
            &mine,
            "/v1/tenant/keys",
            "/v1/tenant/keys".to_owned(),
            json!({ "name": "new", "scopes": ["mint"] }),
            "SELECT count(*) FROM secret_keys",
            true,
        ),
        all(
            &mine,
            "/v1/tenant/keys/{key}/rotate",
            format!("/v1/tenant/keys/{key}/rotate"),
            json!({}),
            "SELECT count(*) FROM audit WHERE event = 'key_rotated'",
            true,
        ),
        all(
            &mine,
            "/v1/tenant/sandbox/keys",
            "/v1/tenant/sandbox/keys".to_owned(),
            json!({}),
            "SELECT count(*) FROM secret_keys",
            true,
        ),
        all(
            &mine,
            "/v1/tenant/routes",
            "/v1/tenant/routes".to_owned(),
            route,
            "SELECT sum(revision) FROM tenants",
            false,
        ),
        all(
            &mine,
            "/v1/tenant/webhooks",
            "/v1/tenant/webhooks".to_owned(),
            json!({ "url": "https://hooks.example.com/z" }),
            "SELECT count(*) FROM webhooks",
            true,
        ),
        all(
            &mine,
            "/v1/tenant/webhooks/{id}/rotate",
            format!("/v1/tenant/webhooks/{rotated}/rotate"),
            json!({}),
            "SELECT count(*) FROM audit WHERE event = 'webhook_rotated'",
            true,
        ),
        all(
            &mine,
            "/v1/tenant/webhooks/{id}/test",
            format!("/v1/tenant/webhooks/{webhook}/test"),
            json!({}),
            events,
            false,
        ),
        all(
            &mine,
            "/v1/tenant/webhooks/{id}/deliveries/{event}/replay",
            format!("/v1/tenant/webhooks/{webhook}/deliveries/{event}/replay"),
            json!({}),
            "SELECT count(*) FROM idempotency",
            false,
        ),
        all(
            &mine,
            "/v1/factors",
            "/v1/factors".to_owned(),
            json!({ "identity": "new" }),
            "SELECT count(*) FROM factors",
            true,
        ),
        all(
            &mine,
            "/v1/factors/{id}/recovery-codes",
            format!("/v1/factors/{factor}/recovery-codes"),
            json!({}),
            "SELECT count(*) FROM audit WHERE event = 'recovery_codes_replaced'",
            true,
        ),
        all(
            &operator,
            "/v1/admin/tenants",
            "/v1/admin/tenants".to_owned(),
            json!({ "name": "new", "smtp": account() }),
            "SELECT count(*) FROM tenants",
            true,
        ),
        all(
            &operator,
            "/v1/admin/tenants/{tenant}/keys",
            format!("/v1/admin/tenants/{other}/keys"),
            json!({ "name": "granted", "scopes": ["mint"] }),
            "SELECT count(*) FROM secret_keys",
            true,
        ),
        all(
            &operator,
            "/v1/admin/tokens",
            "/v1/admin/tokens".to_owned(),
            json!({ "name": "desk", "role": "support" }),
            "SELECT count(*) FROM operator_tokens",
            true,
        ),
    ]
}

impl Making {
    async fn once(&self, key: &str, body: &Value) -> Answer {
        let api = self.api.with(HeaderName::from_static("idempotency-key"), key);
        api.send(Method::POST, &self.path, body.to_string().into_bytes()).await
    }

    async fn again(&self) -> Answer {
        self.once("first", &self.body).await
    }
}

fn memmem(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[track_caller]
fn assert_replayed(answer: &Answer, first: &Answer, what: &str) {
    assert_eq!(answer.header("idempotency-replayed"), Some("true"), "{what}: {}", answer.body);
    assert_eq!((answer.status, &answer.body), (first.status, &first.body), "{what}");
    assert_eq!(answer.header("location"), first.header("location"), "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repetition_makes_nothing_and_gets_the_first_answer() {
    let app = TestApp::start().await;
    for making in makings(&app).await {
        let what = making.described;
        let before = app.database().number(making.count);
        let first = making.again().await;
        assert!((200..300).contains(&first.status), "{what}: {}", first.body);
        let made = app.database().number(making.count);
        assert_eq!(made, before + 1, "{what} makes one");
        assert_replayed(&making.again().await, &first, what);
        let api = making.api.with(HeaderName::from_static("idempotency-key"), "first");
        let other = format!("{} ", making.body).into_bytes();
        if !NO_BODY.contains(&what) {
            let reused = api.send(Method::POST, &making.path, other).await;
            assert_problem(&reused, 422, "idempotency_key_reused");
        }
        assert_eq!(app.database().number(making.count), made, "{what} makes one");
        // The kept answer is sealed.
        if making.has_secret {
            let secret = first.json()["secret"].as_str().map(str::to_owned);
            let secret = secret.or_else(|| first.json()["recovery_codes"][0].as_str().map(str::to_owned));
            let secret = secret.unwrap_or_else(|| panic!("{what} has no secret: {}", first.body));
            let kept = app.database().bytes();
            let is_kept = memmem(&kept, secret.as_bytes());
            assert!(!is_kept, "{what} keeps its secret in the open");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_before_it_answers_gives_the_same_answer_afterwards() {
    let app = TestApp::start().await;
    for making in makings(&app).await {
        let what = making.described;
        app.database().keep_no_answers();
        let first = making.again().await;
        assert!((200..300).contains(&first.status), "{what}: {}", first.body);
        app.database().keep_answers();
        let made = app.database().number(making.count);
        let again = making.again().await;
        assert_eq!(again.header("idempotency-replayed"), Some("true"), "{what}: {}", again.body);
        assert_eq!(
            (again.status, again.header("location")),
            (first.status, first.header("location")),
            "{what}"
        );
        assert_eq!(again.json(), first.json(), "{what}");
        assert_eq!(app.database().number(making.count), made, "{what} makes one");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_repeated_for_an_hour_and_the_request_known_for_a_day() {
    let app = TestApp::start().await;
    let makings = makings(&app).await;
    let mut firsts = Vec::new();
    for making in &makings {
        firsts.push(making.again().await);
    }
    app.clock.pass(Duration::from_secs(3_599));
    app.sweep().await;
    for (making, first) in makings.iter().zip(&firsts) {
        assert_replayed(&making.again().await, first, making.described);
    }
    app.clock.pass_seconds(1);
    for swept in [false, true] {
        if swept {
            app.sweep().await;
            assert_eq!(app.database().number("SELECT count(receipt) FROM idempotency"), 0);
        }
        for (making, first) in makings.iter().zip(&firsts) {
            match making.has_secret {
                true => {
                    let late = making.again().await;
                    assert_problem(&late, 409, "secret_not_repeated");
                }
                false => assert_replayed(&making.again().await, first, making.described),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_repeated_for_the_same_secret_key_only() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let mine = app.api.bearing(&tenant.key);
    let other = mine.post("/v1/tenant/keys", &json!({ "name": "other", "scopes": ["manage"] })).await.json();
    let other = app.api.bearing(other["secret"].as_str().expect("a secret"));
    let once = |api: &Api| api.with(HeaderName::from_static("idempotency-key"), "first");
    let body = json!({ "name": "new", "scopes": ["mint"] });
    let first = once(&mine).post("/v1/tenant/keys", &body).await;
    assert_eq!(first.status, 201, "{}", first.body);
    let theirs = once(&other).post("/v1/tenant/keys", &body).await;
    assert_problem(&theirs, 422, "idempotency_key_reused");
    assert!(!theirs.body.contains(first.json()["secret"].as_str().expect("a secret")));
    let stranger = app.api.bearing(&app.tenant().await.key);
    let strangers = once(&stranger).post("/v1/tenant/keys", &body).await;
    assert_eq!(strangers.status, 201, "another tenant's request is another one");
    assert_ne!(strangers.json()["secret"], first.json()["secret"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_at_once_one_makes_something() {
    let app = TestApp::start().await;
    for making in makings(&app).await {
        let making = Arc::new(making);
        let before = app.database().number(making.count);
        let barrier = Arc::new(Barrier::new(16));
        let tasks: Vec<_> = (0..16)
            .map(|_| {
                let (making, barrier) = (Arc::clone(&making), Arc::clone(&barrier));
                tokio::spawn(async move {
                    barrier.wait().await;
                    making.again().await
                })
            })
            .collect();
        let mut bodies = Vec::new();
        for task in tasks {
            let answer = task.await.expect("an answer");
            match answer.status {
                200..300 => bodies.push(answer.body),
                _ => drop(assert_problem(&answer, 409, "idempotency_key_in_use")),
            }
        }
        bodies.dedup();
        assert_eq!(bodies.len(), 1, "{}", making.described);
        assert_eq!(app.database().number(making.count), before + 1, "{}", making.described);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_that_makes_something_says_that_it_can_be_repeated() {
    let app = TestApp::start().await;
    let walked: Vec<_> = makings(&app).await.iter().map(|making| making.described).collect();
    let description: Value = serde_json::from_str(otpmint::http::openapi()).expect("JSON");
    let mut posts = 0;
    for (path, methods) in description["paths"].as_object().expect("paths") {
        let post = &methods["post"];
        if !path.starts_with("/v1/") || post.is_null() {
            continue;
        }
        posts += 1;
        let parameters = post["parameters"].as_array().into_iter().flatten();
        let is_key = |it: &Value| {
            it["name"] == "Idempotency-Key"
                || it["$ref"].as_str().is_some_and(|part| part.ends_with("Idempotency-Key"))
        };
        let is_repeatable = parameters.into_iter().any(is_key);
        let makes_nothing = MAKE_NOTHING.contains(&path.as_str());
        assert_ne!(is_repeatable, makes_nothing, "{path}");
        let is_walked = walked.contains(&path.as_str()) || OF_CHALLENGES.contains(&path.as_str());
        assert!(is_walked || makes_nothing, "{path} is missing in this test");
    }
    assert!(posts > 20, "{posts}");
}
