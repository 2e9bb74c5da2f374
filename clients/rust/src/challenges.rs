// SPDX-License-Identifier: MIT

use serde::Serialize;

use crate::call::Options;
use crate::client::Client;
use crate::error::Error;
use crate::paths;
use crate::requests::{Mint, Resend, Verify};
use crate::types::{Challenge, ChallengeWithDeliveries, MintedChallenge, VerifiedChallenge};

/// The challenges of a tenant.
#[derive(Clone, Copy, Debug)]
pub struct Challenges<'a>(pub(crate) &'a Client);

/// An answer to the latest challenge of a recipient.
#[derive(Serialize)]
struct VerifyByRecipient<'a> {
    to: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    purpose: &'a str,
    #[serde(flatten)]
    answer: &'a Verify,
}

impl Challenges<'_> {
    /// Mints a code and sends it. Keep `key` where your user cannot change it, such as in the session.
    ///
    /// # Errors
    ///
    /// `InvalidField` for a recipient that is no address, `RateLimited`, and others.
    pub async fn mint(&self, mint: Mint) -> Result<MintedChallenge, Error> {
        self.0.send("POST", "/v1/challenges".to_owned(), Some(&mint), &mint.options).await
    }

    /// A challenge with its deliveries.
    ///
    /// # Errors
    ///
    /// `NotFound` if there is none.
    pub async fn get(&self, key: &str) -> Result<ChallengeWithDeliveries, Error> {
        self.0.send("GET", paths::challenge(key)?, None::<&()>, &Options::default()).await
    }

    /// Checks what the user typed, and succeeds once.
    ///
    /// # Errors
    ///
    /// `CodeMismatch` if it is wrong, `NotACode` if it is none, `ChallengeEnded` if it is too late.
    pub async fn verify(&self, key: &str, answer: impl Into<Verify>) -> Result<VerifiedChallenge, Error> {
        let answer = answer.into();
        let path = format!("{}/verify", paths::challenge(key)?);
        self.0.send("POST", path, Some(&answer), &answer.options).await
    }

    /// The same for the latest pending challenge of this recipient and purpose, for apps that keep no key. An empty
    /// purpose is `verification`.
    ///
    /// # Errors
    ///
    /// As of `verify`.
    pub async fn verify_by_recipient(
        &self,
        to: &str,
        purpose: &str,
        answer: impl Into<Verify>,
    ) -> Result<VerifiedChallenge, Error> {
        let answer = &answer.into();
        let body = VerifyByRecipient { to, purpose, answer };
        self.0.send("POST", "/v1/verify".to_owned(), Some(&body), &answer.options).await
    }

    /// Sends the same code again.
    ///
    /// # Errors
    ///
    /// `CannotResend` if it may not be, or not before `retry_at`.
    pub async fn resend(&self, key: &str, resend: Resend) -> Result<Challenge, Error> {
        let path = format!("{}/resend", paths::challenge(key)?);
        self.0.send("POST", path, Some(&resend), &resend.options).await
    }

    /// Makes the code invalid. It is sent once: after `ConnectionLost` call it again; if that is refused with
    /// `challenge_canceled`, the first one has arrived.
    ///
    /// # Errors
    ///
    /// `ChallengeEnded` if it is invalid already.
    pub async fn cancel(&self, key: &str) -> Result<(), Error> {
        self.0.send("DELETE", paths::challenge(key)?, None::<&()>, &Options::default()).await
    }

    /// Exchanges what a hosted page returned, once and within 60 seconds. Compare `key` with that of the session. It
    /// is not repeated if its answer is lost: that has used it up.
    ///
    /// # Errors
    ///
    /// `result_not_found` if it was fetched before.
    pub async fn fetch_result(&self, result: &str) -> Result<VerifiedChallenge, Error> {
        let body = serde_json::json!({ "result": result });
        self.0.send("POST", "/v1/results".to_owned(), Some(&body), &Options::default()).await
    }
}
