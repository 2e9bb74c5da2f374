//! Webhooks: which events an app gets, how often, and where.

mod endpoints;
mod kinds;
mod life;
mod outbound;
mod queue;
pub mod receiver;
mod told;

use otpmint::config::Settings;
use otpmint::domain::network::PortRule;
use reqwest::Method;
use serde_json::{Value, json};

use crate::api::harness::{Answer, Api, Tenant, TestApp};
use receiver::Receiver;

const HOOKS: &str = "/v1/tenant/webhooks";

/// Plain HTTP to this machine, as an operator may allow it.
pub fn local(settings: &mut Settings) {
    settings.outbound.plaintext_hosts = vec!["127.0.0.1".to_owned()];
    settings.outbound.allow_hosts.push("127.0.0.1".to_owned());
    settings.outbound.webhook_ports = PortRule::Any;
}

/// A server with a tenant, and that tenant's client.
pub async fn app() -> (TestApp, Tenant, Hooks) {
    let app = TestApp::with(local).await;
    let tenant = app.tenant().await;
    let hooks = Hooks::of(&app, &tenant);
    (app, tenant, hooks)
}

/// A tenant's client of its webhooks.
pub struct Hooks {
    pub api: Api,
}

/// A webhook: its handle and its secret.
#[derive(Clone, Debug)]
pub struct Hook {
    pub id: String,
    pub secret: String,
}

impl Hooks {
    pub fn of(app: &TestApp, tenant: &Tenant) -> Self {
        Self { api: app.api.bearing(&tenant.key) }
    }

    pub async fn create(&self, body: &Value) -> Answer {
        self.api.post(HOOKS, body).await
    }

    pub async fn add(&self, receiver: &Receiver) -> Hook {
        self.add_with(&json!({ "url": receiver.url })).await
    }

    pub async fn add_with(&self, body: &Value) -> Hook {
        let answer = self.create(body).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        let text = |name: &str| answer.json()[name].as_str().expect("a text").to_owned();
        Hook { id: text("webhook"), secret: text("secret") }
    }

    pub async fn get(&self, id: &str) -> Answer {
        self.api.get(&format!("{HOOKS}/{id}")).await
    }

    pub async fn change(&self, id: &str, body: &Value) -> Answer {
        let body = body.to_string().into_bytes();
        self.api.send(Method::PATCH, &format!("{HOOKS}/{id}"), body).await
    }

    pub async fn delete(&self, id: &str) -> Answer {
        self.api.send(Method::DELETE, &format!("{HOOKS}/{id}"), Vec::new()).await
    }

    pub async fn rotate(&self, id: &str, body: &Value) -> Answer {
        self.api.post(&format!("{HOOKS}/{id}/rotate"), body).await
    }

    pub async fn ping(&self, id: &str) -> Answer {
        self.api.send(Method::POST, &format!("{HOOKS}/{id}/test"), Vec::new()).await
    }

    pub async fn replay(&self, id: &str, event: &str) -> Answer {
        let path = format!("{HOOKS}/{id}/deliveries/{event}/replay");
        self.api.send(Method::POST, &path, Vec::new()).await
    }

    pub async fn deliveries(&self, id: &str, query: &str) -> Answer {
        self.api.get(&format!("{HOOKS}/{id}/deliveries{query}")).await
    }

    /// The latest delivery, once `is_so`.
    pub async fn latest(&self, id: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        let end = std::time::Instant::now() + std::time::Duration::from_secs(10);
        loop {
            let latest = self.deliveries(id, "?limit=1").await.json()["data"][0].clone();
            if is_so(&latest) {
                return latest;
            }
            assert!(std::time::Instant::now() < end, "{latest}");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }
}
