//! Callers with a shareable key and nothing else.

use reqwest::Method;
use reqwest::header::{AUTHORIZATION, HeaderName};
use serde_json::{Value, json};

use super::{Backend, assert_problem, minted, unnamed};
use crate::api::harness::{Answer, Api, JANE, TestApp, eventually, wrong};

/// What a page or an app does without the secret key.
pub struct Page(pub Api);

impl Page {
    pub async fn status(&self, key: &str) -> Answer {
        self.0.get(&format!("/v1/challenges/{key}")).await
    }

    pub async fn verify(&self, key: &str, body: &Value) -> Answer {
        self.0.post(&format!("/v1/challenges/{key}/verify"), body).await
    }

    pub async fn answer(&self, key: &str, code: &str) -> Answer {
        self.verify(key, &json!({ "code": code })).await
    }

    pub async fn resend(&self, key: &str) -> Answer {
        self.0.send(Method::POST, &format!("/v1/challenges/{key}/resend"), Vec::new()).await
    }
}

/// An invalid key of the right shape.
pub const MADE_UP: &str = "AbcdefghijkLmnopqrstuvw";

/// Waits until the outcome of every message is recorded, which is after its mint was answered.
async fn recorded(app: &TestApp) {
    let waiting = || app.database().number("SELECT count(*) FROM outbox");
    eventually("the record of a delivery", || (waiting() == 0).then_some(())).await;
}

#[tokio::test]
async fn anybody_with_the_key_sees_less_and_gets_the_receipt() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let body = json!({ "to": JANE, "purpose": "login", "nonce": "n-1", "metadata": { "order": "17" } });
    let (key, code) = minted(&app, &Backend::of(&app, &tenant), &body).await;
    let page = Page(app.api.clone());
    recorded(&app).await;
    let mut public = json!({
        "key": key, "status": "pending", "purpose": "login", "channel": "email",
        "to": "j***@r***.example", "locale": "en", "expires_at": "2026-01-15T12:10:00Z",
        "attempts_remaining": 5, "resend_at": "2026-01-15T12:00:30Z", "sends_remaining": 2,
        "delivery": { "status": "sent" },
    });
    assert_eq!(page.status(&key).await.json(), public);
    let mismatch = page.answer(&key, &wrong(&code)).await;
    assert_eq!(assert_problem(&mismatch, 403, "code_mismatch")["attempts_remaining"], 4);
    let verified = page.answer(&key, &code).await;
    assert_eq!(verified.status, 200, "{}", verified.body);
    let mut verified = verified.json();
    let receipt = verified.as_object_mut().unwrap().remove("receipt").unwrap();
    let told = super::receipts::claims(&app, receipt.as_str().unwrap(), &tenant.handle).await;
    assert_eq!((&told["jti"], &told["nonce"], &told["sub"]), (&json!(key), &json!("n-1"), &json!(JANE)));
    (public["status"], public["attempts_remaining"]) = (json!("verified"), json!(3));
    assert_eq!(verified, public);
}

#[tokio::test]
async fn the_code_is_sent_again_for_anybody_with_the_key() {
    let app = TestApp::start().await;
    let (key, code) = minted(&app, &Backend::of(&app, &app.tenant().await), &json!({ "to": JANE })).await;
    let page = Page(app.api.clone());
    recorded(&app).await;
    assert_problem(&page.resend(&key).await, 429, "resend_cooldown");
    app.clock.pass_seconds(30);
    let answer = page.resend(&key).await;
    assert_eq!((answer.status, &answer.json()["sends_remaining"]), (200, &json!(1)), "{}", answer.body);
    assert_eq!(app.code_after(1, JANE).await, code);
}

/// A challenge for each way in which one no longer exists, or never did; sorted by name.
pub async fn gone(app: &TestApp) -> Vec<(&'static str, String, String)> {
    let tenant = app.tenant().await;
    let backend = Backend::of(app, &tenant);
    let page = Page(app.api.clone());
    let mint = async |to: &str, ttl: u64| minted(app, &backend, &json!({ "to": to, "ttl": ttl })).await;
    let (expired, code) = mint("expired@recipient.example", 60).await;
    let mut all = vec![("expired", expired, code)];
    app.clock.pass_seconds(60);
    let (used, code) = mint("used@recipient.example", 600).await;
    assert_eq!(page.answer(&used, &code).await.status, 200);
    all.push(("used", used, code));
    let (exhausted, code) = mint("exhausted@recipient.example", 600).await;
    for remaining in (0..5).rev() {
        let answer = page.answer(&exhausted, &wrong(&code)).await;
        assert_eq!(assert_problem(&answer, 403, "code_mismatch")["attempts_remaining"], remaining);
    }
    all.push(("exhausted", exhausted, code));
    let (canceled, code) = mint("canceled@recipient.example", 600).await;
    assert_eq!(backend.cancel(&canceled).await.status, 204);
    all.push(("canceled", canceled, code));
    let off = app.tenant().await;
    let to = json!({ "to": "off@recipient.example" });
    let (disabled, code) = minted(app, &Backend::of(app, &off), &to).await;
    app.database().change(&format!("UPDATE tenants SET status = 'disabled' WHERE handle = '{}'", off.handle));
    all.push(("of a disabled tenant", disabled, code));
    all.push(("made up", MADE_UP.to_owned(), "123456".to_owned()));
    all.push(("of another shape", "x".to_owned(), "123456".to_owned()));
    all
}

#[tokio::test]
async fn what_has_ended_is_what_never_was() {
    let app = TestApp::start().await;
    let page = Page(app.api.clone());
    let unknown = json!({
        "type": "/problems/challenge_not_found", "title": "There is no such challenge.",
        "status": 404, "code": "challenge_not_found",
    });
    for (what, key, code) in gone(&app).await {
        for answer in [
            page.status(&key).await,
            page.answer(&key, &code).await,
            page.answer(&key, &wrong(&code)).await,
            page.resend(&key).await,
        ] {
            assert_eq!((answer.status, unnamed(&answer)), (404, unknown.clone()), "{what}");
            let mut names: Vec<_> = answer.headers.keys().map(HeaderName::as_str).collect();
            names.sort_unstable();
            assert_eq!(
                names,
                [
                    "cache-control",
                    "content-length",
                    "content-type",
                    "date",
                    "referrer-policy",
                    "vary",
                    "x-content-type-options",
                    "x-frame-options",
                    "x-request-id",
                ],
                "{what}"
            );
        }
    }
}

#[tokio::test]
async fn a_credential_that_is_not_valid_is_not_ignored() {
    let app = TestApp::start().await;
    let (key, code) = minted(&app, &Backend::of(&app, &app.tenant().await), &json!({ "to": JANE })).await;
    for credential in ["Bearer otpm_wrong", "Basic eDp5", "Bearer", ""] {
        let page = Page(app.api.with(AUTHORIZATION, credential));
        for answer in [page.status(&key).await, page.answer(&key, &code).await, page.resend(&key).await] {
            assert_problem(&answer, 401, "invalid_secret_key");
        }
    }
    let stranger = Page(app.api.bearing(&app.tenant().await.key));
    assert_problem(&stranger.answer(&key, &code).await, 404, "challenge_not_found");
    assert_eq!(Page(app.api.clone()).status(&key).await.json()["attempts_remaining"], 5);
}

#[tokio::test]
async fn only_a_tenant_calls_off_mints_and_verifies_by_recipient() {
    let app = TestApp::start().await;
    let (key, code) = minted(&app, &Backend::of(&app, &app.tenant().await), &json!({ "to": JANE })).await;
    let api = &app.api;
    let canceled = api.send(Method::DELETE, &format!("/v1/challenges/{key}"), Vec::new()).await;
    assert_problem(&canceled, 401, "invalid_secret_key");
    assert_problem(&api.post("/v1/challenges", &json!({ "to": JANE })).await, 401, "invalid_secret_key");
    let latest = json!({ "to": JANE, "code": code });
    assert_problem(&api.post("/v1/verify", &latest).await, 401, "invalid_secret_key");
}

#[tokio::test]
async fn what_only_a_tenant_may_send_is_refused_and_costs_no_attempt() {
    let app = TestApp::start().await;
    let (key, code) = minted(&app, &Backend::of(&app, &app.tenant().await), &json!({ "to": JANE })).await;
    let page = Page(app.api.clone());
    let told = page.verify(&key, &json!({ "code": wrong(&code), "end_user_ip": "203.0.113.7" })).await;
    assert_eq!(assert_problem(&told, 422, "invalid_field")["errors"][0]["pointer"], "/end_user_ip");
    let once = Page(app.api.with(HeaderName::from_static("idempotency-key"), "a-key"));
    for answer in [once.answer(&key, &wrong(&code)).await, once.resend(&key).await] {
        assert_problem(&answer, 400, "idempotency_not_offered");
    }
    assert_problem(&page.answer(&key, "12345?").await, 422, "not_a_code");
    assert_eq!(page.status(&key).await.json()["attempts_remaining"], 5);
}

#[tokio::test]
async fn bound_fields_are_repeated_by_whoever_verifies() {
    let app = TestApp::start().await;
    let bind = json!({ "amount": "9.99 EUR" });
    let body = json!({ "to": JANE, "bind": bind });
    let (key, code) = minted(&app, &Backend::of(&app, &app.tenant().await), &body).await;
    let page = Page(app.api.clone());
    assert_problem(&page.answer(&key, &code).await, 403, "code_mismatch");
    assert_eq!(page.verify(&key, &json!({ "code": code, "bind": bind })).await.status, 200);
}

#[tokio::test]
async fn an_address_without_a_key_is_counted_and_a_backend_is_not() {
    let change = |settings: &mut otpmint::config::Settings| {
        settings.limits.verify_per_address = "3/1m".parse().unwrap();
        settings.limits.mint_per_address = "2/1m".parse().unwrap();
    };
    let app = TestApp::with(change).await;
    let backend = Backend::of(&app, &app.tenant().await);
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE })).await;
    let page = Page(app.api.clone());
    page.status(&key).await;
    page.status(MADE_UP).await;
    page.answer(&key, &wrong(&code)).await;
    for key in [&key, MADE_UP] {
        page.status(key).await.is_limited_by("verify_per_address");
        page.answer(key, &code).await.is_limited_by("verify_per_address");
    }
    page.resend(&key).await;
    page.resend(MADE_UP).await;
    page.resend(&key).await.is_limited_by("mint_per_address");
    assert_eq!(backend.verify(&key, &code).await.status, 200);
}

#[tokio::test]
async fn a_lockout_is_not_told_from_too_many_wrong_codes() {
    let told = async |failures: &str, in_a_row| {
        let change = |settings: &mut otpmint::config::Settings| {
            settings.limits.failures_per_recipient = failures.parse().unwrap();
            settings.limits.failures_in_a_row = in_a_row;
        };
        let app = TestApp::with(change).await;
        let backend = Backend::of(&app, &app.tenant().await);
        let (key, code) = minted(&app, &backend, &json!({ "to": JANE })).await;
        for _ in 0..3 {
            backend.verify(&key, &wrong(&code)).await;
        }
        let (answer, tenants) =
            (Page(app.api.clone()).answer(&key, &code).await, backend.verify(&key, &code).await);
        (unnamed(&answer), answer.is_limited_by("failures_per_recipient"), tenants.code())
    };
    let (body, wait, tenants) = told("20/24h", 3).await;
    assert_eq!((wait, tenants.as_str()), (3600, "recipient_lockout"));
    let (other, wait, tenants) = told("3/24h", 100).await;
    assert_eq!((wait, tenants.as_str()), (3600, "failures_per_recipient"));
    assert_eq!(body, other);
}
