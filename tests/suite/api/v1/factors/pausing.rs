//! Five wrong codes in a row, and the pauses after them.

use super::Factors;
use crate::api::harness::TestApp;
use crate::api::v1::assert_problem;

#[tokio::test(flavor = "multi_thread")]
async fn however_many_guess_at_once_five_are_told_before_the_pause() {
    let app = TestApp::start().await;
    let factors = Factors::of(&app, &app.tenant().await);
    let (id, phone, recovery) = factors.enrol(&app, "user-17").await;
    let answers = factors.check_at_once(&id, vec![phone.wrong(&app); 16]).await;
    let mut left: Vec<_> = answers
        .iter()
        .filter(|answer| answer.status == 403)
        .map(|answer| assert_problem(answer, 403, "code_mismatch")["attempts_remaining"].as_u64().unwrap())
        .collect();
    left.sort_unstable();
    assert_eq!(left, [0, 1, 2, 3, 4]);
    for answer in answers.iter().filter(|answer| answer.status != 403) {
        assert_problem(answer, 429, "factor_paused");
    }
    app.clock.pass_seconds(30);
    // Not even what is right is evaluated, and it is not spent.
    for code in [phone.code(&app, 0), recovery[0].clone()] {
        let paused = factors.check(&id, &code).await;
        assert_eq!(paused.is_limited_by("factor_paused"), 30);
        assert_eq!(paused.json()["retry_at"], "2026-01-15T12:01:30Z");
    }
    assert_eq!(factors.get(&id).await.json()["paused_until"], "2026-01-15T12:01:30Z");
    app.clock.pass_seconds(30);
    assert_eq!(factors.get(&id).await.json()["paused_until"], serde_json::Value::Null);
    assert_eq!(factors.check(&id, &phone.code(&app, -1)).await.status, 200);
    assert_eq!(factors.check(&id, &recovery[0]).await.status, 200);
    let paused = "SELECT count(*) FROM audit WHERE event = 'factor_paused'";
    assert_eq!(app.database().number(paused), 1);
}

#[tokio::test]
async fn each_pause_is_longer_until_a_right_code_comes() {
    let app = TestApp::start().await;
    let factors = Factors::of(&app, &app.tenant().await);
    let (id, phone, _) = factors.enrol(&app, "user-17").await;
    for seconds in [60, 300, 900, 3_600] {
        for left in [4, 3, 2, 1, 0] {
            let wrong = assert_problem(&factors.check(&id, &phone.wrong(&app)).await, 403, "code_mismatch");
            assert_eq!(wrong["attempts_remaining"], left);
        }
        let waits = factors.check(&id, &phone.code(&app, 0)).await.is_limited_by("factor_paused");
        assert_eq!(waits, seconds);
        app.clock.pass_seconds(seconds);
    }
    assert_eq!(factors.check(&id, &phone.code(&app, 0)).await.status, 200);
    for _ in 0..5 {
        assert_problem(&factors.check(&id, &phone.wrong(&app)).await, 403, "code_mismatch");
    }
    assert_eq!(factors.check(&id, &phone.wrong(&app)).await.is_limited_by("factor_paused"), 60);
}

#[tokio::test]
async fn what_cannot_be_a_code_is_named_and_costs_no_attempt() {
    let app = TestApp::start().await;
    let factors = Factors::of(&app, &app.tenant().await);
    let (id, phone, _) = factors.enrol(&app, "user-17").await;
    for typed in ["", "12345", "1234567", "12345678", "abcdef", "ABCD-EFGH-2345-678", "123456\u{0}"] {
        let problem = assert_problem(&factors.check(&id, typed).await, 422, "invalid_field");
        assert_eq!(problem["errors"][0]["pointer"], "/code", "{typed:?}");
    }
    assert_eq!(app.database().number("SELECT in_a_row FROM factors"), 0);
    assert_eq!(factors.check(&id, &phone.code(&app, 0)).await.status, 200);
}

#[tokio::test]
async fn the_pause_of_one_factor_is_not_that_of_another() {
    let app = TestApp::start().await;
    let factors = Factors::of(&app, &app.tenant().await);
    let (first, phone, _) = factors.enrol(&app, "user-17").await;
    let (second, other, _) = factors.enrol(&app, "user-17").await;
    for _ in 0..5 {
        factors.check(&first, &phone.wrong(&app)).await;
    }
    assert_problem(&factors.check(&first, &phone.code(&app, 0)).await, 429, "factor_paused");
    assert_eq!(factors.check(&second, &other.code(&app, 0)).await.status, 200);
}
