//! Waiting for a message, and resending it.

use mail_catcher::{Fault, Stage};
use serde_json::json;

use super::{Backend, assert_problem, minted};
use crate::api::harness::{JANE, TestApp, wrong};

#[tokio::test]
async fn the_same_code_is_sent_again_after_a_pause_until_the_sends_are_spent() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant);
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE })).await;
    backend.verify(&key, &wrong(&code)).await;
    let early = backend.resend(&key).await;
    assert_eq!(assert_problem(&early, 429, "resend_cooldown")["retry_after"], 30);
    assert_eq!(early.retry_after(), 30);
    app.clock.pass_seconds(30);
    let again = backend.waiting().resend(&key).await;
    assert_eq!(again.status, 200, "{}", again.body);
    let told = again.json();
    assert_eq!(told["delivery"]["status"], "sent");
    assert_eq!((&told["attempts_remaining"], &told["sends_remaining"]), (&json!(4), &json!(1)));
    assert_eq!(told["expires_at"], "2026-01-15T12:10:00Z");
    assert_eq!(app.code_after(1, JANE).await, code);
    let mails = app.mail.wait_for_many(JANE, 2).await.unwrap();
    assert_ne!(mails[0].header("message-id"), mails[1].header("message-id"));
    app.clock.pass_seconds(60);
    assert_eq!(backend.waiting().resend(&key).await.json()["resend_at"], json!(null));
    app.clock.pass_seconds(60);
    assert_problem(&backend.resend(&key).await, 409, "sends_spent");
    assert_eq!(backend.verify(&key, &code).await.status, 200);
    assert_problem(&backend.resend(&key).await, 410, "challenge_verified");
}

#[tokio::test]
async fn a_message_speaks_the_language_that_the_challenge_asks_for() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant);
    let answer = backend.waiting().mint(&json!({ "to": JANE, "purpose": "login", "locale": "de_at" })).await;
    assert_eq!(answer.json()["locale"], "de-AT", "{}", answer.body);
    let mail = app.mail.wait_for(JANE).await.unwrap();
    assert!(mail.html().unwrap().contains("lang=\"de"), "{}", mail.source());
    app.clock.pass_seconds(30);
    backend.waiting().resend(answer.json()["key"].as_str().unwrap()).await;
    let again = app.mail.wait_for_many(JANE, 2).await.unwrap();
    assert_eq!(again[1].subject(), mail.subject());
}

#[tokio::test]
async fn what_was_told_of_a_message_is_not_taken_back() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant);
    for _ in 0..3 {
        let told = backend.waiting().mint(&json!({ "to": JANE })).await.json();
        let key = told["key"].as_str().unwrap();
        let after = backend.status(key).await.json();
        assert_eq!(
            (&told["delivery"]["status"], &after["delivery"]["status"]),
            (&json!("sent"), &json!("sent"))
        );
    }
}

#[tokio::test]
async fn a_mint_answers_at_once_and_the_challenge_tells_what_became_of_its_message() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant);
    app.mail.set_faults(vec![Fault::Reply(Stage::Rcpt, 550).always()]);
    let answer = backend.mint(&json!({ "to": JANE })).await;
    assert_eq!((answer.status, &answer.json()["delivery"]["status"]), (201, &json!("queued")));
    let failed = backend.waiting().mint(&json!({ "to": JANE })).await.json();
    let delivery = &failed["delivery"];
    assert_eq!((&delivery["status"], &delivery["error"]), (&json!("failed"), &json!("recipient_refused")));
    assert_eq!(failed["status"], "pending");
}

#[tokio::test]
async fn a_message_that_failed_can_be_sent_again() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant);
    app.mail.set_faults(vec![Fault::AuthRefused.first(1)]);
    let failed = backend.waiting().mint(&json!({ "to": JANE })).await.json();
    assert_eq!(failed["delivery"]["status"], "failed");
    let key = failed["key"].as_str().unwrap();
    app.mail.set_faults(Vec::new());
    app.clock.pass_seconds(30);
    let again = backend.waiting().resend(key).await;
    assert_eq!(again.json()["delivery"]["status"], "sent", "{}", again.body);
    assert_eq!(backend.verify(key, &app.code_after(0, JANE).await).await.status, 200);
}
