//! The routes of otpgateway, as its clients use them.

mod answering;
mod callers;
mod hostile;
mod issuing;
mod pages;
mod races;
mod rotation;

use std::time::Duration;

use reqwest::header::AUTHORIZATION;
use reqwest::redirect::Policy;
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::api::harness::{Answer, JANE, Tenant, TestApp};
use crate::support::http::http;

/// The id that a client uses, if it does not matter which.
pub const ID: &str = "session-17";

/// A client of otpgateway.
#[derive(Clone)]
pub struct Gateway {
    http: Client,
    url: String,
    authorization: Option<String>,
}

impl Gateway {
    /// The client of a tenant.
    pub fn of(app: &TestApp, tenant: &Tenant) -> Self {
        Self::anybody(app).calling(&tenant.handle, &tenant.key)
    }

    /// A client without credentials, which follows no redirect.
    pub fn anybody(app: &TestApp) -> Self {
        let http = http().redirect(Policy::none()).timeout(Duration::from_secs(60)).build();
        let url = format!("http://{}", app.app().address());
        Self { http: http.expect("a client"), url, authorization: None }
    }

    /// The same client with these credentials.
    pub fn calling(&self, user: &str, secret: &str) -> Self {
        use base64::Engine as _;
        let encoded = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{secret}"));
        self.with(&format!("Basic {encoded}"))
    }

    /// The same client with this header.
    pub fn with(&self, authorization: &str) -> Self {
        Self { authorization: Some(authorization.to_owned()), ..self.clone() }
    }

    pub async fn send(&self, method: Method, path: &str, form: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        self.raw(method, path, "application/x-www-form-urlencoded", body).await
    }

    pub async fn raw(&self, method: Method, path: &str, content_type: &str, body: String) -> Answer {
        let request = self.http.request(method, format!("{}{path}", self.url)).body(body);
        let request = request.header("content-type", content_type);
        let request = match &self.authorization {
            Some(authorization) => request.header(AUTHORIZATION, authorization),
            None => request,
        };
        Answer::of(request.send().await.expect("an answer")).await
    }

    pub async fn put(&self, id: &str, form: &[(&str, &str)]) -> Answer {
        self.send(Method::PUT, &format!("/api/otp/{id}"), form).await
    }

    /// Sends a code to this address by mail.
    pub async fn mail(&self, id: &str, to: &str) -> Answer {
        self.put(id, &[("provider", "smtp"), ("to", to)]).await
    }

    pub async fn check(&self, id: &str, code: &str) -> Answer {
        self.send(Method::POST, &format!("/api/otp/{id}"), &[("otp", code)]).await
    }

    /// The same, and the code stays readable.
    pub async fn check_and_keep(&self, id: &str, code: &str) -> Answer {
        let form = [("otp", code), ("skip_delete", "true"), ("action", "check")];
        self.send(Method::POST, &format!("/api/otp/{id}"), &form).await
    }

    pub async fn status(&self, id: &str) -> Answer {
        self.send(Method::POST, &format!("/api/otp/{id}/status"), &[]).await
    }

    pub async fn take_status(&self, id: &str) -> Answer {
        self.send(Method::DELETE, &format!("/api/otp/{id}/status"), &[]).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[]).await
    }

    /// Sends a code, and reads it from the mail.
    pub async fn issued(&self, app: &TestApp, id: &str, to: &str) -> String {
        let before = app.mails_to(to);
        data(&self.mail(id, to).await);
        app.code_after(before, to).await
    }
}

/// The data of a success.
#[track_caller]
pub fn data(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"));
    let told = answer.json();
    assert_eq!((&told["status"], told.as_object().unwrap().len()), (&json!("success"), 2), "{told}");
    told["data"].clone()
}

/// An error with exactly these words. Returns its data.
#[track_caller]
pub fn fails(answer: &Answer, status: u16, message: &str) -> Value {
    let told = answer.json();
    assert_eq!((answer.status, told["message"].as_str()), (status, Some(message)), "{told}");
    assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"));
    assert_eq!(told["status"], "error", "{told}");
    assert_eq!(answer.header("retry-after").is_some(), status == 429 || message.contains("retry after"));
    told["data"].clone()
}

/// Fails if the code is anywhere in an answer.
#[track_caller]
pub fn assert_silent(answer: &Answer, code: &str) {
    let all = format!("{:?} {}", answer.headers, answer.body);
    assert!(!all.contains(code), "{all}");
}

/// A server, a tenant and its client.
pub async fn start() -> (TestApp, Tenant, Gateway) {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let gateway = Gateway::of(&app, &tenant);
    (app, tenant, gateway)
}

/// The object of a code to [`JANE`] under [`ID`], with these changes.
pub fn object(tenant: &Tenant, changes: Value) -> Value {
    let mut object = json!({
        "namespace": tenant.handle, "id": ID, "to": JANE, "channel_description": "",
        "address_description": "", "extra": {}, "provider": "smtp", "otp": "", "max_attempts": 5,
        "attempts": 0, "generate": 1, "max_generate": 3, "closed": false, "ttl": 600.0,
    });
    for (name, value) in changes.as_object().expect("an object") {
        object[name] = value.clone();
    }
    object
}
