//! More than the store can record: refused at once with a time to retry, shared fairly among tenants, and
//! over as soon as the store continues.

use mail_catcher::{Fault, Stage};
use rusqlite::Connection;
use serde_json::json;
use tokio::task::JoinSet;

use crate::api::harness::{Answer, Api, JANE, Tenant, TestApp, engine, eventually};
use crate::api::v1::assert_problem;

/// Places for waiting requests: one tenant alone gets three of them, and leaves one.
const PLACES: usize = 4;

async fn narrow() -> TestApp {
    TestApp::with(|settings| settings.server.queue = PLACES).await
}

/// Another process that blocks the store from recording until it is dropped.
fn hold(app: &TestApp) -> Connection {
    let other = Connection::open(app.settings.data_dir.join("otpmint.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    other
}

/// Requests that are waiting.
#[derive(Default)]
struct Asking(JoinSet<Answer>);

impl Asking {
    /// Mints of a tenant, sent at the same time. The refused ones are answered, the others wait.
    async fn mints(&mut self, app: &TestApp, tenant: &Tenant, count: usize, refused: usize) {
        for at in 0..count {
            let (api, body) =
                (app.api.bearing(&tenant.key), json!({ "to": format!("r{at}@waiting.example") }));
            self.0.spawn(async move { api.post("/v1/challenges", &body).await });
        }
        for _ in 0..refused {
            is_overloaded(&self.0.join_next().await.unwrap().unwrap());
        }
    }

    /// The answers of those that waited.
    async fn answers(self) -> Vec<u16> {
        self.0.join_all().await.iter().map(|answer| answer.status).collect()
    }
}

#[track_caller]
fn is_overloaded(answer: &Answer) {
    let problem = assert_problem(answer, 503, "server_overloaded");
    assert_eq!((answer.header("retry-after"), &problem["retry_after"]), (Some("1"), &json!(1)));
}

async fn status(api: &Api, path: &str) -> u16 {
    api.get(path).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn beyond_its_places_the_server_refuses_at_once_and_goes_on_when_the_store_does() {
    // A lock on a table of PostgreSQL ends the waiting: requests have so much patience and no more.
    if engine::on_postgres() {
        return;
    }
    let app = narrow().await;
    let (one, other) = (app.tenant().await, app.tenant().await);
    let minted = app.mint(&one, JANE).await;
    // A tenant is looked up once a second; now both are known.
    app.authenticated(&other).await;
    let (held, mut asking) = (hold(&app), Asking::default());
    asking.mints(&app, &one, PLACES + 1, 2).await;
    is_overloaded(&app.api.bearing(&one.key).get("/v1/tenant").await);
    app.api.json().mint("nobody", &one.key).await.is_problem(503, "server_overloaded");
    assert_eq!(status(&app.api.bearing(&other.key), "/v1/tenant").await, 200, "it has taken none");
    asking.mints(&app, &other, 2, 1).await;

    app.api.verify(&minted.key, &minted.code).await.is_text_problem(503).retry_after();
    app.api.json().verify(&minted.key, &minted.code).await.is_problem(503, "server_overloaded");
    app.api.json().mint(JANE, &other.key).await.is_problem(503, "server_overloaded");
    is_overloaded(&app.api.bearing(&other.key).get("/v1/tenant").await);
    is_overloaded(&app.api.get(&format!("/v1/challenges/{}", minted.key)).await);
    assert_eq!(status(&app.api, "/livez").await, 200);
    assert_eq!(status(&app.api, "/readyz").await, 200);
    assert_eq!(status(&app.operator(), "/v1/admin/tenants").await, 200, "the operator is let in");

    drop(held);
    assert_eq!(asking.answers().await, [201; PLACES]);
    app.api.verify(&minted.key, &minted.code).await.is(201, "OTP Matched!");
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_without_a_key_leave_places_to_tenants() {
    if engine::on_postgres() {
        return;
    }
    let app = narrow().await;
    let tenant = app.tenant().await;
    let minted = app.mint(&tenant, JANE).await;
    let (held, mut asking) = (hold(&app), Asking::default());
    for _ in 0..PLACES {
        let (api, minted) = (app.api.clone(), minted.clone());
        asking.0.spawn(async move { api.verify(&minted.key, &minted.code).await });
    }
    asking.0.join_next().await.unwrap().unwrap().is_text_problem(503).retry_after();
    asking.mints(&app, &tenant, 2, 1).await;
    drop(held);
    let mut answers = asking.answers().await;
    answers.sort_unstable();
    assert_eq!(answers, [201, 201, 400, 400], "the mint, and the right code once");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_a_mail_server_takes_no_place() {
    let app = TestApp::with(|settings| settings.server.queue = 1).await;
    app.other_mail.set_faults(vec![Fault::Stall(Stage::Banner).always()]);
    let (slow, quick) = (app.tenant_at(&app.other_mail).await, app.tenant().await);
    let (api, key) = (app.api.clone(), slow.key.clone());
    let waiting = tokio::spawn(async move { api.mint(JANE, &key).await });
    eventually("a connection", || (app.other_mail.connections() > 0).then_some(())).await;
    app.mint(&quick, JANE).await;
    assert!(!waiting.is_finished(), "it still waits");
    waiting.abort();
}
