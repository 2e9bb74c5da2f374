// SPDX-License-Identifier: MIT

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::call::{Call, Options};
use crate::challenges::Challenges;
use crate::error::Error;
use crate::factors::Factors;
use crate::messages::Messages;
use crate::paths::takes_key;
use crate::settings::{Builder, is_visible};
use crate::transport::Connection;

/// The API with a secret key, for a backend.
#[derive(Clone)]
pub struct Client {
    connection: Connection,
}

impl Client {
    /// A client of the server at `base_url`, such as `https://otp.example.com`. [`Builder`] has more settings.
    ///
    /// # Errors
    ///
    /// [`Kind::Misuse`](crate::Kind::Misuse) for an address or a key that cannot be one.
    pub fn new(base_url: &str, secret_key: &str) -> Result<Self, Error> {
        Builder::new(base_url).client(secret_key)
    }

    pub(crate) fn over(connection: Connection) -> Self {
        Self { connection }
    }

    /// The challenges of the tenant.
    #[must_use]
    pub fn challenges(&self) -> Challenges<'_> {
        Challenges(self)
    }

    /// The authenticator apps of the tenant's users.
    #[must_use]
    pub fn factors(&self) -> Factors<'_> {
        Factors(self)
    }

    /// Messages with codes of your own system.
    #[must_use]
    pub fn messages(&self) -> Messages<'_> {
        Messages(self)
    }

    /// Any route of the API, with your type of its answer; `serde_json::Value` takes all, and `()` no body. A `GET` is
    /// sent again after a failure that may pass, and so is what takes an `Idempotency-Key`, which is added.
    /// Everything else is sent once.
    ///
    /// # Errors
    ///
    /// Whatever the server refuses.
    pub async fn request<T: DeserializeOwned>(
        &self,
        method: &'static str,
        path: &str,
        body: Option<&serde_json::Value>,
    ) -> Result<T, Error> {
        self.send(method, path.to_owned(), body, &Options::default()).await
    }

    pub(crate) async fn send<T: DeserializeOwned, B: Serialize>(
        &self,
        method: &'static str,
        path: String,
        body: Option<&B>,
        options: &Options,
    ) -> Result<T, Error> {
        let mut call = Call::new(method, path);
        if options.wait > 0 {
            call.headers.push(("Prefer", format!("wait={}", options.wait)));
            call.wait = Duration::from_secs(options.wait.into());
        }
        if takes_key(method, &call.path) {
            let key = options.idempotency_key.clone().map_or_else(new_key, Ok)?;
            if !is_visible(&key) || key.len() > 255 {
                return Err(Error::misuse("An idempotency key has 1 to 255 visible ASCII characters"));
            }
            call.headers.push(("Idempotency-Key", key));
            call.repeatable = true;
        }
        // Made once: a retry must be the same byte for byte.
        let written = body.map(serde_json::to_vec).transpose();
        call.body = written.map_err(|_| Error::misuse("The body cannot be written as JSON"))?;
        self.connection.send(call).await
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Client").field(&self.connection.base).finish()
    }
}

/// 128 random bits.
fn new_key() -> Result<String, Error> {
    let mut bytes = [0; 16];
    // Without randomness two calls could share a key.
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| Error::misuse("The system has no randomness"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
