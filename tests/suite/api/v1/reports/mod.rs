//! Reports of providers over the wire: what is believed, from whom, and what is not.

mod described;
mod signatures;
mod signers;
mod validators;
mod whatsapp;

use std::fs::OpenOptions;
use std::io::Write as _;

use otpmint::domain::network::PortRule;
use otpmint::domain::steady_clock::TimeSource as _;
use reqwest::Method;
use reqwest::header::HeaderName;
use serde_json::{Value, json};

use super::Backend;
use crate::api::harness::{Answer, Api, Tenant, TestApp};
use crate::delivery::providers::server::{Provider, Reply};

const ROUTES: &str = "/v1/tenant/routes";
const SECRET: &str = "hunter22-hunter22";
const PUBLIC_URL: &str = "https://otp.example";

/// A request of a provider, to the address that it was told.
#[derive(Clone, Debug)]
struct Report {
    method: Method,
    url: String,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Report {
    fn get(url: impl Into<String>) -> Self {
        Self { method: Method::GET, url: url.into(), headers: Vec::new(), body: String::new() }
    }

    fn post(url: impl Into<String>, body: impl Into<String>) -> Self {
        Self { method: Method::POST, body: body.into(), ..Self::get(url) }
    }
}

/// A server with a tenant that sends to Germany over a provider of our own.
struct Reporting {
    app: TestApp,
    provider: Provider,
    tenant: Tenant,
    api: Api,
}

impl Reporting {
    /// Starts one whose provider answers with these in turn.
    async fn with(replies: impl IntoIterator<Item = Reply>) -> Self {
        let provider = Provider::start(replies).await;
        let app = TestApp::with(|settings| {
            settings.outbound.webhook_ports = PortRule::Any;
            settings.server.public_url = PUBLIC_URL.to_owned();
            let mut file =
                OpenOptions::new().append(true).open(&settings.outbound.ca_file).expect("the file");
            file.write_all(provider.ca_pem.as_bytes()).expect("written");
        })
        .await;
        let (tenant, api) = sender(&app).await;
        Self { app, provider, tenant, api }
    }

    /// The base URL of the provider.
    fn base_url(&self) -> String {
        format!("https://localhost:{}", self.provider.port)
    }

    async fn add(&self, route: &Value) -> Value {
        added(&self.api, route).await
    }

    /// Sends a code, and returns the key of its challenge.
    async fn mint(&self, to: &str, channel: &str) -> String {
        let backend = Backend::of(&self.app, &self.tenant).waiting();
        let minted = backend.mint(&json!({ "to": to, "channel": channel })).await.json();
        assert_eq!(minted["delivery"]["status"], "sent", "{minted}");
        minted["key"].as_str().expect("a key").to_owned()
    }

    /// The status of a delivery.
    async fn status(&self, key: &str) -> String {
        let seen = Backend::of(&self.app, &self.tenant).status(key).await.json();
        seen["delivery"]["status"].as_str().unwrap_or_default().to_owned()
    }

    /// The time of the server, in seconds.
    fn now(&self) -> i64 {
        self.app.clock.wall().as_millis() / 1_000
    }

    async fn send(&self, report: &Report) -> Answer {
        let mut api = self.app.api.clone();
        for (name, value) in &report.headers {
            api = api.with(HeaderName::from_static(name), value);
        }
        let path = report.url.strip_prefix(PUBLIC_URL).expect("an address of ours");
        api.send(report.method.clone(), path, report.body.clone().into_bytes()).await
    }

    /// The status of the answer to a report.
    async fn told(&self, report: &Report) -> u16 {
        self.send(report).await.status
    }
}

/// A message that was sent, with its address for reports.
struct Sent {
    world: Reporting,
    key: String,
    callback: String,
    route: Value,
}

/// A tenant that sends to Germany.
async fn sender(app: &TestApp) -> (Tenant, Api) {
    let tenant = app.tenant().await;
    let api = app.api.bearing(&tenant.key);
    let phone = json!({ "phone": { "countries": ["DE"] } }).to_string().into_bytes();
    assert_eq!(api.send(Method::PATCH, "/v1/tenant", phone).await.status, 200);
    (tenant, api)
}

async fn added(api: &Api, route: &Value) -> Value {
    let answer = api.post(ROUTES, route).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    for secret in ["secret", "report_key"] {
        let value = route[secret].as_str().unwrap_or(SECRET);
        assert!(!answer.body.contains(value) && !answer.body.contains(&format!("\"{secret}\"")));
    }
    answer.json()
}
