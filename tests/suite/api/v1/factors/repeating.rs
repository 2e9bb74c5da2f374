//! `Idempotency-Key`: what was lost is answered again, and what is shown once is not.

use reqwest::header::HeaderName;
use serde_json::json;

use super::{Factors, codes};
use crate::api::harness::{Answer, TestApp};
use crate::api::v1::{assert_problem, receipts};

impl Factors {
    /// The same client, which sends a key.
    fn keyed(&self, key: &str) -> Self {
        Self { api: self.api.with(HeaderName::from_static("idempotency-key"), key) }
    }
}

fn is_replayed(answer: &Answer) -> bool {
    answer.header("idempotency-replayed") == Some("true")
}

#[tokio::test]
async fn a_repeated_enrolment_adds_one_factor_and_shows_its_secret_again() {
    let app = TestApp::start().await;
    let factors = Factors::of(&app, &app.tenant().await);
    let body = json!({ "identity": "user-17" });
    let (first, again) = (factors.keyed("a").create(&body).await, factors.keyed("a").create(&body).await);
    assert_eq!((first.status, again.status), (201, 201), "{}", again.body);
    assert!(is_replayed(&again) && !is_replayed(&first));
    assert_eq!(first.header("location"), again.header("location"));
    assert!(first.json()["secret"].is_string());
    assert_eq!(again.json(), first.json());
    assert_eq!(app.database().number("SELECT count(*) FROM factors"), 1);
    let other = json!({ "identity": "user-18" });
    assert_problem(&factors.keyed("a").create(&other).await, 422, "idempotency_key_reused");
    assert_eq!(factors.keyed("b").create(&other).await.status, 201);
}

#[tokio::test]
async fn a_repeated_confirmation_is_confirmed_and_shows_its_codes_again() {
    let app = TestApp::start().await;
    let factors = Factors::of(&app, &app.tenant().await);
    let (id, phone) = factors.add(&json!({ "identity": "user-17" })).await;
    let code = phone.code(&app, 0);
    let first = factors.keyed("a").confirm(&id, &code).await;
    let again = factors.keyed("a").confirm(&id, &code).await;
    assert_eq!((first.status, again.status, is_replayed(&again)), (200, 200, true), "{}", again.body);
    assert_eq!(codes(&first).len(), 10);
    assert_eq!((&again.json()["status"], again.json()), (&json!("active"), first.json()));
    assert_problem(&factors.keyed("b").confirm(&id, &code).await, 409, "factor_confirmed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_check_has_the_same_receipt_and_counts_once_also_in_parallel() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let factors = Factors::of(&app, &tenant);
    let (id, phone, recovery) = factors.enrol(&app, "user-17").await;
    for (key, code) in [("app", phone.code(&app, 0)), ("list", recovery[0].clone())] {
        let keyed = factors.keyed(key);
        for answer in keyed.check_at_once(&id, vec![code.clone(); 6]).await {
            match answer.status {
                200 => {}
                _ => drop(assert_problem(&answer, 409, "idempotency_key_in_use")),
            }
        }
        let (first, again) = (keyed.check(&id, &code).await, keyed.check(&id, &code).await);
        assert_eq!((first.status, &first.body), (200, &again.body));
        receipts::claims(&app, first.json()["receipt"].as_str().unwrap(), &tenant.handle).await;
    }
    assert_eq!(factors.get(&id).await.json()["recovery_codes_remaining"], 9);
    assert_problem(&factors.check(&id, &phone.code(&app, 0)).await, 403, "code_used");

    for _ in 0..3 {
        let wrong = assert_problem(
            &factors.keyed("wrong").check(&id, &phone.wrong(&app)).await,
            403,
            "code_mismatch",
        );
        assert_eq!(wrong["attempts_remaining"], 4);
    }
    // The receipt names the user, and is no proof any more.
    app.clock.pass_seconds(301);
    app.sweep().await;
    let late = factors.keyed("list").check(&id, &recovery[0]).await;
    assert_eq!((late.status, late.json().get("receipt")), (200, None));
    assert_eq!(app.database().number("SELECT count(*) FROM idempotency WHERE receipt IS NOT NULL"), 0);
}

#[tokio::test]
async fn long_after_a_crash_what_was_carried_out_is_answered_without_what_is_secret() {
    let app = TestApp::start().await;
    let factors = Factors::of(&app, &app.tenant().await);
    let body = json!({ "identity": "user-17" });
    let added = factors.keyed("a").create(&body).await.json();
    let (id, phone) = (added["factor"].as_str().unwrap().to_owned(), super::Phone::of(&added));
    let confirming = phone.code(&app, 0);
    factors.keyed("b").confirm(&id, &confirming).await;
    app.clock.pass_seconds(30);
    let checking = phone.code(&app, 0);
    factors.keyed("c").check(&id, &checking).await;
    app.database().change("UPDATE idempotency SET response = NULL, receipt = NULL, receipt_until = 1");
    assert_problem(&factors.keyed("a").create(&body).await, 409, "secret_not_repeated");
    assert_problem(&factors.keyed("b").confirm(&id, &confirming).await, 409, "secret_not_repeated");
    assert_eq!(app.database().number("SELECT count(*) FROM factors"), 1);
    let again = factors.keyed("c").check(&id, &checking).await.json();
    assert_eq!((&again["verified"], &again["channel"]), (&json!(true), &json!("totp")));
    assert_eq!(again.get("receipt"), None);
    // It is about a factor: without it there is no answer.
    factors.delete(&id).await;
    assert_problem(&factors.keyed("c").check(&id, &checking).await, 404, "factor_not_found");
}

#[tokio::test]
async fn another_tenant_with_the_same_key_gets_its_own_answer() {
    let app = TestApp::start().await;
    let (tenant, other) = (app.tenant().await, app.tenant().await);
    let (factors, stranger) = (Factors::of(&app, &tenant), Factors::of(&app, &other));
    let (id, phone, _) = factors.enrol(&app, "user-17").await;
    let code = phone.code(&app, 0);
    assert_eq!(factors.keyed("a").check(&id, &code).await.status, 200);
    assert_problem(&stranger.keyed("a").check(&id, &code).await, 404, "factor_not_found");
    let body = json!({ "identity": "user-17" });
    let (mine, theirs) = (factors.keyed("b").create(&body).await, stranger.keyed("b").create(&body).await);
    assert_ne!(mine.json()["factor"], theirs.json()["factor"]);
}
