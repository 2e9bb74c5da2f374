//! Limits of a tenant's recipient, by the program's clock.

use otpmint::domain::address::Address;
use otpmint::domain::reports::actor::Actor;

use crate::api::harness::{JANE, Tenant, TestApp, wrong};

use super::rate;

const MINUTE: u64 = 60;
const HOUR: u64 = 3_600;

/// The code and the seconds of a refused mint.
async fn refusal(app: &TestApp, tenant: &Tenant, to: &str) -> u64 {
    app.api.json().mint(to, &tenant.key).await.is_limited_by("sends_per_recipient")
}

#[tokio::test(flavor = "multi_thread")]
async fn three_in_ten_minutes_five_in_an_hour_ten_in_a_day() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    for _ in 0..3 {
        app.mint(&tenant, JANE).await;
        app.clock.pass_seconds(MINUTE);
    }
    // The first was three minutes ago.
    assert_eq!(refusal(&app, &tenant, JANE).await, 7 * MINUTE);
    app.clock.pass_seconds(7 * MINUTE);
    app.mint(&tenant, JANE).await;
    app.clock.pass_seconds(MINUTE);
    app.mint(&tenant, JANE).await;
    // Five within eleven minutes: the hour of the first one counts now.
    assert_eq!(refusal(&app, &tenant, JANE).await, 49 * MINUTE);
    app.clock.pass_seconds(2 * HOUR);
    for _ in 0..5 {
        app.mint(&tenant, JANE).await;
        app.clock.pass_seconds(20 * MINUTE);
    }
    // Ten since the first one, 131 + 100 minutes ago minus what had passed before.
    let wait = refusal(&app, &tenant, JANE).await;
    assert_eq!(wait, 24 * HOUR - (11 * MINUTE + 2 * HOUR + 100 * MINUTE));
    app.clock.pass_seconds(wait - 1);
    assert_eq!(refusal(&app, &tenant, JANE).await, 1);
    app.clock.pass_seconds(1);
    app.mint(&tenant, JANE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_recipient_and_another_tenant_have_their_own_windows() {
    let app = TestApp::start().await;
    let (one, other) = (app.tenant().await, app.tenant().await);
    for _ in 0..3 {
        app.mint(&one, JANE).await;
    }
    refusal(&app, &one, JANE).await;
    app.mint(&one, "joe@recipient.example").await;
    app.mint(&other, JANE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recipient_is_the_same_however_the_address_is_written() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    for to in ["jane@bücher.example", "JANE@xn--bcher-kva.example", " jane@BÜCHER.example "] {
        assert_eq!(app.api.mint(to, &tenant.key).await.status, 200, "{to}");
    }
    refusal(&app, &tenant, "jane@bücher.example").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_mint_sends_nothing_and_counts_for_nothing() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    for _ in 0..3 {
        app.mint(&tenant, JANE).await;
    }
    for _ in 0..20 {
        app.clock.pass_seconds(5);
        refusal(&app, &tenant, JANE).await;
    }
    assert_eq!(app.mail.received(), 3);
    app.clock.pass_seconds(10 * MINUTE - 100);
    app.mint(&tenant, JANE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_add_up_across_challenges_and_hold_back_even_the_right_code() {
    let app = TestApp::with(|settings| settings.limits.sends_per_recipient = vec![rate("50/24h")]).await;
    let tenant = app.tenant().await;
    for _ in 0..4 {
        let challenge = app.mint(&tenant, JANE).await;
        for _ in 0..4 {
            app.api.verify(&challenge.key, &wrong(&challenge.code)).await.is(403, "OTP Mismatched!");
        }
        app.clock.pass_seconds(MINUTE);
    }
    let last = app.mint(&tenant, JANE).await;
    for _ in 0..4 {
        app.api.verify(&last.key, &wrong(&last.code)).await.is(403, "OTP Mismatched!");
    }
    // Twenty so far, on five challenges with one attempt left each.
    let told = app.api.json().verify(&last.key, &last.code).await;
    assert_eq!(told.is_limited_by("failures_per_recipient"), 24 * HOUR - 4 * MINUTE);
    app.api.json().mint(JANE, &tenant.key).await.is_limited_by("failures_per_recipient");
    let other = app.mint(&tenant, "joe@recipient.example").await;
    app.api.verify(&other.key, &other.code).await.is(201, "OTP Matched!");
    // As soon as the first four are a day old, an answer is evaluated again.
    app.clock.pass_seconds(24 * HOUR - 4 * MINUTE);
    let fresh = app.mint(&tenant, JANE).await;
    app.api.verify(&fresh.key, &fresh.code).await.is(201, "OTP Matched!");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_takes_no_attempt() {
    let app = TestApp::with(|settings| settings.limits.failures_per_recipient = rate("2/1m")).await;
    let tenant = app.tenant().await;
    let challenge = app.mint(&tenant, JANE).await;
    for _ in 0..2 {
        app.api.verify(&challenge.key, &wrong(&challenge.code)).await.is(403, "OTP Mismatched!");
    }
    for _ in 0..9 {
        app.api.json().verify(&challenge.key, &challenge.code).await.is_limited_by("failures_per_recipient");
    }
    app.clock.pass_seconds(MINUTE);
    app.api.verify(&challenge.key, &challenge.code).await.is(201, "OTP Matched!");
}

/// Wrong answers in a row, each in its own window.
async fn fail(app: &TestApp, tenant: &Tenant, times: u32) {
    for _ in 0..times {
        let challenge = app.mint(tenant, JANE).await;
        app.api.verify(&challenge.key, &wrong(&challenge.code)).await.is(403, "OTP Mismatched!");
        app.clock.pass_seconds(24 * HOUR);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_answers_in_a_row_lock_out_until_the_tenant_clears_it() {
    let app = TestApp::with(|settings| settings.limits.failures_in_a_row = 6).await;
    let tenant = app.tenant().await;
    fail(&app, &tenant, 5).await;
    let right = app.mint(&tenant, JANE).await;
    app.api.verify(&right.key, &right.code).await.is(201, "OTP Matched!");
    // A right answer has ended the row.
    fail(&app, &tenant, 5).await;
    let pending = app.mint(&tenant, JANE).await;
    app.api.verify(&pending.key, &wrong(&pending.code)).await.is(403, "OTP Mismatched!");
    let api = app.api.json();
    api.verify(&pending.key, &pending.code).await.is_limited_by("failures_per_recipient");
    api.verify_as(&tenant.key, &pending.key, &pending.code).await.is_limited_by("recipient_lockout");
    app.clock.pass_seconds(30 * 24 * HOUR);
    app.sweep().await;
    api.mint(JANE, &tenant.key).await.is_limited_by("recipient_lockout");
    app.unlock(&tenant, JANE).await;
    let after = app.mint(&tenant, JANE).await;
    app.api.verify(&after.key, &after.code).await.is(201, "OTP Matched!");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lockout_of_one_tenants_recipient_is_no_other_tenants() {
    let app = TestApp::with(|settings| settings.limits.failures_in_a_row = 2).await;
    let (one, other) = (app.tenant().await, app.tenant().await);
    fail(&app, &one, 2).await;
    app.api.json().mint(JANE, &one.key).await.is_limited_by("recipient_lockout");
    app.mint(&other, JANE).await;
}

impl TestApp {
    /// What `otpmint tenant unlock` does.
    async fn unlock(&self, tenant: &Tenant, recipient: &str) {
        let id = self.authenticated(tenant).await.id();
        let recipient = Address::parse(recipient).expect("an address");
        assert!(
            self.app()
                .services()
                .tenants
                .unlock(id, &recipient, Actor::default())
                .await
                .expect("the store works")
        );
    }
}
