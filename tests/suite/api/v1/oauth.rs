//! Mail accounts that log in with OAuth: written, kept, used, stopped and told.

use std::fs::OpenOptions;
use std::io::Write as _;

use mail_catcher::{MailCatcher, Options};
use otpmint::config::Settings;
use otpmint::domain::network::PortRule;
use serde_json::{Value, json};

use super::accounts::{api, get, put};
use super::webhooks::Hooks;
use super::webhooks::receiver::Receiver;
use super::{Backend, assert_problem};
use crate::api::harness::{Answer, Api, JANE, SMTP_MAIL, Tenant, TestApp, mail_server};
use crate::issuer::{Answer as Issued, Issuer};

const SECRETS: [&str; 4] = ["s3cret-of-the-app", "first-refresh-token", "second-refresh-token", "access-"];

/// A server, a tenant, and a mail server that takes the tokens of an issuer.
pub struct Lab {
    pub app: TestApp,
    pub tenant: Tenant,
    pub issuer: Issuer,
    pub mail: MailCatcher,
}

impl Lab {
    async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub async fn start_with(change: impl FnOnce(&mut Settings)) -> Self {
        let issuer = Issuer::start("XOAUTH2").await;
        let mail = mail_server(Options { tokens: Some(issuer.tokens.clone()), ..Options::default() }).await;
        let pem = format!("{}\n{}", issuer.ca_pem, mail.ca_pem());
        let app = TestApp::with(|settings| {
            allow(settings, &pem);
            change(settings);
        })
        .await;
        let tenant = app.tenant().await;
        Self { app, tenant, issuer, mail }
    }

    fn api(&self) -> Api {
        api(&self.app, &self.tenant)
    }

    fn account(&self, oauth: &Value) -> Value {
        json!({
            "host": "localhost", "port": self.mail.address().port(), "username": SMTP_MAIL, "from": SMTP_MAIL,
            "oauth": oauth,
        })
    }

    fn app_login(&self) -> Value {
        json!({
            "token_url": self.issuer.url, "scope": "mail", "grant": "client_credentials", "client_id": "app-id",
            "client_secret": SECRETS[0],
        })
    }

    fn consent(&self) -> Value {
        json!({
            "token_url": self.issuer.url, "grant": "refresh_token", "client_id": "app-id",
            "refresh_token": SECRETS[1],
        })
    }

    async fn put_only(&self, account: &Value) -> Value {
        let answer = put(&self.api(), &json!([account])).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(!SECRETS.iter().any(|secret| answer.body.contains(secret)), "{}", answer.body);
        answer.json()["accounts"][0].clone()
    }

    /// How the delivery of a mint ended.
    pub async fn mint(&self) -> String {
        let minted = Backend::of(&self.app, &self.tenant).waiting().mint(&json!({ "to": JANE })).await;
        minted.json()["delivery"]["status"].as_str().unwrap_or_default().to_owned()
    }

    async fn test(&self, body: &Value) -> Value {
        let answer = self.api().post("/v1/tenant/smtp/test", body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }
}

fn allow(settings: &mut Settings, pem: &str) {
    settings.outbound.webhook_ports = PortRule::Any;
    settings.outbound.allow_hosts.push("127.0.0.1".to_owned());
    settings.outbound.plaintext_hosts = vec!["127.0.0.1".to_owned()];
    let mut file = OpenOptions::new().append(true).open(&settings.outbound.ca_file).expect("the file");
    file.write_all(pem.as_bytes()).expect("our file");
}

fn with(value: &Value, field: &str, new: Value) -> Value {
    let mut changed = value.clone();
    changed[field] = new;
    changed
}

fn without(value: &Value, field: &str) -> Value {
    let mut changed = value.clone();
    changed.as_object_mut().unwrap().remove(field);
    changed
}

#[track_caller]
fn is_wrong(answer: &Answer, pointer: &str) {
    let problem = assert_problem(answer, 422, "invalid_field");
    assert_eq!(problem["errors"][0]["pointer"], pointer, "{}", answer.body);
}

#[tokio::test]
async fn a_code_is_sent_with_a_token_and_the_login_is_seen_without_its_secrets() {
    let lab = Lab::start().await;
    let account = lab.put_only(&lab.account(&lab.app_login())).await;
    let expected = json!({
        "grant": "client_credentials", "token_url": lab.issuer.url, "scope": "mail", "client_id": "app-id",
        "failure": null,
    });
    assert_eq!(account["oauth"], expected);
    assert_eq!((lab.mint().await.as_str(), lab.mail.received()), ("sent", 1));
    let route = lab.api().get("/v1/tenant/routes").await.json()["data"][0].clone();
    assert_eq!((&route["id"], &route["oauth"]), (&account["id"], &account["oauth"]));
    // Sent back as it was seen, it still works.
    let again = with(&account, "oauth", without(&expected, "failure"));
    lab.put_only(&with(&again, "name", json!("renamed"))).await;
    assert_eq!((lab.mint().await.as_str(), lab.issuer.asked().len()), ("sent", 1));
}

#[tokio::test]
async fn a_secret_is_needed_again_where_it_goes_elsewhere() {
    let lab = Lab::start().await;
    let account = lab.put_only(&lab.account(&lab.app_login())).await;
    let kept = with(&account, "oauth", without(&without(&lab.app_login(), "client_secret"), "failure"));
    lab.put_only(&kept).await;
    let change = |field: &str, value: Value| with(&kept, "oauth", with(&kept["oauth"], field, value));
    for changed in [
        with(&kept, "host", json!("127.0.0.1")),
        with(&kept, "username", json!("other@example.com")),
        change("client_id", json!("other")),
        change("token_url", json!("https://localhost:1/token")),
    ] {
        let answer = put(&lab.api(), &json!([changed])).await;
        is_wrong(&answer, "/accounts/0/oauth/client_secret");
    }
    let new = without(&kept, "id");
    is_wrong(&put(&lab.api(), &json!([new])).await, "/accounts/0/oauth/client_secret");
    assert_eq!(get(&lab.api()).await.json()["accounts"][0], account, "nothing was changed");
}

#[tokio::test]
async fn what_is_no_login_is_refused_with_its_place() {
    let lab = Lab::start().await;
    let good = lab.app_login();
    let preset = |provider: &str| with(&without(&good, "token_url"), "provider", json!(provider));
    for (oauth, pointer) in [
        (with(&good, "grant", json!("password")), "/grant"),
        (without(&good, "grant"), "/grant"),
        (with(&good, "client_id", json!("")), "/client_id"),
        (without(&good, "client_id"), "/client_id"),
        (with(&good, "client_secret", json!("a\nb")), "/client_secret"),
        (with(&good, "refresh_token", json!("x")), "/refresh_token"),
        (with(&good, "private_key", json!("x")), "/private_key"),
        (with(&good, "scope", json!("a\u{1}b")), "/scope"),
        (with(&good, "token_url", json!("localhost")), "/token_url"),
        (with(&good, "token_url", json!("http://localhost/token")), "/token_url"),
        (with(&good, "token_url", json!("http://127.0.0.1/token")), "/token_url"),
        (with(&good, "token_url", json!("https://user:pw@example.com/token")), "/token_url"),
        (with(&good, "token_url", json!("https://10.0.0.1/token")), "/token_url"),
        (with(&good, "provider", json!("google")), "/token_url"),
        (without(&good, "token_url"), "/token_url"),
        (preset("microsoft"), "/directory"),
        (with(&preset("microsoft"), "directory", json!("a/b")), "/directory"),
        (with(&preset("google"), "directory", json!("example.com")), "/directory"),
        (preset("yahoo"), "/provider"),
        (with(&good, "password", json!("x")), "/password"),
        (
            json!({ "provider": "google", "grant": "service_account", "client_email": "a@b", "private_key": "no key" }),
            "/private_key",
        ),
        (json!({ "provider": "google", "grant": "service_account" }), "/client_email"),
        (json!({ "provider": "google", "grant": "refresh_token", "client_id": "a" }), "/refresh_token"),
    ] {
        let answer = put(&lab.api(), &json!([lab.account(&oauth)])).await;
        is_wrong(&answer, &format!("/accounts/0/oauth{pointer}"));
    }
    let both = with(&lab.account(&good), "password", json!("hunter22"));
    is_wrong(&put(&lab.api(), &json!([both])).await, "/accounts/0/oauth");
    let none = without(&lab.account(&good), "oauth");
    is_wrong(&put(&lab.api(), &json!([none])).await, "/accounts/0/password");
    // The presets are complete.
    for oauth in [with(&preset("microsoft"), "directory", json!("contoso.onmicrosoft.com")), preset("google")]
    {
        lab.put_only(&lab.account(&without(&oauth, "scope"))).await;
    }
}

#[tokio::test]
async fn a_refused_login_is_told_and_seen_until_a_test_succeeds() {
    let lab = Lab::start().await;
    let receiver = Receiver::start().await;
    let hooks = Hooks::of(&lab.app, &lab.tenant);
    hooks.add(&receiver).await;
    let account = lab.put_only(&lab.account(&lab.app_login())).await;
    lab.issuer.answers([Issued::error("invalid_client")]);
    assert_eq!(lab.mint().await, "failed");
    let told = receiver.of_kind("route.failed").await;
    let expected = json!({ "id": account["id"], "error": "invalid_client" });
    assert_eq!(told.json()["data"], expected);
    let failure = get(&lab.api()).await.json()["accounts"][0]["oauth"]["failure"].clone();
    assert_eq!(
        (&failure["error"], &failure["at"]),
        (&json!("invalid_client"), &json!("2026-01-15T12:00:00Z"))
    );
    assert!(failure["advice"].as_str().unwrap().contains("client secret"), "{failure}");
    let path = format!("/v1/tenant/routes/{}", account["id"].as_str().unwrap());
    assert_eq!(lab.api().get(&path).await.json()["oauth"]["failure"], failure);
    // Nothing more is asked, not even by a process that has just started.
    let lab = Lab { app: lab.app.restart(|_| {}).await, ..lab };
    assert_eq!((lab.mint().await.as_str(), lab.issuer.asked().len()), ("failed", 1));
    let tested = lab.test(&json!({})).await;
    assert_eq!((&tested["ok"], &tested["steps"][0]["step"]), (&json!(true), &json!("token")));
    assert_eq!(get(&lab.api()).await.json()["accounts"][0]["oauth"]["failure"], Value::Null);
    assert_eq!(lab.mint().await, "sent");
    let kinds: Vec<_> = receiver.told().iter().map(|told| told.kind()).collect();
    assert_eq!(kinds.iter().filter(|kind| *kind == "route.failed").count(), 1, "{kinds:?}");
}

#[tokio::test]
async fn a_replaced_refresh_token_outlives_the_process_and_leaves_the_tenant_unchanged() {
    let lab = Lab::start().await;
    lab.put_only(&lab.account(&lab.consent())).await;
    let before = get(&lab.api()).await;
    lab.issuer.answers([Issued::Token { life: 0, refresh_token: Some("second-refresh-token") }]);
    assert_eq!(lab.mint().await, "sent");
    assert_eq!(get(&lab.api()).await.header("etag"), before.header("etag"), "nobody's change is in the way");
    let lab = Lab { app: lab.app.restart(|_| {}).await, ..lab };
    assert_eq!(lab.mint().await, "sent");
    let used: Vec<_> = lab.issuer.asked().iter().map(|asked| asked["refresh_token"].clone()).collect();
    assert_eq!(used, ["first-refresh-token", "second-refresh-token"]);
    // A new consent begins anew.
    let account = get(&lab.api()).await.json()["accounts"][0].clone();
    lab.put_only(&with(&account, "oauth", with(&lab.consent(), "refresh_token", json!("third")))).await;
    assert_eq!(lab.mint().await, "sent");
    assert_eq!(lab.issuer.asked().last().unwrap()["refresh_token"], "third");
}

#[tokio::test]
async fn a_draft_is_tested_without_using_up_its_refresh_token() {
    let lab = Lab::start().await;
    let tested = lab.test(&json!({ "account": lab.account(&lab.consent()) })).await;
    assert_eq!((&tested["ok"], tested["steps"].as_array().unwrap().len()), (&json!(false), 1));
    assert!(tested["steps"][0]["advice"].as_str().unwrap().contains("save the account first"), "{tested}");
    assert_eq!(lab.issuer.asked().len(), 0);
    let tested = lab.test(&json!({ "account": lab.account(&lab.app_login()) })).await;
    assert_eq!(tested["ok"], true, "{tested}");
}
