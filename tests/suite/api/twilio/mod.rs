//! The API of Twilio Verify v2.

mod answering;
mod attempts;
mod authentication;
mod beginning;
mod crossed;
mod ending;
mod entities;
mod factors;
mod hostile;
mod limited;
mod lists;
mod named;
mod rate_limits;
mod refused;
mod safe_list;
mod scopes;
mod services;
mod webhooks;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::{Value, json};

use crate::api::harness::{Answer, Api, Tenant, TestApp};

const NUMBER: &str = "+4915123456789";

/// The client of an app that uses the SDK.
#[derive(Clone)]
pub struct Sdk {
    api: Api,
    pub account: String,
}

impl Sdk {
    /// The client of a tenant that uses the sid of the account.
    pub async fn of(app: &TestApp, tenant: &Tenant) -> Self {
        let id = app.authenticated(tenant).await.id();
        let account = app.app().services().sids.account(id).to_string();
        Self::with(app, &account, &tenant.key)
    }

    pub fn with(app: &TestApp, user: &str, password: &str) -> Self {
        let basic = format!("Basic {}", STANDARD.encode(format!("{user}:{password}")));
        let api = app.api.with(AUTHORIZATION, &basic);
        let api = api.with(CONTENT_TYPE, "application/x-www-form-urlencoded");
        Self { api, account: user.to_owned() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.api.get(&format!("/v2{path}")).await
    }

    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.send(Method::POST, path, form).await
    }

    pub async fn send(&self, method: Method, path: &str, form: &[(&str, &str)]) -> Answer {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        self.api.send(method, &format!("/v2{path}"), form.into_bytes()).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.api.send(Method::DELETE, &format!("/v2{path}"), Vec::new()).await
    }

    /// The path of the service that always exists.
    pub async fn service(&self) -> String {
        let services = self.get("/Services").await;
        assert_eq!(services.status, 200, "{}", services.body);
        format!("/Services/{}", services.json()["services"][0]["sid"].as_str().unwrap())
    }

    /// Creates a service, and returns its path.
    pub async fn new_service(&self, form: &[(&str, &str)]) -> String {
        let made = self.post("/Services", form).await;
        assert_eq!(made.status, 201, "{}", made.body);
        format!("/Services/{}", made.json()["sid"].as_str().unwrap())
    }

    pub async fn begin(&self, service: &str, to: &str) -> Answer {
        self.post(&format!("{service}/Verifications"), &[("To", to), ("Channel", "email")]).await
    }

    pub async fn check(&self, service: &str, to: &str, code: &str) -> Answer {
        self.post(&format!("{service}/VerificationCheck"), &[("To", to), ("Code", code)]).await
    }
}

/// An app, the client of a tenant, and the path of its service.
pub async fn world() -> (TestApp, Sdk, String) {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let sdk = Sdk::of(&app, &tenant).await;
    let service = sdk.service().await;
    (app, sdk, service)
}

/// Begins a verification of a mail address, and returns its sid and its code.
pub async fn begun(app: &TestApp, sdk: &Sdk, service: &str, to: &str) -> (String, String) {
    let before = app.mails_to(to);
    let begun = sdk.begin(service, to).await;
    assert_eq!(begun.status, 201, "{}", begun.body);
    let code = app.code_after(before, to).await;
    (sid(&begun), code)
}

#[track_caller]
pub fn sid(answer: &Answer) -> String {
    answer.json()["sid"].as_str().unwrap_or_else(|| panic!("{}", answer.body)).to_owned()
}

/// An error as the SDKs read it.
#[track_caller]
pub fn assert_error(answer: &Answer, status: u16, code: u32) -> Value {
    let body = answer.json();
    assert_eq!((answer.status, &body["code"]), (status, &json!(code)), "{}", answer.body);
    assert_eq!(body["status"], status, "{}", answer.body);
    let more = body["more_info"].as_str().unwrap();
    assert!(more.starts_with("/problems/"), "{more}");
    assert!(body["message"].as_str().is_some_and(|message| !message.is_empty()), "{}", answer.body);
    assert_eq!(body.as_object().unwrap().len(), 4, "{}", answer.body);
    body
}

/// A tenant whose messages to phones go to the inbox.
pub async fn with_phones() -> (TestApp, Sdk) {
    let app = TestApp::with_inbox(|settings| settings.delivery.timeout_seconds = 1).await;
    let tenant = app.tenant().await;
    let api = app.api.bearing(&tenant.key);
    let route = json!({ "transport": "log", "settings": { "from": "Acme" } });
    assert_eq!(api.post("/v1/tenant/routes", &route).await.status, 201);
    let body = json!({ "name": "Acme", "phone": { "countries": ["*"] } });
    let changed = api.send(Method::PATCH, "/v1/tenant", body.to_string().into_bytes()).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    let sdk = Sdk::of(&app, &tenant).await;
    (app, sdk)
}

/// Waits until it is recorded what became of every message.
pub async fn settled(app: &TestApp) {
    for _ in 0..500 {
        if app.database().number("SELECT count(*) FROM outbox") == 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("a message is still on its way");
}

/// The code of the latest message to the number, once there are so many.
pub async fn phone_code(app: &TestApp, messages: usize) -> String {
    for _ in 0..500 {
        let inbox = app.api.get("/dev/inbox.json?wait=5&to=%2B4915123456789").await.json();
        let found = inbox["messages"].as_array().unwrap();
        if found.len() >= messages {
            return found[0]["code"].as_str().unwrap().to_owned();
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("not {messages} messages");
}
