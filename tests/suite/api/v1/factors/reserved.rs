//! Reserved identities of a sandbox: their factors need no app.

use std::collections::BTreeSet;

use serde_json::json;

use super::{Factors, codes};
use crate::api::harness::TestApp;
use crate::api::v1::{assert_problem, claims, sandbox};

const KNOWN: &str = "424242";

impl Factors {
    /// A factor of this identity, confirmed by the known code, with its recovery codes.
    async fn known(&self, identity: &str) -> (String, Vec<String>) {
        let (id, _) = self.add(&json!({ "identity": identity })).await;
        let confirmed = self.confirm(&id, KNOWN).await;
        assert_eq!(confirmed.status, 200, "{}", confirmed.body);
        (id, codes(&confirmed))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_known_code_is_right_however_often_and_each_time_with_a_receipt_of_its_own() {
    let app = TestApp::start().await;
    let (_, test) = sandbox::both(&app).await;
    let factors = Factors::of(&app, &test);
    let (id, recovery) = factors.known("accepted@otpmint.test").await;
    let mut receipts = BTreeSet::new();
    for answer in factors.check_at_once(&id, vec![KNOWN.to_owned(); 8]).await {
        assert_eq!(answer.status, 200, "{}", answer.body);
        receipts.insert(claims(&answer)["jti"].as_str().unwrap().to_owned());
    }
    assert_eq!(receipts.len(), 8, "{receipts:?}");
    assert!(receipts.contains(&format!("{id}.{}", 1_768_478_400 / 30 + 1)), "{receipts:?}");
    assert_eq!(factors.check(&id, &recovery[0]).await.json()["channel"], "recovery");
    let long =
        json!({ "identity": "accepted+8@otpmint.test", "digits": 8, "period": 60, "algorithm": "SHA256" });
    let (long, _) = factors.add(&long).await;
    assert_eq!(factors.confirm(&long, "42424242").await.status, 200);
}

#[tokio::test]
async fn every_other_code_is_wrong_and_five_pause_a_reserved_factor_too() {
    let app = TestApp::start().await;
    let (_, test) = sandbox::both(&app).await;
    let factors = Factors::of(&app, &test);
    let (id, phone) = factors.add(&json!({ "identity": "accepted+wrong@otpmint.test" })).await;
    // Not even what an app would show.
    for (left, code) in [(4, phone.code(&app, 0)), (3, "424243".to_owned())] {
        let wrong = assert_problem(&factors.confirm(&id, &code).await, 403, "code_mismatch");
        assert_eq!(wrong["attempts_remaining"], left);
    }
    assert_eq!(factors.confirm(&id, KNOWN).await.status, 200);
    for _ in 0..5 {
        assert_problem(&factors.check(&id, "000000").await, 403, "code_mismatch");
    }
    assert_eq!(factors.check(&id, KNOWN).await.is_limited_by("factor_paused"), 60);
    app.clock.pass_seconds(60);
    assert_eq!(factors.check(&id, KNOWN).await.status, 200);
}

#[tokio::test]
async fn there_is_one_whose_code_was_used_and_one_that_pauses() {
    let app = TestApp::start().await;
    let (_, test) = sandbox::both(&app).await;
    let factors = Factors::of(&app, &test);
    let (used, recovery) = factors.known("used@otpmint.test").await;
    let (paused, unused) = factors.known("paused+a@otpmint.test").await;
    for _ in 0..2 {
        assert_problem(&factors.check(&used, KNOWN).await, 403, "code_used");
        for code in [KNOWN, "000000", &unused[0]] {
            let answer = factors.check(&paused, code).await;
            assert_eq!(answer.is_limited_by("factor_paused"), 60);
            assert!(answer.json()["retry_at"].is_string(), "{}", answer.body);
        }
        app.clock.pass_seconds(3_600);
    }
    assert_problem(&factors.confirm(&paused, KNOWN).await, 409, "factor_confirmed");
    assert_problem(&factors.check(&used, "000000").await, 403, "code_mismatch");
    assert_eq!(factors.check(&used, &recovery[0]).await.status, 200);
    let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    let body = json!({ "identity": "used+imported@otpmint.test", "secret": secret, "confirmed": true });
    let (imported, _) = factors.add(&body).await;
    assert_problem(&factors.check(&imported, KNOWN).await, 403, "code_used");
    assert_problem(&factors.check("fct_2222222222222222", KNOWN).await, 404, "factor_not_found");
}

#[tokio::test]
async fn no_identity_is_reserved_in_live_and_no_other_in_a_sandbox() {
    let app = TestApp::start().await;
    let (live, test) = sandbox::both(&app).await;
    let (live, test) = (Factors::of(&app, &live), Factors::of(&app, &test));
    for (factors, identity) in [
        (&live, "accepted@otpmint.test"),
        (&live, "used@otpmint.test"),
        (&live, "paused@otpmint.test"),
        (&test, "accepted"),
        (&test, "accepted@example.com"),
    ] {
        let (id, phone) = factors.add(&json!({ "identity": identity })).await;
        if (-1..=1).all(|periods| phone.code(&app, periods) != KNOWN) {
            assert_problem(&factors.confirm(&id, KNOWN).await, 403, "code_mismatch");
        }
        assert_eq!(factors.confirm(&id, &phone.code(&app, 0)).await.status, 200, "{identity}");
        assert_eq!(factors.check(&id, &phone.code(&app, 1)).await.status, 200, "{identity}");
    }
}
