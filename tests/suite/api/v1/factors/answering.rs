//! Confirming a factor and checking its codes.

use serde_json::json;

use super::{FACTORS, Factors};
use crate::api::harness::TestApp;
use crate::api::v1::{assert_problem, receipts};

#[tokio::test]
async fn a_factor_is_enrolled_confirmed_and_checked_and_the_receipt_says_by_whom() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let factors = Factors::of(&app, &tenant);
    let (id, phone) = factors.add(&json!({ "identity": "user-17" })).await;
    assert_problem(&factors.check(&id, &phone.code(&app, 0)).await, 409, "factor_unconfirmed");
    let wrong = assert_problem(&factors.confirm(&id, &phone.wrong(&app)).await, 403, "code_mismatch");
    assert_eq!(wrong["attempts_remaining"], 4);
    assert_eq!(factors.get(&id).await.json()["status"], "unconfirmed");
    let confirmed = factors.confirm(&id, &phone.code(&app, 0)).await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.body);
    assert_eq!((&confirmed.json()["status"], super::codes(&confirmed).len()), (&json!("active"), 10));
    assert_problem(&factors.confirm(&id, &phone.code(&app, 1)).await, 409, "factor_confirmed");

    app.clock.pass_seconds(30);
    for body in [json!({ "code": "123456", "purpose": "Log in" }), json!({ "code": "123456", "nonce": "" })] {
        assert_problem(
            &factors.api.post(&format!("{FACTORS}/{id}/check"), &body).await,
            422,
            "invalid_field",
        );
    }
    let body =
        json!({ "code": format!(" {} ", phone.code(&app, 0)), "purpose": "transaction", "nonce": "n-7" });
    let checked = factors.api.post(&format!("{FACTORS}/{id}/check"), &body).await;
    assert_eq!(checked.status, 200, "{}", checked.body);
    let told = checked.json();
    assert_eq!((&told["verified"], &told["channel"]), (&json!(true), &json!("totp")));
    assert_eq!((&told["factor"], &told["identity"]), (&json!(id), &json!("user-17")));
    let claims = receipts::claims(&app, told["receipt"].as_str().unwrap(), &tenant.handle).await;
    let seconds = 1_768_478_430;
    assert_eq!(
        claims,
        json!({
            "iss": "otpmint", "aud": tenant.handle, "sub": "user-17", "purpose": "transaction",
            "channel": "totp", "jti": format!("{id}.{}", seconds / 30), "nonce": "n-7", "amr": ["otp"],
            "iat": seconds, "exp": seconds + 300,
        })
    );
    let shown = factors.get(&id).await.json();
    assert_eq!(shown["used_at"], "2026-01-15T12:00:30Z");
    assert!(shown.get("secret").is_none() && shown.get("recovery_codes").is_none(), "{shown}");
}

#[tokio::test]
async fn the_codes_of_both_neighbours_count_and_no_others() {
    let app = TestApp::start().await;
    let factors = Factors::of(&app, &app.tenant().await);
    let (id, phone, _) = factors.enrol(&app, "user-17").await;
    app.clock.pass_seconds(120);
    for (periods, expected) in [(-2, "code_mismatch"), (2, "code_mismatch")] {
        assert_problem(&factors.check(&id, &phone.code(&app, periods)).await, 403, expected);
    }
    for periods in [-1, 0, 1] {
        let answer = factors.check(&id, &phone.code(&app, periods)).await;
        assert_eq!(answer.status, 200, "{periods}: {}", answer.body);
    }
    // The latest one was accepted, so none before it is.
    for periods in [-1, 0, 1] {
        assert_problem(&factors.check(&id, &phone.code(&app, periods)).await, 403, "code_used");
    }
    app.clock.pass_seconds(30);
    assert_problem(&factors.check(&id, &phone.code(&app, 0)).await, 403, "code_used");
    assert_eq!(factors.check(&id, &phone.code(&app, 1)).await.status, 200);
}

#[tokio::test]
async fn a_used_code_is_refused_however_often_it_comes_and_is_no_guess() {
    let app = TestApp::start().await;
    let factors = Factors::of(&app, &app.tenant().await);
    let (id, phone, _) = factors.enrol(&app, "user-17").await;
    let code = phone.code(&app, 0);
    assert_eq!(factors.check(&id, &code).await.status, 200);
    assert_problem(&factors.check(&id, &phone.wrong(&app)).await, 403, "code_mismatch");
    for _ in 0..20 {
        let used = assert_problem(&factors.check(&id, &code).await, 403, "code_used");
        assert_eq!(used.get("attempts_remaining"), None);
    }
    // It does not end the row of wrong codes either.
    let wrong = assert_problem(&factors.check(&id, &phone.wrong(&app)).await, 403, "code_mismatch");
    assert_eq!(wrong["attempts_remaining"], 3);
    for _ in 0..3 {
        factors.check(&id, &phone.wrong(&app)).await;
    }
    assert_problem(&factors.check(&id, &code).await, 429, "factor_paused");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_send_the_right_code_at_once_one_is_verified() {
    let app = TestApp::start().await;
    let factors = Factors::of(&app, &app.tenant().await);
    let (id, phone, _) = factors.enrol(&app, "user-17").await;
    let answers = factors.check_at_once(&id, vec![phone.code(&app, 0); 16]).await;
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        assert_problem(answer, 403, "code_used");
    }
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_confirm_at_once_one_gets_recovery_codes() {
    let app = TestApp::start().await;
    let factors = Factors::of(&app, &app.tenant().await);
    let (id, phone) = factors.add(&json!({ "identity": "user-17" })).await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (factors, id, code) = (factors.clone(), id.clone(), phone.code(&app, 0));
        tasks.spawn(async move { factors.confirm(&id, &code).await });
    }
    let answers = tasks.join_all().await;
    let (confirmed, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    refused.iter().for_each(|answer| drop(assert_problem(answer, 409, "factor_confirmed")));
    assert_eq!(
        (confirmed.len(), factors.get(&id).await.json()["recovery_codes_remaining"].clone()),
        (1, json!(10))
    );
    for code in super::codes(confirmed[0]) {
        assert_eq!(factors.check(&id, &code).await.status, 200);
    }
}

#[tokio::test]
async fn codes_of_every_shape_are_checked() {
    let app = TestApp::start().await;
    let factors = Factors::of(&app, &app.tenant().await);
    for (algorithm, digits, period) in [("SHA256", 8, 60), ("SHA512", 6, 15), ("SHA1", 8, 30)] {
        let body = json!({ "identity": "u", "algorithm": algorithm, "digits": digits, "period": period });
        let (id, phone) = factors.add(&body).await;
        assert_eq!(factors.confirm(&id, &phone.code(&app, 0)).await.status, 200, "{body}");
        assert_eq!(factors.check(&id, &phone.code(&app, 1)).await.status, 200, "{body}");
        assert_eq!(factors.delete(&id).await.status, 204);
    }
}
