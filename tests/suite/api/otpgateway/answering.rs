//! Checking codes, and what is known afterwards.

use serde_json::json;

use super::{Gateway, ID, assert_silent, data, fails, object, start};
use crate::api::harness::{JANE, TestApp, wrong};

const MASKED: &str = "j***@r***.example";
const GONE: &str = "the OTP does not exist";

#[tokio::test]
async fn a_right_code_is_accepted_once_and_its_id_forgotten() {
    let (app, tenant, gateway) = start().await;
    fails(&gateway.check(ID, "123456").await, 400, GONE);
    fails(&gateway.status(ID).await, 400, GONE);
    let code = gateway.issued(&app, ID, JANE).await;
    fails(&gateway.status(ID).await, 400, "OTP not verified.");
    let mismatched = gateway.check(ID, &wrong(&code)).await;
    let told = fails(&mismatched, 400, "Incorrect OTP");
    assert_eq!(told, object(&tenant, json!({ "to": MASKED, "attempts": 1 })));
    assert_silent(&mismatched, &code);
    // What cannot be a code is no attempt.
    fails(&gateway.check(ID, "no code").await, 400, "Incorrect OTP");
    let right = gateway.check(ID, &code).await;
    assert_eq!(data(&right), object(&tenant, json!({ "to": MASKED, "attempts": 2, "closed": true })));
    assert_silent(&right, &code);
    fails(&gateway.check(ID, &code).await, 400, GONE);
    fails(&gateway.status(ID).await, 400, GONE);
    fails(&gateway.take_status(ID).await, 400, GONE);
    // Nothing of the id is left, neither as it was written nor as an index: Jane's rows are those of the tenant's
    // limits and of the limits over all tenants.
    assert_eq!(app.database().number("SELECT count(*) FROM recipients"), 2);
}

#[tokio::test]
async fn a_code_that_is_kept_stays_readable_until_it_is_taken() {
    let (app, tenant, gateway) = start().await;
    let code = gateway.issued(&app, ID, JANE).await;
    fails(&gateway.take_status(ID).await, 400, "OTP not verified.");
    let verified = object(&tenant, json!({ "to": MASKED, "attempts": 1, "closed": true }));
    assert_eq!(data(&gateway.check_and_keep(ID, &code).await), verified);
    let again = gateway.check(ID, &code).await;
    assert_eq!(fails(&again, 429, "Too many attempts. Please retry after 600 seconds."), verified);
    assert_eq!(again.header("retry-after"), Some("600"));
    for answer in [gateway.status(ID).await, gateway.status(ID).await, gateway.take_status(ID).await] {
        assert_eq!(data(&answer), verified);
        assert_silent(&answer, &code);
    }
    fails(&gateway.status(ID).await, 400, GONE);
    fails(&gateway.check(ID, &code).await, 400, GONE);
}

#[tokio::test]
async fn a_code_ends_at_its_deadline_whether_or_not_it_was_given() {
    let (app, _, gateway) = start().await;
    let pending = gateway.issued(&app, ID, JANE).await;
    let kept = gateway.issued(&app, "another", JANE).await;
    data(&gateway.check_and_keep("another", &kept).await);
    app.clock.pass_seconds(599);
    assert_eq!(data(&gateway.status("another").await)["ttl"], json!(1.0));
    app.clock.pass_seconds(1);
    fails(&gateway.status("another").await, 400, GONE);
    fails(&gateway.check(ID, &pending).await, 400, GONE);
}

#[tokio::test]
async fn attempts_are_counted_for_the_code_and_for_its_recipient() {
    let app = TestApp::with(|settings| settings.limits.failures_in_a_row = 8).await;
    let tenant = app.tenant().await;
    let gateway = Gateway::of(&app, &tenant);
    let code = gateway.issued(&app, ID, JANE).await;
    for attempts in 1..=5 {
        let told = fails(&gateway.check(ID, &wrong(&code)).await, 400, "Incorrect OTP");
        assert_eq!(told["attempts"], attempts);
    }
    let spent =
        fails(&gateway.check(ID, &code).await, 400, "Too many attempts. Please retry after 600 seconds.");
    assert_eq!((&spent["attempts"], &spent["closed"]), (&json!(5), &json!(false)));
    fails(&gateway.status(ID).await, 400, "OTP not verified.");
    // A new code does not refill what the recipient has left.
    let next = gateway.issued(&app, ID, JANE).await;
    for _ in 0..3 {
        fails(&gateway.check(ID, &wrong(&next)).await, 400, "Incorrect OTP");
    }
    let locked = gateway.check(ID, &next).await;
    let told = fails(&locked, 429, "Too many attempts. Please retry after 86400 seconds.");
    assert_eq!(told["attempts"], 3);
    let refused = gateway.mail("a new one", JANE).await;
    fails(&refused, 429, "OTP attempts exceeded. Retry after 86400 seconds.");
}

#[tokio::test]
async fn what_is_no_answer_is_named_and_costs_nothing() {
    let (app, _, gateway) = start().await;
    let code = gateway.issued(&app, ID, JANE).await;
    fails(&gateway.check(ID, "").await, 400, "`otp` is empty.");
    let form = [("otp", code.as_str()), ("skip_delete", "perhaps")];
    let unsure = gateway.send(reqwest::Method::POST, &format!("/api/otp/{ID}"), &form).await;
    fails(&unsure, 400, "Invalid `skip_delete` value.");
    fails(&gateway.check("short", &code).await, 400, "ID should be min 6 chars");
    fails(&gateway.status("short").await, 400, "ID should be min 6 chars.");
    fails(&gateway.take_status("short").await, 400, "ID should be min 6 chars.");
    assert_eq!(data(&gateway.check(ID, &code).await)["attempts"], 1);
}
