// SPDX-License-Identifier: MIT

use std::fmt;

use crate::call::Call;
use crate::error::Error;
use crate::requests::Verify;
use crate::settings::Builder;
use crate::transport::Connection;
use crate::types::{PublicChallenge, VerifiedPublicChallenge};

/// What anyone may do who holds the shareable key of a challenge, such as an app on a phone. A challenge that has ended
/// is `NotFound`.
#[derive(Clone)]
pub struct Holder {
    connection: Connection,
    path: String,
}

impl Holder {
    /// A client for one challenge, without a secret key.
    ///
    /// # Errors
    ///
    /// As of [`Builder::holder`].
    pub fn new(base_url: &str, key: &str) -> Result<Self, Error> {
        Builder::new(base_url).holder(key)
    }

    pub(crate) fn over(connection: Connection, path: String) -> Self {
        Self { connection, path }
    }

    /// The challenge while it is pending.
    ///
    /// # Errors
    ///
    /// `NotFound` once it has ended.
    pub async fn status(&self) -> Result<PublicChallenge, Error> {
        self.connection.send(Call::new("GET", self.path.clone())).await
    }

    /// Checks what the user typed. Give `receipt` to your backend. It is sent once: the server takes no
    /// `Idempotency-Key` without a secret key, so after `ConnectionLost` look at `status`.
    ///
    /// # Errors
    ///
    /// `CodeMismatch`, `NotACode`, `NotFound`.
    pub async fn verify(&self, answer: impl Into<Verify>) -> Result<VerifiedPublicChallenge, Error> {
        let mut call = Call::new("POST", format!("{}/verify", self.path));
        let body = serde_json::to_vec(&answer.into());
        call.body = Some(body.map_err(|_| Error::misuse("The body cannot be written as JSON"))?);
        self.connection.send(call).await
    }

    /// Sends the same code again, to where it went before. It is sent once, as above.
    ///
    /// # Errors
    ///
    /// `CannotResend` if it may not be, or not before `retry_at`.
    pub async fn resend(&self) -> Result<PublicChallenge, Error> {
        self.connection.send(Call::new("POST", format!("{}/resend", self.path))).await
    }
}

impl fmt::Debug for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Holder({}{})", self.connection.base, self.path)
    }
}
