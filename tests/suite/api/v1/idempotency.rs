//! Requests that are repeated with their `Idempotency-Key`.

use std::time::Duration;

use mail_catcher::{Fault, Stage};
use otpmint::domain::time::Clock as _;
use reqwest::header::HeaderName;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;

use super::{Backend, assert_problem, minted, unnamed};
use crate::api::harness::{Answer, JANE, TestApp, wrong};

impl Backend {
    /// The same client, whose requests have this key.
    fn once(&self, key: &str) -> Self {
        Self { api: self.api.with(HeaderName::from_static("idempotency-key"), key) }
    }
}

#[track_caller]
fn assert_replayed(answer: &Answer, first: &Answer) {
    assert_eq!((answer.status, &answer.body), (first.status, &first.body));
    for header in ["content-type", "location"] {
        assert_eq!(answer.header(header), first.header(header));
    }
    assert_eq!(
        (first.header("idempotency-replayed"), answer.header("idempotency-replayed")),
        (None, Some("true"))
    );
}

#[tokio::test]
async fn a_repeated_mint_is_answered_alike_and_sends_nothing() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant);
    let body = json!({ "to": JANE, "metadata": { "receipt": "17" } });
    let first = backend.waiting().once("8e03978e-40d5").mint(&body).await;
    assert_eq!(first.status, 201, "{}", first.body);
    for key in ["8e03978e-40d5", "\"8e03978e-40d5\""] {
        assert_replayed(&backend.once(key).mint(&body).await, &first);
    }
    let other = json!({ "to": JANE });
    assert_problem(&backend.once("8e03978e-40d5").mint(&other).await, 422, "idempotency_key_reused");
    let app = app.restart(|_| {}).await;
    let backend = Backend::of(&app, &tenant).once("8e03978e-40d5");
    app.clock.pass(Duration::from_secs(24 * 3600 - 1));
    app.sweep().await;
    assert_replayed(&backend.mint(&body).await, &first);
    assert_eq!(app.mails_to(JANE), 1);
    app.clock.pass_seconds(1);
    assert_ne!(backend.mint(&body).await.json()["key"], first.json()["key"]);
}

#[tokio::test]
async fn a_key_belongs_to_its_tenant_and_its_route() {
    let app = TestApp::start().await;
    let (tenant, other) = (app.tenant().await, app.tenant().await);
    let (backend, other) = (Backend::of(&app, &tenant).once("k"), Backend::of(&app, &other).once("k"));
    let body = json!({ "to": JANE });
    let first = backend.mint(&body).await;
    let others = other.mint(&body).await;
    assert_eq!((first.status, others.status), (201, 201));
    assert_ne!(first.json()["key"], others.json()["key"]);
    let key = first.json()["key"].as_str().unwrap().to_owned();
    assert_problem(&backend.verify(&key, "1234567890").await, 403, "code_mismatch");
    assert_problem(
        &backend.verify(others.json()["key"].as_str().unwrap(), "1").await,
        422,
        "idempotency_key_reused",
    );
}

#[tokio::test]
async fn a_key_is_one_value_of_visible_characters() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant);
    let long = "k".repeat(256);
    for bad in ["", "\"\"", "a b", "\"open", &long, "sch\u{f6}n"] {
        let answer = backend.once(bad).mint(&json!({ "to": JANE })).await;
        assert_problem(&answer, 400, "invalid_idempotency_key");
    }
    assert_eq!(app.database().number("SELECT count(*) FROM challenges"), 0);
    assert_eq!(backend.once(&long[..255]).mint(&json!({ "to": JANE })).await.status, 201);
}

#[tokio::test]
async fn a_wrong_answer_is_counted_once() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant);
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE })).await;
    let (wrong, once) = (wrong(&code), backend.once("first"));
    for _ in 0..7 {
        let answer = once.verify(&key, &wrong).await;
        assert_eq!(assert_problem(&answer, 403, "code_mismatch")["attempts_remaining"], 4);
    }
    assert_problem(&once.verify(&key, &code).await, 422, "idempotency_key_reused");
    assert_eq!(backend.status(&key).await.json()["attempts_remaining"], 4);
    assert_eq!(backend.once("second").verify(&key, &code).await.status, 200);
    let answer = once.verify(&key, &wrong).await;
    assert_eq!(assert_problem(&answer, 403, "code_mismatch")["attempts_remaining"], 4);
}

#[tokio::test]
async fn a_success_is_repeated_for_its_key_alone_with_the_receipt_while_that_is_valid() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant);
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE })).await;
    let once = backend.once("first");
    let first = once.verify(&key, &code).await;
    assert_eq!(first.status, 200, "{}", first.body);
    assert!(first.json()["receipt"].is_string());
    assert_replayed(&once.verify(&key, &code).await, &first);
    for other in [&backend, &backend.once("second")] {
        assert_problem(&other.verify(&key, &code).await, 410, "challenge_verified");
    }
    let valid = app.settings.receipts.lifetime_seconds;
    app.clock.pass_seconds(valid - 1);
    app.sweep().await;
    assert_replayed(&once.verify(&key, &code).await, &first);
    app.clock.pass_seconds(1);
    let mut without = first.json();
    without.as_object_mut().unwrap().remove("receipt");
    assert_eq!(once.verify(&key, &code).await.json(), without);
    app.sweep().await;
    assert_eq!(app.database().number("SELECT count(receipt) FROM idempotency"), 0);
    // The challenge itself is deleted long before the day is over.
    app.clock.pass(Duration::from_secs(6 * 3600));
    app.sweep().await;
    assert_problem(&backend.status(&key).await, 404, "challenge_not_found");
    assert_eq!(once.verify(&key, &code).await.json(), without);
}

#[tokio::test]
async fn an_app_that_keeps_no_key_may_repeat_its_answer_as_well() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant);
    let (_, code) = minted(&app, &backend, &json!({ "to": JANE })).await;
    let body = json!({ "to": JANE, "code": code });
    let once = backend.once("first");
    let first = once.verify_latest(&body).await;
    assert_eq!(first.status, 200, "{}", first.body);
    assert_replayed(&once.verify_latest(&body).await, &first);
    assert_problem(&backend.once("second").verify_latest(&body).await, 404, "challenge_not_found");
}

#[tokio::test]
async fn a_repeated_resend_sends_once() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant);
    let (key, _) = minted(&app, &backend, &json!({ "to": JANE })).await;
    app.clock.pass_seconds(30);
    let first = backend.waiting().once("again").resend(&key).await;
    assert_eq!(first.status, 200, "{}", first.body);
    app.clock.pass_seconds(60);
    assert_replayed(&backend.once("again").resend(&key).await, &first);
    assert_eq!(app.mails_to(JANE), 2);
}

#[tokio::test]
async fn an_answer_that_could_not_be_kept_is_made_again_without_the_receipt() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant);
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE })).await;
    let once = backend.once("first");
    let first = once.verify(&key, &code).await;
    // The state that a server leaves if it dies between the decision and the answer.
    app.database().change("UPDATE idempotency SET response = NULL, receipt = NULL, receipt_until = NULL");
    let again = once.verify(&key, &code).await;
    let mut without = first.json();
    without.as_object_mut().unwrap().remove("receipt");
    assert_eq!((again.status, again.json()), (200, without));
}

#[tokio::test]
async fn another_nodes_request_is_waited_for_until_its_answer_is_kept_or_overdue() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant).once("first");
    let body = json!({ "to": JANE });
    let first = backend.mint(&body).await;
    // What another node leaves that has decided and not answered yet.
    let until = app.clock.now().as_millis() + 30_000;
    app.database()
        .change(&format!("UPDATE idempotency SET response = NULL, holder = 7, held_until = {until}"));
    assert_problem(&backend.mint(&body).await, 409, "idempotency_key_in_use");
    app.clock.pass_seconds(29);
    assert_problem(&backend.mint(&body).await, 409, "idempotency_key_in_use");
    app.clock.pass_seconds(1);
    let again = backend.mint(&body).await;
    assert_eq!((again.status, &again.json()["key"]), (201, &first.json()["key"]));
    assert_eq!(app.database().number("SELECT count(*) FROM challenges"), 1);
}

#[tokio::test]
async fn a_request_goes_on_when_its_caller_hangs_up_and_a_retry_gets_its_answer() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    app.mail.set_faults(vec![Fault::Delay(Stage::EndOfData, Duration::from_millis(800)).always()]);
    let backend = Backend::of(&app, &tenant).waiting().once("first");
    let body = json!({ "to": JANE }).to_string();
    let request = format!(
        "POST /v1/challenges HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nPrefer: wait=10\r\n\
         Idempotency-Key: first\r\nContent-Length: {}\r\n\r\n{body}",
        tenant.key,
        body.len()
    );
    let mut caller = tokio::net::TcpStream::connect(app.app().address()).await.unwrap();
    caller.write_all(request.as_bytes()).await.unwrap();
    while app.database().number("SELECT count(*) FROM challenges") == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // A reset, not a normal close: that could close only one half of the connection.
    caller.set_zero_linger().unwrap();
    drop(caller);
    let answer = loop {
        let answer = backend.mint(&json!({ "to": JANE })).await;
        if answer.status != 409 {
            break answer;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!((answer.status, answer.header("idempotency-replayed")), (201, Some("true")));
    assert_eq!(answer.json()["delivery"]["status"], "sent", "the first caller's answer, which waited");
    assert_eq!(app.mails_to(JANE), 1);
}

/// All of these requests at the same time.
async fn at_once(
    requests: impl Iterator<Item = impl Future<Output = Answer> + Send + 'static>,
) -> Vec<Answer> {
    let tasks: Vec<_> = requests.map(tokio::spawn).collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers
}

/// The answers that do not mean "retry"; there is at least one.
#[track_caller]
fn settled(answers: &[Answer], status: u16) -> Value {
    let (busy, done): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 409);
    for answer in busy {
        assert_problem(answer, 409, "idempotency_key_in_use");
        assert_eq!(answer.retry_after(), 1);
    }
    let first = done.first().expect("one was carried out");
    // A problem names the request that it answers.
    let body = |answer: &Answer| if status < 400 { answer.body.clone() } else { unnamed(answer).to_string() };
    for answer in &done {
        assert_eq!((answer.status, body(answer)), (status, body(first)));
    }
    first.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_32_at_once_one_is_carried_out() {
    let app = TestApp::with(|settings| settings.server.workers = 4).await;
    let tenant = app.tenant().await;
    let post = |path: String, key: &str, body: &Value| {
        let backend = Backend::of(&app, &tenant).waiting().once(key);
        let body = body.clone();
        async move { backend.api.post(&path, &body).await }
    };
    let body = json!({ "to": JANE });
    let mints = at_once((0..32).map(|_| post("/v1/challenges".to_owned(), "mint", &body))).await;
    let challenge = settled(&mints, 201);
    assert_eq!((app.mails_to(JANE), app.database().number("SELECT count(*) FROM challenges")), (1, 1));
    let path = format!("/v1/challenges/{}/verify", challenge["key"].as_str().unwrap());
    let code = app.code_after(0, JANE).await;
    let no = json!({ "code": wrong(&code) });
    let mismatches = at_once((0..32).map(|_| post(path.clone(), "wrong", &no))).await;
    assert_eq!(settled(&mismatches, 403)["attempts_remaining"], 4);
    let yes = json!({ "code": code });
    let verified = at_once((0..32).map(|_| post(path.clone(), "right", &yes))).await;
    assert_eq!(settled(&verified, 200)["status"], "verified");
    assert_eq!(app.database().number("SELECT attempts FROM challenges"), 2);
}
