//! Limits of a tenant, by the program's clock.

use std::time::{Duration, Instant};

use crate::api::harness::{JANE, TestApp};

use super::rate;

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_mints_as_fast_as_it_may_and_no_faster() {
    let app = TestApp::with(|settings| settings.limits.mint_per_tenant = rate("3/1s")).await;
    let (one, other) = (app.tenant().await, app.tenant().await);
    let api = app.api.json();
    for at in 0..3 {
        assert_eq!(api.mint(&format!("r{at}@recipient.example"), &one.key).await.status, 200);
    }
    assert_eq!(api.mint(JANE, &one.key).await.is_limited_by("mint_per_tenant"), 1);
    app.api.mint(JANE, &one.key).await.is_text_problem(429).retry_after();
    assert_eq!(api.mint(JANE, &other.key).await.status, 200, "another tenant's rate is its own");
    app.clock.pass_millis(333);
    api.mint(JANE, &one.key).await.is_limited_by("mint_per_tenant");
    app.clock.pass_millis(1);
    assert_eq!(api.mint(JANE, &one.key).await.status, 200);
    api.mint(JANE, &one.key).await.is_limited_by("mint_per_tenant");
}

/// A client that retries immediately must not keep a processor busy with refusals.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_over_a_limit_is_told_a_moment_later() {
    let app = TestApp::with(|settings| settings.limits.mint_per_tenant = rate("1/10s")).await;
    let tenant = app.tenant().await;
    assert_eq!(app.api.mint(JANE, &tenant.key).await.status, 200);
    let begun = Instant::now();
    app.api.json().mint(JANE, &tenant.key).await.is_limited_by("mint_per_tenant");
    assert!(begun.elapsed() >= Duration::from_millis(25));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenants_challenges_are_verified_as_fast_as_it_may_and_no_attempt_is_lost_by_it() {
    let app = TestApp::with(|settings| settings.limits.verify_per_tenant = rate("2/10s")).await;
    let (one, other) = (app.tenant().await, app.tenant().await);
    let challenge = app.mint(&one, JANE).await;
    let guess = crate::api::harness::wrong(&challenge.code);
    for _ in 0..2 {
        app.api.verify(&challenge.key, &guess).await.is(403, "OTP Mismatched!");
    }
    for _ in 0..10 {
        let answer = app.api.json().verify(&challenge.key, &challenge.code).await;
        assert_eq!(answer.is_limited_by("verify_per_tenant"), 5);
    }
    let others = app.mint(&other, JANE).await;
    app.api.verify(&others.key, &others.code).await.is(201, "OTP Matched!");
    app.clock.pass_seconds(10);
    app.api.verify(&challenge.key, &guess).await.is(403, "OTP Mismatched!");
    app.clock.pass_seconds(5);
    app.api.verify(&challenge.key, &challenge.code).await.is(201, "OTP Matched!");
}

#[tokio::test(flavor = "multi_thread")]
async fn made_up_keys_do_not_use_up_a_tenants_rate() {
    let app = TestApp::with(|settings| settings.limits.verify_per_tenant = rate("1/10s")).await;
    let tenant = app.tenant().await;
    let challenge = app.mint(&tenant, JANE).await;
    for _ in 0..10 {
        app.api.verify("AAAAAAAAAAAAAAAAAAAAAAA", "123456").await.is_text_problem(400);
    }
    app.api.verify(&challenge.key, &challenge.code).await.is(201, "OTP Matched!");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_default_rates_are_those_of_the_design() {
    let app = TestApp::start().await;
    assert_eq!(app.settings.limits.mint_per_tenant, rate("20/1s"));
    assert_eq!(app.settings.limits.verify_per_tenant, rate("100/1s"));
}
