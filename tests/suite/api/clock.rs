//! A machine whose clock is changed: nothing gains time by it, while running or across a restart.

use std::time::Duration;

use otpmint::config::Settings;
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::time::Clock;
use serde_json::{Value, json};

use crate::api::harness::{Challenge, JANE, Tenant, TestApp, wrong};
use crate::api::v1::receipts::claims;
use crate::api::v1::webhooks::{Hooks, local, receiver::Receiver};
use crate::api::v1::{Backend, minted};
use crate::support::mail::Mail;

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;
/// By how much clocks are wrong.
const STEPS: [u64; 2] = [HOUR, DAY];

/// Whether the server keeps running, or is restarted after the clock was changed.
#[derive(Clone, Copy, Debug)]
enum Meanwhile {
    Running,
    Restarted,
}

const BOTH: [Meanwhile; 2] = [Meanwhile::Running, Meanwhile::Restarted];

impl TestApp {
    /// Sets the clock back.
    async fn set_back(self, seconds: u64, meanwhile: Meanwhile) -> Self {
        // Housekeeping records the time every few seconds.
        self.sweep().await;
        self.clock.set_by_seconds(-(seconds as i64));
        match meanwhile {
            Meanwhile::Running => self,
            Meanwhile::Restarted => self.restart(|_| {}).await,
        }
    }

    async fn is_expired(&self, tenant: &Tenant, challenge: &Challenge) {
        let answer = self.api.json().verify_as(&tenant.key, &challenge.key, &challenge.code).await;
        answer.is_problem(400, "challenge_expired");
    }

    async fn is_good(&self, challenge: &Challenge) {
        self.api.verify(&challenge.key, &challenge.code).await.is(201, "OTP Matched!");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_set_back_gives_no_code_more_time() {
    for (step, meanwhile) in STEPS.into_iter().flat_map(|step| BOTH.map(|how| (step, how))) {
        let app = TestApp::start().await;
        let tenant = app.tenant().await;
        let (early, late) = (app.mint(&tenant, JANE).await, app.mint(&tenant, JANE).await);
        app.clock.pass_seconds(300);
        let app = app.set_back(step, meanwhile).await;
        app.clock.pass_seconds(299);
        app.is_good(&early).await;
        app.clock.pass_seconds(1);
        app.is_expired(&tenant, &late).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_set_back_shortens_no_lockout_and_revives_no_key() {
    for (step, meanwhile) in STEPS.into_iter().flat_map(|step| BOTH.map(|how| (step, how))) {
        let app = TestApp::with(|settings: &mut Settings| {
            settings.limits.failures_per_recipient = "2/1h".parse().expect("a rate");
        })
        .await;
        let tenant = app.tenant().await;
        let challenge = app.mint(&tenant, JANE).await;
        for _ in 0..2 {
            app.api.verify(&challenge.key, &wrong(&challenge.code)).await.is(403, "OTP Mismatched!");
        }
        let manager = app.api.bearing(&tenant.key);
        let key = key_of(&manager.get("/v1/tenant/keys").await.json());
        let rotated =
            manager.post(&format!("/v1/tenant/keys/{key}/rotate"), &json!({ "overlap_seconds": 60 })).await;
        let next = rotated.json()["secret"].as_str().expect("a key").to_owned();
        app.clock.pass_seconds(600);
        let app = app.set_back(step, meanwhile).await;
        assert_eq!(app.api.bearing(&tenant.key).get("/v1/tenant").await.status, 401, "revived");
        assert_eq!(app.api.bearing(&next).get("/v1/tenant").await.status, 200);
        let limited = app.api.json().mint(JANE, &next).await;
        assert_eq!(limited.is_limited_by("failures_per_recipient"), HOUR - 600, "{step} {meanwhile:?}");
        app.clock.pass_seconds(HOUR - 600);
        assert_eq!(app.api.mint(JANE, &next).await.status, 200, "no longer than it should be either");
    }
}

fn key_of(list: &Value) -> String {
    list["data"][0]["key"].as_str().expect("a handle").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_set_forward_ends_codes_and_set_right_brings_none_back() {
    for (step, meanwhile) in STEPS.into_iter().flat_map(|step| BOTH.map(|how| (step, how))) {
        let app = TestApp::start().await;
        let tenant = app.tenant().await;
        let before = app.mint(&tenant, JANE).await;
        app.clock.set_by_seconds(step as i64);
        app.is_expired(&tenant, &before).await;
        let during = app.mint(&tenant, JANE).await;
        let app = app.set_back(step, meanwhile).await;
        app.api.verify(&before.key, &before.code).await.is(400, "Error: Invalid shareableKey!");
        app.is_good(&during).await;
        let after = app.mint(&tenant, "joe@recipient.example").await;
        app.clock.pass_seconds(599);
        app.is_good(&after).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_compare_with_their_clocks_has_the_machines_time() {
    let app = TestApp::with(local).await;
    let tenant = app.tenant().await;
    let (backend, receiver) = (Backend::of(&app, &tenant), Receiver::start().await);
    let hook = Hooks::of(&app, &tenant).add(&receiver).await;
    app.clock.set_by_seconds(-(DAY as i64));
    app.clock.pass_seconds(100);
    let seconds = app.clock.now().as_millis() / 1_000;
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE })).await;
    let verified = backend.verify(&key, &code).await.json();
    let told = claims(&app, verified["receipt"].as_str().expect("a receipt"), &tenant.handle).await;
    assert_eq!((&told["iat"], &told["exp"]), (&json!(seconds), &json!(seconds + 300)));
    let mail = Mail::parse(&app.mail.wait_for(JANE).await.expect("the mail").source());
    assert_eq!(mail.header("Date"), Some("Wed, 14 Jan 2026 12:01:40 +0000"));
    let told = receiver.of_kind("challenge.verified").await;
    assert_eq!(told.headers["webhook-timestamp"], seconds.to_string());
    assert!(told.is_signed_with(&hook.secret));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_that_is_put_back_to_the_machines_ends_what_is_pending_and_extends_nothing() {
    let app = TestApp::with(|settings: &mut Settings| {
        settings.limits.failures_per_recipient = "1/24h".parse().expect("a rate");
    })
    .await;
    let tenant = app.tenant().await;
    app.clock.set_by_seconds(10 * DAY as i64);
    let pending = app.mint(&tenant, JANE).await;
    let spoiled = app.mint(&tenant, "joe@recipient.example").await;
    app.api.verify(&spoiled.key, &wrong(&spoiled.code)).await.is(403, "OTP Mismatched!");
    let manager = app.api.bearing(&tenant.key);
    let key = key_of(&manager.get("/v1/tenant/keys").await.json());
    let rotated =
        manager.post(&format!("/v1/tenant/keys/{key}/rotate"), &json!({ "overlap_seconds": DAY })).await;
    assert_eq!(rotated.status, 201, "{}", rotated.body);
    app.sweep().await;
    app.clock.set_by_seconds(-(10 * DAY as i64));
    // What `otpmint clock reset` does, between two runs.
    let expired =
        app.office().await.store.set_back(app.clock.now(), Actor::default()).await.expect("the store works");
    assert_eq!(expired, 2);
    let app = app.restart(|_| {}).await;
    app.is_expired(&tenant, &pending).await;
    app.api.json().mint("joe@recipient.example", &tenant.key).await.is_limited_by("failures_per_recipient");
    let after = app.mint(&tenant, "jim@recipient.example").await;
    assert_ne!(after.key, pending.key);
    app.is_good(&after).await;
    app.clock.pass_seconds(DAY - 20);
    app.api.json().mint("joe@recipient.example", &tenant.key).await.is_limited_by("failures_per_recipient");
    app.clock.pass(Duration::from_secs(20));
    assert_eq!(app.api.bearing(&tenant.key).get("/v1/tenant").await.status, 401, "its overlap grew");
}
