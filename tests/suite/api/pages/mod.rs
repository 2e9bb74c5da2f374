//! Hosted pages, as a browser without script uses them.

mod answering;
mod apps;
mod asking;
mod autofill;
mod brake;
pub mod brand;
mod framed;
mod limits;
mod phones;
mod results;
mod safety;
mod switching;
mod widget;
mod words;

use otpmint::config::Settings;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue, LOCATION};
use reqwest::redirect::Policy;
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::api::harness::{Answer, Api, JANE, Tenant, TestApp, eventually};
use crate::support::http::http;

pub const PUBLIC: &str = "https://otp.example";
pub const RETURN: &str = "https://app.example/login/done";

/// A server with pages.
pub async fn start() -> TestApp {
    start_with(|_| {}).await
}

pub async fn start_with(change: impl FnOnce(&mut Settings)) -> TestApp {
    TestApp::with(|settings| {
        settings.server.public_url = PUBLIC.to_owned();
        change(settings);
    })
    .await
}

/// A tenant that allows visitors to return to [`RETURN`].
pub async fn hosting_tenant(app: &TestApp) -> Tenant {
    let tenant = app.tenant().await;
    let body = json!({ "name": "Acme", "return_urls": [RETURN] });
    let answer = backend(app, &tenant).send(Method::PATCH, "/v1/tenant", body.to_string().into_bytes()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    tenant
}

pub fn backend(app: &TestApp, tenant: &Tenant) -> Api {
    app.api.bearing(&tenant.key).with(HeaderName::from_static("prefer"), "wait=10")
}

/// A challenge with a page: the path of the page, the shareable key, the code.
pub struct Hosted {
    pub path: String,
    pub key: String,
    pub code: String,
}

impl Hosted {
    pub async fn by(app: &TestApp, tenant: &Tenant) -> Self {
        Self::minted(app, tenant, json!({ "to": JANE, "return_url": RETURN })).await
    }

    pub async fn minted(app: &TestApp, tenant: &Tenant, body: Value) -> Self {
        let to = body["to"].as_str().expect("a recipient").to_owned();
        let before = app.mails_to(&to);
        let answer = backend(app, tenant).post("/v1/challenges", &body).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        let told = answer.json();
        let text = |name: &str| told[name].as_str().expect(name).to_owned();
        let path = text("page_url").strip_prefix(PUBLIC).expect("the public URL").to_owned();
        Self { path, key: text("key"), code: app.code_after(before, &to).await }
    }
}

/// A browser that follows no redirect by itself.
#[derive(Clone)]
pub struct Browser {
    http: Client,
    url: String,
    headers: HeaderMap,
}

impl Browser {
    pub fn at(app: &TestApp) -> Self {
        let http = http().redirect(Policy::none()).build().expect("a client");
        let url = format!("http://{}", app.app().address());
        Self { http, url, headers: HeaderMap::new() }.with("sec-fetch-site", "same-origin")
    }

    pub fn with(&self, name: &'static str, value: &str) -> Self {
        let mut other = self.clone();
        other.headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).expect("plain"));
        other
    }

    pub fn without(&self, name: &str) -> Self {
        let mut other = self.clone();
        other.headers.remove(name);
        other
    }

    pub async fn send(&self, method: Method, path: &str, body: String) -> Answer {
        let form = "application/x-www-form-urlencoded";
        let request = self.http.request(method, format!("{}{path}", self.url)).headers(self.headers.clone());
        Answer::of(request.header("content-type", form).body(body).send().await.expect("an answer")).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, String::new()).await
    }

    pub async fn post(&self, path: &str, body: &str) -> Answer {
        self.send(Method::POST, path, body.to_owned()).await
    }

    pub async fn answer(&self, page: &Hosted, code: &str) -> Answer {
        self.post(&format!("{}/verify", page.path), &format!("code={code}")).await
    }

    /// Answers with the right code; returns the result code that the app receives.
    pub async fn result(&self, page: &Hosted) -> String {
        let there = leaves(&self.answer(page, &page.code).await);
        let result = there.strip_prefix(&format!("{RETURN}?otpmint_result=")).expect("back to the app");
        result.to_owned()
    }
}

/// Waits until the outcome of every message has been recorded.
pub async fn recorded(app: &TestApp) {
    let waiting = || app.database().number("SELECT count(*) FROM outbox");
    eventually("the record of a delivery", || (waiting() == 0).then_some(())).await;
}

/// The target of a redirect.
#[track_caller]
pub fn leads(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.header(LOCATION.as_str()).expect("a location").to_owned()
}

/// Where a finished visitor is sent: at once, and by a link.
#[track_caller]
pub fn leaves(answer: &Answer) -> String {
    shows(answer, 200, "Back to the app");
    let there = answer.header("refresh").and_then(|told| told.strip_prefix("0; url=")).expect("a way back");
    assert!(answer.body.contains(&format!("href=\"{}\"", there.replace('&', "&#38;"))), "{}", answer.body);
    there.to_owned()
}

/// An answer that shows a page with this heading.
#[track_caller]
pub fn shows(answer: &Answer, status: u16, heading: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(answer.body.contains(&format!("<h1>{heading}</h1>")), "{}", answer.body);
}
