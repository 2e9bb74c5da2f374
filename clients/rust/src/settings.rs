// SPDX-License-Identifier: MIT

//! What a client is made with. No error quotes its input: it may be a secret in the wrong place.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;

use crate::client::Client;
use crate::error::Error;
use crate::hidden::Hidden;
use crate::holder::Holder;
use crate::paths;
use crate::receipts::ReceiptVerifier;
use crate::transport::{Connection, OverHttp, Transport};

/// How a client reaches the server, and how often.
#[derive(Clone)]
pub struct Builder {
    base_url: String,
    transport: Option<Arc<dyn Transport>>,
    timeout: Duration,
    retries: u32,
}

impl Builder {
    /// For the server at this address, such as `https://otp.example.com`.
    pub fn new(base_url: impl Into<String>) -> Self {
        Self { base_url: base_url.into(), transport: None, timeout: Duration::from_secs(20), retries: 2 }
    }

    /// Sends over an HTTP client of yours, for a proxy or a certificate authority. Redirects are not followed.
    ///
    /// # Errors
    ///
    /// [`Kind::Misuse`](crate::Kind::Misuse) if reqwest cannot make it.
    pub fn http(self, builder: reqwest::ClientBuilder) -> Result<Self, Error> {
        Ok(self.transport(Arc::new(OverHttp::new(builder)?)))
    }

    /// Sends over a transport of yours, such as a fake.
    #[must_use]
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// For a call with all its retries; 20 seconds by default. A `wait` is added.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How often a request is sent again; 2 by default.
    #[must_use]
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// A client with a tenant's secret key, for a backend.
    ///
    /// # Errors
    ///
    /// [`Kind::Misuse`](crate::Kind::Misuse) for an address or a key that cannot be one.
    pub fn client(self, secret_key: &str) -> Result<Client, Error> {
        if !is_visible(secret_key) {
            return Err(Error::misuse("The secret key must be visible ASCII characters, without spaces"));
        }
        Ok(Client::over(self.connection(Some(secret_key.into()))?))
    }

    /// A client for one challenge, for who has its shareable key and no secret key.
    ///
    /// # Errors
    ///
    /// [`Kind::NotFound`](crate::Kind::NotFound) for what cannot be a shareable key, otherwise as above.
    pub fn holder(self, key: &str) -> Result<Holder, Error> {
        let path = paths::challenge(key)?;
        Ok(Holder::over(self.connection(None)?, path))
    }

    /// Checks receipts of a tenant, `tnt_…`, with the keys of the server, which it keeps for five minutes.
    ///
    /// # Errors
    ///
    /// As above.
    pub fn receipt_verifier(self, audience: &str) -> Result<ReceiptVerifier, Error> {
        ReceiptVerifier::over(self.connection(None)?, audience)
    }

    fn connection(self, secret_key: Option<Hidden>) -> Result<Connection, Error> {
        let base = checked(&self.base_url)?;
        let transport = match self.transport {
            Some(transport) => transport,
            None => Arc::new(OverHttp::new(reqwest::Client::builder())?),
        };
        Ok(Connection { base, transport, secret_key, timeout: self.timeout, retries: self.retries })
    }
}

/// The base of every URL, without a slash at its end.
fn checked(text: &str) -> Result<String, Error> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let Some(url) = url else {
        return Err(Error::misuse("The base URL must be absolute, such as https://otp.example.com"));
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Error::misuse("The base URL must not have a user name"));
    }
    if text.contains(['?', '#']) {
        return Err(Error::misuse("The base URL must end with its path"));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// Whether all of it is visible ASCII, as a header must be; no spaces either.
pub(crate) fn is_visible(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}
