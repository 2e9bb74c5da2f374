//! The deadline, to the millisecond, and what remains after it.

use crate::api::harness::{JANE, TestApp, wrong};

#[tokio::test(flavor = "multi_thread")]
async fn a_code_works_until_the_last_millisecond_and_not_in_the_one_after() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let in_time = app.mint(&tenant, JANE).await;
    let late = app.mint(&tenant, JANE).await;
    app.clock.pass_millis(599_999);
    app.api.verify(&in_time.key, &in_time.code).await.is(201, "OTP Matched!");
    app.clock.pass_millis(1);
    app.api.verify(&late.key, &late.code).await.is(400, "Error: Invalid shareableKey!");
    app.api.json().verify_as(&tenant.key, &late.key, &late.code).await.is_problem(400, "challenge_expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lifetime_is_a_setting() {
    let app = TestApp::with(|settings| settings.codes.ttl_seconds = 60).await;
    let tenant = app.tenant().await;
    let challenge = app.mint(&tenant, JANE).await;
    app.clock.pass_millis(60_000);
    app.api.verify(&challenge.key, &challenge.code).await.is(400, "Error: Invalid shareableKey!");
}

#[tokio::test(flavor = "multi_thread")]
async fn attempts_do_not_move_the_deadline() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let challenge = app.mint(&tenant, JANE).await;
    for _ in 0..3 {
        app.clock.pass_seconds(180);
        app.api.verify(&challenge.key, &wrong(&challenge.code)).await.is(403, "OTP Mismatched!");
    }
    app.clock.pass_seconds(60);
    app.api.verify(&challenge.key, &challenge.code).await.is(400, "Error: Invalid shareableKey!");
}

const SECRETS_LEFT: &str = "SELECT count(*) FROM challenges WHERE code_hash IS NOT NULL OR payload IS NOT NULL \
                            OR recipient IS NOT NULL";

#[tokio::test(flavor = "multi_thread")]
async fn the_sweep_erases_what_expired_and_later_the_row() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let challenge = app.mint(&tenant, JANE).await;
    app.clock.pass_seconds(600);
    app.sweep().await;
    let database = app.database();
    assert_eq!(database.number(SECRETS_LEFT), 0);
    assert_eq!(database.text("SELECT status FROM challenges"), "expired");
    app.api
        .json()
        .verify_as(&tenant.key, &challenge.key, &challenge.code)
        .await
        .is_problem(400, "challenge_expired");
    app.clock.pass_seconds(app.settings.codes.keep_ended_seconds + 1);
    app.sweep().await;
    assert_eq!(database.number("SELECT count(*) FROM challenges"), 0);
    let told = app.api.json().verify_as(&tenant.key, &challenge.key, &challenge.code).await;
    told.is_problem(400, "challenge_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_code_and_a_last_wrong_one_erase_at_once() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let right = app.mint(&tenant, JANE).await;
    app.api.verify(&right.key, &right.code).await.is(201, "OTP Matched!");
    let spent = app.mint(&tenant, "joe@recipient.example").await;
    for _ in 0..5 {
        app.api.verify(&spent.key, &wrong(&spent.code)).await.is(403, "OTP Mismatched!");
    }
    assert_eq!(app.database().number(SECRETS_LEFT), 0);
}
