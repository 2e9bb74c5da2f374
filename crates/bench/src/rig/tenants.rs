//! Tenants, added through the operator's routes of a server.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Result, anyhow};
use serde_json::{Value, json};

use crate::load::client::{Connection, Head, write_request};

/// The login of every tenant at its mail server.
pub(crate) const SMTP_MAIL: &str = "app@bench.example";
/// Its password. It is public: the server that knows it lives only as long as the measurement.
pub(crate) const SMTP_PASSWORD: &str = "bench-only-password";

/// The operator's client.
pub(crate) struct Operator {
    address: SocketAddr,
    token: String,
}

/// The credentials of a tenant.
#[derive(Clone)]
pub(crate) struct SecretKeys {
    /// The key that registration creates.
    pub(crate) usual: String,
    /// The only one with `reveal`: for codes that the tenant delivers itself.
    pub(crate) reveal: String,
}

/// A tenant that was added.
pub(crate) struct Added {
    /// Its name towards the outside.
    pub(crate) handle: String,
    /// Its keys.
    pub(crate) keys: SecretKeys,
}

impl Operator {
    /// For the server at `address`, whose token is in its data folder.
    pub(crate) fn of(address: SocketAddr, data: &Path) -> Result<Self> {
        let token = std::fs::read_to_string(data.join("operator.token"))?;
        Ok(Self { address, token: token.trim().to_owned() })
    }

    /// Adds a tenant at the mail server on this port.
    pub(crate) async fn add(&self, name: &str, smtp_port: u16) -> Result<Added> {
        let smtp = json!({
            "host": "127.0.0.1", "port": smtp_port, "username": SMTP_MAIL,
            "password": SMTP_PASSWORD, "from": SMTP_MAIL,
        });
        let told = self.call("POST", "/v1/admin/tenants", &json!({ "name": name, "smtp": smtp })).await?;
        let (handle, usual) = (word(&told, "tenant")?, word(&told, "secret")?);
        let key = json!({ "name": "load", "scopes": ["mint", "verify", "reveal"] });
        let told = self.call("POST", &format!("/v1/admin/tenants/{handle}/keys"), &key).await?;
        Ok(Added { handle, keys: SecretKeys { usual, reveal: word(&told, "secret")? } })
    }

    /// Sets the rate at which a tenant may mint.
    pub(crate) async fn set_mint_rate(&self, tenant: &Added, rate: &str) -> Result<()> {
        let path = format!("/v1/admin/tenants/{}", tenant.handle);
        let limits = json!({ "limits": { "mint_per_tenant": rate } });
        self.call("PATCH", &path, &limits).await.map(|_| ())
    }

    /// Gives a tenant a way to send texts to Germany.
    pub(crate) async fn add_route(&self, tenant: &Added, route: &Value) -> Result<()> {
        let key = &tenant.keys.usual;
        self.call_as(key, "PATCH", "/v1/tenant", &json!({ "phone": { "countries": ["DE"] } })).await?;
        self.call_as(key, "POST", "/v1/tenant/routes", route).await.map(|_| ())
    }

    async fn call(&self, method: &'static str, path: &str, body: &Value) -> Result<Value> {
        self.call_as(&self.token, method, path, body).await
    }

    async fn call_as(&self, key: &str, method: &'static str, path: &str, body: &Value) -> Result<Value> {
        let mut request = Vec::new();
        let head = Head { bearer: Some(key), ..Head { method, ..Head::get(path) } };
        write_request(&mut request, head, &body.to_string());
        let mut connection = Connection::open(self.address).await?;
        let (status, answer) = connection.exchange(&request).await?;
        match status {
            200 | 201 => Ok(serde_json::from_slice(answer)?),
            _ => Err(anyhow!("{path}: {status} {}", String::from_utf8_lossy(answer))),
        }
    }
}

fn word(told: &Value, name: &str) -> Result<String> {
    let found = told[name].as_str().map(str::to_owned);
    found.ok_or_else(|| anyhow!("the server's answer lacks {name}"))
}
