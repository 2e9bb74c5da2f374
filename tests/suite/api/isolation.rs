//! One tenant's key opens nothing of another's, and an ended key opens nothing at all.

use std::time::Duration;

use otpmint::domain::reports::actor::Actor;
use otpmint::domain::tenants::tenant::TenantStatus;
use serde_json::json;

use crate::api::harness::{JANE, Tenant, TestApp, wrong};

/// Every route that takes a secret key refuses this one.
async fn opens_nothing(app: &TestApp, key: &str, shareable_key: &str, code: &str) {
    let api = app.api.json();
    let mails = app.mail.received();
    api.mint(JANE, key).await.is_problem(401, "invalid_secret_key");
    app.api.mint(JANE, key).await.is_text_problem(400);
    api.verify_as(key, shareable_key, code).await.is_problem(401, "invalid_secret_key");
    app.api.verify_as(key, shareable_key, code).await.is_text_problem(400);
    assert_eq!(app.mail.received(), mails);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_tenants_challenge_is_as_unknown_as_one_that_never_was() {
    let app = TestApp::start().await;
    let (one, other) = (app.tenant().await, app.tenant().await);
    let challenge = app.mint(&one, JANE).await;
    let foreign = app.api.json().verify_as(&other.key, &challenge.key, &challenge.code).await;
    let unknown = app.api.json().verify_as(&other.key, "AAAAAAAAAAAAAAAAAAAAAAA", "123456").await;
    foreign.is_problem(400, "challenge_not_found");
    assert_eq!(foreign.body, unknown.body);
    for _ in 0..10 {
        let guess = app.api.verify_as(&other.key, &challenge.key, &wrong(&challenge.code)).await;
        guess.is(400, "Error: Invalid shareableKey!");
    }
    // None of this was an attempt.
    for _ in 0..4 {
        app.api.verify(&challenge.key, &wrong(&challenge.code)).await.is(403, "OTP Mismatched!");
    }
    app.api.verify_as(&one.key, &challenge.key, &challenge.code).await.is(201, "OTP Matched!");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_can_register_over_another_tenant() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let mut body = app.registration_at(&app.other_mail);
    body["secretKey"] = json!(tenant.key);
    app.operator().register(&body).await.is_problem(400, "secret_key_unusable");
    app.mint(&tenant, JANE).await;
    assert_eq!((app.mail.received(), app.other_mail.received()), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_tenants_mail_leaves_through_its_own_server() {
    let app = TestApp::start().await;
    let (one, other) = (app.tenant().await, app.tenant_at(&app.other_mail).await);
    assert_eq!(app.api.mint(JANE, &one.key).await.status, 200);
    assert_eq!(app.api.mint("joe@recipient.example", &other.key).await.status, 200);
    assert!(app.mail.mails().iter().all(|mail| mail.is_to(JANE)));
    assert!(app.other_mail.mails().iter().all(|mail| mail.is_to("joe@recipient.example")));
    assert_eq!((app.mail.received(), app.other_mail.received()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_tenant_is_shut_out_within_a_second_and_let_in_again() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let challenge = app.mint(&tenant, JANE).await;
    app.set_status(&tenant, TenantStatus::Disabled).await;
    app.clock.pass_seconds(1);
    opens_nothing(&app, &tenant.key, &challenge.key, &challenge.code).await;
    // Its pending codes are invalid too, and guessing at them costs nothing.
    app.api.verify(&challenge.key, &challenge.code).await.is(400, "Error: Invalid shareableKey!");
    app.set_status(&tenant, TenantStatus::Active).await;
    app.clock.pass_seconds(1);
    app.api.verify_as(&tenant.key, &challenge.key, &challenge.code).await.is(201, "OTP Matched!");
    app.mint(&tenant, JANE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn both_keys_work_while_they_overlap_and_the_old_one_ends_with_it() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let new = app.rotate(&tenant, Duration::from_secs(3_600)).await;
    let challenge = app.mint(&tenant, JANE).await;
    app.api.verify_as(&new.key, &challenge.key, &challenge.code).await.is(201, "OTP Matched!");
    let challenge = app.mint(&new, JANE).await;
    app.clock.pass_seconds(59 * 60);
    app.mint(&tenant, "joe@recipient.example").await;
    app.clock.pass_seconds(61);
    opens_nothing(&app, &tenant.key, &challenge.key, &challenge.code).await;
    app.mint(&new, JANE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_overlap_the_old_key_ends_within_a_second() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let challenge = app.mint(&tenant, JANE).await;
    let new = app.rotate(&tenant, Duration::ZERO).await;
    app.clock.pass_seconds(1);
    opens_nothing(&app, &tenant.key, &challenge.key, &challenge.code).await;
    app.api.verify_as(&new.key, &challenge.key, &challenge.code).await.is(201, "OTP Matched!");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_keys_live_at_most() {
    let app = TestApp::start().await;
    let first = app.tenant().await;
    let second = app.rotate(&first, Duration::from_secs(3_600)).await;
    let third = app.rotate(&second, Duration::from_secs(3_600)).await;
    app.clock.pass_seconds(1);
    let challenge = app.mint(&second, JANE).await;
    app.mint(&third, JANE).await;
    opens_nothing(&app, &first.key, &challenge.key, &challenge.code).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn things_that_are_no_secret_key_open_nothing() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let challenge = app.mint(&tenant, JANE).await;
    let token = app.operator_token.clone();
    let upper = tenant.key.to_uppercase();
    for key in ["", " ", "short", &tenant.handle, &token, &upper, &tenant.key[1..], &"k".repeat(5_000)] {
        let api = app.api.at_address("127.0.0.1").json();
        api.mint(JANE, key).await.is_problem(401, "invalid_secret_key");
        api.verify_as(key, &challenge.key, &challenge.code).await.is_problem(401, "invalid_secret_key");
    }
    app.api.verify(&challenge.key, &challenge.code).await.is(201, "OTP Matched!");
}

#[tokio::test(flavor = "multi_thread")]
async fn how_a_challenge_ended_only_its_tenant_learns() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let (used, expired) = (app.mint(&tenant, JANE).await, app.mint(&tenant, JANE).await);
    app.api.verify(&used.key, &used.code).await.is(201, "OTP Matched!");
    app.clock.pass_seconds(600);
    for api in [app.api.clone(), app.api.json()] {
        let unknown = api.verify("AAAAAAAAAAAAAAAAAAAAAAA", "123456").await;
        for challenge in [&used, &expired] {
            let told = api.verify(&challenge.key, &challenge.code).await;
            assert_eq!((told.status, &told.body), (unknown.status, &unknown.body));
        }
    }
    let api = app.api.json();
    api.verify_as(&tenant.key, &used.key, &used.code).await.is_problem(400, "challenge_verified");
    api.verify_as(&tenant.key, &expired.key, &expired.code).await.is_problem(400, "challenge_expired");
    let unknown = api.verify_as(&tenant.key, "AAAAAAAAAAAAAAAAAAAAAAA", "123456").await;
    unknown.is_problem(400, "challenge_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_copied_to_another_tenants_row_sends_nothing() {
    let app = TestApp::start().await;
    let (one, other) = (app.tenant().await, app.tenant_at(&app.other_mail).await);
    app.database().change(&format!(
        "UPDATE tenants SET routes = (SELECT routes FROM tenants WHERE handle = '{}') WHERE handle = '{}'",
        one.handle, other.handle
    ));
    let answer = app.api.json().mint(JANE, &other.key).await;
    answer.is_problem(503, "store_unavailable");
    assert_eq!((app.mail.received(), app.other_mail.received()), (0, 0));
    app.mint(&one, JANE).await;
}

impl TestApp {
    async fn set_status(&self, tenant: &Tenant, status: TenantStatus) {
        // As `otpmint tenant disable` does it, in another process.
        let office = self.office().await;
        let now = self.app().services().now();
        let found = office.store.tenants().await.expect("the store works");
        let row = found.into_iter().find(|row| row.handle.as_str() == tenant.handle).expect("registered");
        assert!(
            office
                .store
                .set_tenant_status(row.id, status, Actor::default(), now)
                .await
                .expect("the store works")
        );
    }

    async fn rotate(&self, tenant: &Tenant, overlap: Duration) -> Tenant {
        let id = self.authenticated(tenant).await.id();
        let key = self
            .app()
            .services()
            .secret_keys
            .rotate(id, None, None, overlap, Actor::default())
            .await
            .expect("a new key");
        Tenant { key: key.secret.expose().to_owned(), ..tenant.clone() }
    }
}
