//! The v1 API.

mod account_tests;
pub mod accounts;
mod admin;
mod audit;
mod bodies;
mod browser;
mod challenges;
mod conditions;
mod conventions;
mod cors;
mod crossed;
pub mod factors;
mod fallback;
mod fraud;
mod granted;
mod idempotency;
mod key_limits;
mod keys;
pub mod messages;
mod named_limits;
mod numbers;
pub mod oauth;
mod phone_inbox;
mod phones;
mod policy;
mod problems;
mod provider_routes;
pub mod public;
mod rates;
pub mod receipts;
mod repeated;
mod reports;
mod reveal;
mod routes;
pub mod sandbox;
mod scopes;
mod search;
mod sending;
mod smpp_routes;
mod templates;
mod tenants;
mod texts;
mod timing;
mod tokens;
pub mod webhooks;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use reqwest::header::HeaderName;
use serde_json::{Value, json};

use crate::api::harness::{Answer, Api, Tenant, TestApp};

/// The client of a tenant's backend.
pub struct Backend {
    api: Api,
}

impl Backend {
    pub fn of(app: &TestApp, tenant: &Tenant) -> Self {
        Self { api: app.api.bearing(&tenant.key) }
    }

    /// The same, which waits for the outcome of a message.
    pub fn waiting(&self) -> Self {
        Self { api: self.api.with(HeaderName::from_static("prefer"), "wait=10") }
    }

    /// The same with one more header.
    pub fn with(&self, name: HeaderName, value: &str) -> Self {
        Self { api: self.api.with(name, value) }
    }

    pub async fn mint(&self, body: &Value) -> Answer {
        self.api.post("/v1/challenges", body).await
    }

    pub async fn status(&self, key: &str) -> Answer {
        self.api.get(&format!("/v1/challenges/{key}")).await
    }

    /// The challenge without its deliveries, as everything but `GET` shows it.
    pub async fn challenge(&self, key: &str) -> Value {
        let mut found = self.status(key).await.json();
        assert!(found.as_object_mut().unwrap().remove("deliveries").is_some(), "{found}");
        found
    }

    pub async fn verify(&self, key: &str, code: &str) -> Answer {
        self.verify_with(key, &json!({ "code": code })).await
    }

    pub async fn verify_with(&self, key: &str, body: &Value) -> Answer {
        self.api.post(&format!("/v1/challenges/{key}/verify"), body).await
    }

    pub async fn verify_latest(&self, body: &Value) -> Answer {
        self.api.post("/v1/verify", body).await
    }

    pub async fn resend(&self, key: &str) -> Answer {
        self.api.send(Method::POST, &format!("/v1/challenges/{key}/resend"), Vec::new()).await
    }

    pub async fn cancel(&self, key: &str) -> Answer {
        self.api.send(Method::DELETE, &format!("/v1/challenges/{key}"), Vec::new()).await
    }
}

/// A minted challenge: its key and its code.
pub async fn minted(app: &TestApp, backend: &Backend, body: &Value) -> (String, String) {
    let to = body["to"].as_str().expect("a recipient");
    let before = app.mails_to(to);
    let answer = backend.waiting().mint(body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let key = answer.json()["key"].as_str().expect("a key").to_owned();
    (key, app.code_after(before, to).await)
}

/// The claims of the receipt in this answer; its signature is not checked.
#[track_caller]
pub fn claims(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let receipt = answer.json()["receipt"].as_str().expect("a receipt").to_owned();
    let payload = URL_SAFE_NO_PAD.decode(receipt.split('.').nth(1).expect("a JWT")).expect("base64url");
    serde_json::from_slice(&payload).expect("claims")
}

/// A problem without the name of its occurrence, which differs from request to request.
#[track_caller]
pub fn unnamed(answer: &Answer) -> Value {
    let mut body = answer.json();
    body.as_object_mut().expect("an object").remove("instance").expect("an instance");
    body
}

/// A problem according to RFC 9457, with this status and code.
#[track_caller]
pub fn assert_problem(answer: &Answer, status: u16, code: &str) -> Value {
    let body = answer.json();
    assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{}", answer.body);
    assert_eq!((answer.status, body["code"].as_str()), (status, Some(code)), "{}", answer.body);
    assert_eq!(body["status"], status);
    let kind = body["type"].as_str().expect("a type");
    assert!(kind.ends_with(&format!("/problems/{code}")), "{}", answer.body);
    let id = answer.header("x-request-id").expect("an id");
    assert_eq!(body["instance"], format!("urn:otpmint:request:{id}"), "{}", answer.body);
    assert!(body["title"].as_str().is_some_and(|title| title.ends_with('.')), "{}", answer.body);
    body
}
