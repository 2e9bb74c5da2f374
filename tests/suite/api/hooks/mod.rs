//! `/hooks/{product}/{tenant}`: identity servers have their codes delivered.

mod events;
mod keyed;
mod libraries;
mod links;
mod secrets;
mod signed;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::Method;
use reqwest::header::HeaderName;
use serde_json::{Value, json};
use sha2::Sha256;
use standardwebhooks::Webhook;

use crate::api::harness::{Answer, Api, Tenant, TestApp};
use crate::api::v1::sandbox::{both, mails};

const NUMBER: &str = "+12025550100";

/// A sandbox, and the owner's client of it.
pub struct Desk {
    app: TestApp,
    sandbox: Tenant,
}

impl Desk {
    async fn open() -> Self {
        Self::over(TestApp::start().await).await
    }

    async fn over(app: TestApp) -> Self {
        let (_, sandbox) = both(&app).await;
        let body = json!({ "phone": { "countries": ["*"] } }).to_string().into_bytes();
        let changed = app.api.bearing(&sandbox.key).send(Method::PATCH, "/v1/tenant", body).await;
        assert_eq!(changed.status, 200, "{}", changed.body);
        Self { app, sandbox }
    }

    /// The desk of another tenant of the same server.
    async fn of_another_tenant(self) -> Self {
        Self::over(self.app).await
    }

    fn owner(&self) -> Api {
        self.app.api.bearing(&self.sandbox.key)
    }

    fn path(&self, product: &str) -> String {
        format!("/hooks/{product}/{}", self.sandbox.handle)
    }

    /// A key that may only relay.
    fn key(&self) -> String {
        self.app.database().change("UPDATE secret_keys SET scopes = 'mint verify manage relay'");
        self.sandbox.key.clone()
    }

    async fn secret(&self, product: &str, body: &Value) -> Answer {
        let body = body.to_string().into_bytes();
        self.owner().send(Method::PUT, &format!("/v1/tenant/hooks/{product}"), body).await
    }

    /// Every message: its recipient, its code and its purpose, the oldest first.
    async fn sent(&self) -> Vec<[String; 3]> {
        let text = |mail: &Value, field: &str| mail[field].as_str().expect("a text").to_owned();
        let mut sent = mails(&self.app, &self.sandbox, "").await;
        sent.reverse();
        for mail in &sent {
            let whole = text(mail, "text");
            assert!(whole.contains(&text(mail, "code")), "{whole}");
        }
        sent.iter().map(|mail| ["to", "code", "purpose"].map(|field| text(mail, field))).collect()
    }

    /// Waits until this many messages were sent.
    async fn sent_all(&self, count: usize) -> Vec<[String; 3]> {
        let end = std::time::Instant::now() + std::time::Duration::from_secs(30);
        loop {
            let sent = self.sent().await;
            if sent.len() >= count {
                assert_eq!(sent.len(), count);
                return sent;
            }
            assert!(std::time::Instant::now() < end, "{sent:?}");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }

    fn challenges(&self) -> i64 {
        self.app.database().number("SELECT count(*) FROM challenges")
    }

    /// The seconds of the server's clock.
    fn seconds(&self) -> i64 {
        self.app.app().services().now().as_millis() / 1_000
    }

    /// Posts what the library of Standard Webhooks has signed, under this id.
    async fn signed(&self, product: &str, (id, secret): (&str, &str), body: &Value) -> Answer {
        let body = body.to_string();
        let at = self.seconds();
        let signature = standard_signature(secret, id, at, &body);
        self.posted(
            product,
            &[("webhook-id", id), ("webhook-timestamp", &at.to_string()), ("webhook-signature", &signature)],
            &body,
        )
        .await
    }

    async fn posted(&self, product: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut api = self.app.api.json();
        for (name, value) in headers {
            api = api.with(HeaderName::from_bytes(name.as_bytes()).expect("a name"), value);
        }
        api.send(Method::POST, &self.path(product), body.as_bytes().to_vec()).await
    }
}

/// The signature that the library makes, with a secret as Supabase writes it.
fn standard_signature(secret: &str, id: &str, at: i64, body: &str) -> String {
    let secret = secret.strip_prefix("v1,").expect("as Supabase writes it");
    Webhook::new(secret).expect("a secret").sign(id, at, body.as_bytes()).expect("a signature")
}

/// The header that Zitadel sends.
fn zitadel_signature(keys: &[&str], at: i64, body: &str) -> String {
    let one = |key: &&str| {
        let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("any key");
        mac.update(format!("{at}.{body}").as_bytes());
        let bytes = mac.finalize().into_bytes();
        format!("v1={}", bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
    };
    [format!("t={at}")].into_iter().chain(keys.iter().map(one)).collect::<Vec<_>>().join(",")
}

fn basic(key: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("anybody:{key}")))
}
