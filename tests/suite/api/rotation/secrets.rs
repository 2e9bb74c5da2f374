//! Tenants' secret keys, stored as hashes under different versions.

use std::sync::Arc;

use otpmint::app::{outbox, services};
use otpmint::domain::reports::actor::{Actor, ShellUser};
use otpmint::domain::sub_key::{KeyPurpose, SHORTEST_LEAD};
use otpmint::domain::tenants::smtp::SmtpProfile;
use otpmint::service::{Caller, Registration};
use otpmint::store::NewOperatorToken;
use reqwest::Method;
use serde_json::json;

use crate::api::harness::{JANE, SMTP_MAIL, SMTP_PASSWORD, Tenant, TestApp, ambient};

const CHOSEN: &str = "kV7-reddish-Maple-42-orbit";

impl TestApp {
    /// Registers a tenant from another process, which has just read the keys.
    async fn tenant_added_beside(&self) -> Tenant {
        let foundation = self.office().await;
        let ambient = ambient(&self.clock);
        let outbox = Arc::new(outbox(&self.settings, &ambient, &foundation).expect("an outbox"));
        let beside = services(&self.settings, &ambient, &foundation, outbox);
        let beside = beside.unwrap_or_else(|error| panic!("{error}"));
        let port = i64::from(self.mail.address().port());
        let smtp = SmtpProfile::from_compat("localhost", port, SMTP_MAIL, SMTP_PASSWORD).expect("an account");
        let registration = Registration {
            name: String::new(),
            route_name: String::new(),
            smtp,
            secret_key: None,
            caller: Caller::Shell(ShellUser::new(0, None, None)),
            client_ip: None,
        };
        let registered = beside.tenants.register(registration).await.expect("a tenant");
        let key = registered.generated_key.expect("a key").expose().to_owned();
        Tenant { handle: registered.handle.to_string(), key }
    }
}

#[tokio::test]
async fn a_secret_key_works_under_all_versions_and_goes_over_when_it_is_used() {
    let app = TestApp::start().await;
    let (used, unused) = (app.tenant().await, app.tenant().await);
    let under = |version: u32| {
        format!("SELECT count(*) FROM secret_keys WHERE hex(substr(hash, 1, 1)) = '{version:02X}'")
    };
    assert_eq!(app.database().number(&under(1)), 2);
    app.rotate_sub_keys(&[KeyPurpose::SecretKey]).await;
    app.mint(&used, JANE).await;
    assert_eq!([1, 2].map(|version| app.database().number(&under(version))), [1, 1]);
    app.rotate_sub_keys(&[KeyPurpose::SecretKey]).await;
    app.mint(&unused, JANE).await;
    app.mint(&used, JANE).await;
    assert_eq!([1, 2, 3].map(|version| app.database().number(&under(version))), [0, 0, 2]);
    app.api.mint(JANE, "otpm_no-such-key-at-all").await.is_text_problem(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_at_once_find_a_key_that_one_of_them_moves() {
    let app = TestApp::with(|settings| settings.server.workers = 8).await;
    let tenant = app.tenant().await;
    for _ in 0..20 {
        app.rotate_sub_keys(&[KeyPurpose::SecretKey]).await;
        let ask = |_| {
            let api = app.api.bearing(&tenant.key);
            tokio::spawn(async move { api.get("/v1/challenges/AAAAAAAAAAAAAAAAAAAAAAA").await.status })
        };
        let asked: Vec<_> = (0..32).map(ask).collect();
        for status in asked {
            assert_eq!(status.await.unwrap(), 404, "the key is always found");
        }
    }
}

#[tokio::test]
async fn a_chosen_key_is_taken_whichever_version_it_lies_under() {
    let app = TestApp::start().await;
    let mut body = app.registration();
    body["secretKey"] = json!(CHOSEN);
    let first = app.register(&body).await;
    app.rotate_sub_keys(&[KeyPurpose::SecretKey]).await;
    assert_eq!(app.operator().register(&body).await.status, 400);
    app.mint(&Tenant { key: CHOSEN.to_owned(), ..first }, JANE).await;
    assert_eq!(app.operator().register(&body).await.status, 400);
}

#[tokio::test]
async fn keys_that_a_tenant_made_for_itself_are_replaced_and_revoked_under_any_version() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let api = app.api.bearing(&tenant.key);
    let made = async |name: &str| {
        let new = json!({ "name": name, "scopes": ["mint", "verify"] });
        let made = api.post("/v1/tenant/keys", &new).await.json();
        ["key", "secret"].map(|field| made[field].as_str().expect(field).to_owned())
    };
    let status = async |secret: &str| app.api.bearing(secret).get("/v1/challenges/unknown").await.status;
    let (used, unused) = (made("used").await, made("unused").await);
    app.rotate_sub_keys(&[KeyPurpose::SecretKey]).await;
    assert_eq!(status(&used[1]).await, 404);
    let later = made("later").await;
    let versions =
        "SELECT group_concat(hex(substr(hash, 1, 1))) FROM (SELECT hash FROM secret_keys ORDER BY name) AS k";
    assert_eq!(app.database().text(versions), "02,02,01,02", "the first, later, unused, used");
    for [handle, secret] in [&used, &unused, &later] {
        let rotated = api.post(&format!("/v1/tenant/keys/{handle}/rotate"), &json!({})).await;
        assert_eq!(rotated.status, 201, "{}", rotated.body);
        let next = rotated.json();
        let revoke = format!("/v1/tenant/keys/{}", next["key"].as_str().unwrap());
        let secrets = [secret.as_str(), next["secret"].as_str().unwrap()];
        assert_eq!([status(secrets[0]).await, status(secrets[1]).await], [404, 404], "both work for a while");
        app.rotate_sub_keys(&[KeyPurpose::SecretKey]).await;
        assert_eq!(api.send(Method::DELETE, &revoke, Vec::new()).await.status, 204);
        assert_eq!([status(secrets[0]).await, status(secrets[1]).await], [404, 401]);
    }
}

#[tokio::test]
async fn what_another_process_made_under_newer_keys_works_at_once() {
    let app = TestApp::start().await;
    // By then the server has read its keys for the first time.
    app.mint(&app.tenant().await, JANE).await;
    app.sweep().await;
    app.rotate_unnoticed(&KeyPurpose::ALL).await;
    app.clock.pass(SHORTEST_LEAD);
    let added = app.tenant_added_beside().await;
    let version = "SELECT max(hex(substr(routes, 2, 4))) FROM tenants";
    assert_eq!(app.database().text(version), "00000002");
    app.mint(&added, JANE).await;
    let accounts = app.api.bearing(&added.key).get("/v1/tenant/smtp").await;
    assert_eq!(accounts.json()["accounts"][0]["username"], SMTP_MAIL, "{}", accounts.body);
}

#[tokio::test]
async fn the_operator_token_works_under_all_versions_and_goes_over_when_it_is_used() {
    let app = TestApp::start().await;
    let under = |version: u32| {
        app.database().number(&format!(
            "SELECT count(*) FROM operator_tokens WHERE hex(substr(hash, 1, 1)) = '{version:02X}'"
        ))
    };
    let listed = async |token: &str| app.api.bearing(token).get("/v1/admin/tenants").await.status;
    app.rotate_sub_keys(&[KeyPurpose::SecretKey]).await;
    assert_eq!(listed("otpo_wrong-token-of-somebody").await, 401);
    assert_eq!([under(1), under(2)], [1, 0], "a wrong token moves nothing");
    assert_eq!(listed(&app.operator_token).await, 200);
    assert_eq!([under(1), under(2)], [0, 1]);
    assert_eq!(listed(&app.operator_token).await, 200);
    // Another process has moved it to a key that this one does not know yet.
    app.rotate_unnoticed(&[KeyPurpose::SecretKey]).await;
    app.clock.pass(SHORTEST_LEAD);
    let keyring = app.office().await.keyring;
    keyring.advance(otpmint::domain::time::Clock::now(&*app.clock));
    let hash = keyring.operator_token_hashes(&app.operator_token)[0];
    let store = app.office().await.store;
    let info = store.operator_tokens().await.unwrap().remove(0);
    store.set_operator_token(NewOperatorToken { hash, info, by: Actor::default() }).await.unwrap();
    assert_eq!(under(3), 1);
    assert_eq!(listed(&app.operator_token).await, 200);
}
