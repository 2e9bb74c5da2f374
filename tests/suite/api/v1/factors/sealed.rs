//! Secrets are sealed to their row: nobody who changes the database makes one factor out of another.

use serde_json::json;

use super::Factors;
use crate::api::harness::TestApp;
use crate::api::v1::assert_problem;

#[tokio::test]
async fn a_secret_that_was_copied_to_another_row_opens_nothing() {
    let app = TestApp::start().await;
    let (tenant, other) = (app.tenant().await, app.tenant().await);
    let (factors, stranger) = (Factors::of(&app, &tenant), Factors::of(&app, &other));
    let (own, phone, recovery) = factors.enrol(&app, "user-17").await;
    let (second, _, _) = factors.enrol(&app, "user-18").await;
    let (foreign, _, _) = stranger.enrol(&app, "user-17").await;
    app.database().change(&format!(
        "UPDATE factors SET secret = (SELECT secret FROM factors WHERE handle = '{own}') WHERE handle <> '{own}'"
    ));
    app.clock.pass_seconds(60);
    let code = phone.code(&app, 0);
    for (factors, id) in [(&factors, &second), (&stranger, &foreign)] {
        for answer in
            [factors.check(id, &code).await, factors.get(id).await, factors.check(id, &recovery[0]).await]
        {
            assert_problem(&answer, 503, "store_unavailable");
        }
    }
    assert_eq!(app.database().number("SELECT sum(in_a_row) FROM factors"), 0);
    assert_eq!(factors.check(&own, &code).await.status, 200);
}

#[tokio::test]
async fn a_recovery_code_that_was_moved_to_another_factor_opens_nothing() {
    let app = TestApp::start().await;
    let factors = Factors::of(&app, &app.tenant().await);
    let (own, _, recovery) = factors.enrol(&app, "user-17").await;
    let (second, _, _) = factors.enrol(&app, "user-18").await;
    let id = |handle: &str| format!("(SELECT id FROM factors WHERE handle = '{handle}')");
    let moved = format!("UPDATE recovery_codes SET factor = {} WHERE factor = {}", id(&second), id(&own));
    app.database().change(&moved);
    assert_problem(&factors.check(&second, &recovery[0]).await, 403, "code_mismatch");
    assert_problem(&factors.check(&own, &recovery[0]).await, 403, "code_mismatch");
    assert_eq!(factors.get(&second).await.json()["recovery_codes_remaining"], json!(20));
}
