//! More tenants, added through the operator's routes of the server that is measured.

use std::net::SocketAddr;

use serde_json::{Value, json};

use super::Failure;
use super::client::{Connection, Head, write_request};

/// The operator's client.
pub(super) struct Operator {
    address: SocketAddr,
    token: String,
}

/// A tenant that was added.
pub(super) struct Added {
    handle: String,
    /// May mint codes that it delivers itself.
    pub(super) secret_key: String,
}

impl Operator {
    /// Whoever has the token of the server at `address`.
    pub(super) fn new(address: SocketAddr, token: String) -> Self {
        Self { address, token }
    }

    /// Adds a tenant at the mail server on this port.
    pub(super) async fn add(&self, name: &str, smtp_port: u16) -> Result<Added, Failure> {
        let smtp = json!({
            "host": "127.0.0.1", "port": smtp_port, "username": "app@bench.example",
            "password": "bench-only-password", "from": "app@bench.example",
        });
        let told = self.call("POST", "/v1/admin/tenants", &json!({ "name": name, "smtp": smtp })).await?;
        let handle = word(&told, "tenant")?;
        let key = json!({ "name": "load", "scopes": ["mint", "verify", "reveal"] });
        let told = self.call("POST", &format!("/v1/admin/tenants/{handle}/keys"), &key).await?;
        Ok(Added { handle, secret_key: word(&told, "secret")? })
    }

    /// Sets the rate at which a tenant may mint.
    pub(super) async fn set_mint_rate(&self, tenant: &Added, rate: &str) -> Result<(), Failure> {
        let path = format!("/v1/admin/tenants/{}", tenant.handle);
        let limits = json!({ "limits": { "mint_per_tenant": rate } });
        self.call("PATCH", &path, &limits).await.map(|_| ())
    }

    async fn call(&self, method: &'static str, path: &str, body: &Value) -> Result<Value, Failure> {
        let mut request = Vec::new();
        let head = Head { method, path, bearer: Some(&self.token) };
        write_request(&mut request, head, &body.to_string());
        let mut connection = Connection::open(self.address).await?;
        let (status, answer) = connection.exchange(&request).await?;
        match status {
            200 | 201 => serde_json::from_slice(answer).map_err(|error| Failure::new(error.to_string())),
            _ => Err(Failure::new(format!("{path}: {status} {}", String::from_utf8_lossy(answer)))),
        }
    }
}

fn word(told: &Value, name: &str) -> Result<String, Failure> {
    let found = told[name].as_str().map(str::to_owned);
    found.ok_or_else(|| Failure::new(format!("the server's answer lacks {name}")))
}
