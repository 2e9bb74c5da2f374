//! Recovery codes: for once, for one factor, and replaced as a set.

use std::collections::BTreeSet;

use super::{Factors, codes};
use crate::api::harness::TestApp;
use crate::api::v1::{assert_problem, receipts};

#[tokio::test]
async fn a_recovery_code_is_taken_once_and_the_receipt_says_that_it_was_one() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let factors = Factors::of(&app, &tenant);
    let (id, phone, recovery) = factors.enrol(&app, "user-17").await;
    assert_eq!(recovery.iter().collect::<BTreeSet<_>>().len(), 10);
    let typed = recovery[3].to_lowercase().replace('-', " ");
    let checked = factors.check(&id, &typed).await;
    assert_eq!(checked.status, 200, "{}", checked.body);
    let told = checked.json();
    assert_eq!((&told["channel"], &told["recovery_codes_remaining"]), (&"recovery".into(), &9.into()));
    let claims = receipts::claims(&app, told["receipt"].as_str().unwrap(), &tenant.handle).await;
    assert_eq!((&claims["channel"], &claims["sub"]), (&"recovery".into(), &"user-17".into()));
    assert!(claims["jti"].as_str().unwrap().starts_with(&format!("{id}.")), "{claims}");
    assert_problem(&factors.check(&id, &typed).await, 403, "code_mismatch");
    assert_eq!(factors.check(&id, &phone.code(&app, 0)).await.status, 200);
    let used = "SELECT count(*) FROM audit WHERE event = 'recovery_code_used'";
    assert_eq!(app.database().number(used), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_send_a_recovery_code_at_once_one_is_verified() {
    let app = TestApp::start().await;
    let factors = Factors::of(&app, &app.tenant().await);
    let (id, _, recovery) = factors.enrol(&app, "user-17").await;
    let answers = factors.check_at_once(&id, vec![recovery[0].clone(); 16]).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert_eq!(factors.get(&id).await.json()["recovery_codes_remaining"], 9);
    let used = "SELECT count(*) FROM audit WHERE event = 'recovery_code_used'";
    assert_eq!(app.database().number(used), 1);
}

#[tokio::test]
async fn a_new_set_replaces_the_former_and_belongs_to_its_factor() {
    let app = TestApp::start().await;
    let factors = Factors::of(&app, &app.tenant().await);
    let (id, _, former) = factors.enrol(&app, "user-17").await;
    let (other, _, _) = factors.enrol(&app, "user-17").await;
    let renewed = factors.renew(&id).await;
    assert_eq!((renewed.status, &renewed.json()["recovery_codes_remaining"]), (200, &10.into()));
    let present = codes(&renewed);
    assert_problem(&factors.check(&id, &former[0]).await, 403, "code_mismatch");
    assert_problem(&factors.check(&other, &present[0]).await, 403, "code_mismatch");
    assert_eq!(factors.check(&id, &present[0]).await.status, 200);
    let (unconfirmed, _) = factors.add(&serde_json::json!({ "identity": "user-18" })).await;
    assert_problem(&factors.renew(&unconfirmed).await, 409, "factor_unconfirmed");
    // Nobody could have one yet.
    let early = factors.confirm(&unconfirmed, &present[1]).await;
    assert_problem(&early, 422, "invalid_field");
    assert_eq!(factors.delete(&id).await.status, 204);
    assert_eq!(app.database().number("SELECT count(*) FROM recovery_codes"), 10);
}
