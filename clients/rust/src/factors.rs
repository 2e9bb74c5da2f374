// SPDX-License-Identifier: MIT

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::call::Options;
use crate::client::Client;
use crate::error::Error;
use crate::hidden::Hidden;
use crate::paths;
use crate::types::{Channel, derefs, maybe_time, time};

/// The authenticator apps of a tenant's users. What is shown once is repeated for an hour.
#[derive(Clone, Copy, Debug)]
pub struct Factors<'a>(pub(crate) &'a Client);

/// A new factor. Only `identity` is needed.
#[derive(Clone, Default, Serialize)]
pub struct FactorRequest {
    /// Your name for the user: an id that does not change, and no mail address.
    pub identity: String,
    /// What the app shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// What the app shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// `SHA1` if absent; some apps ignore any other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<String>,
    /// 6 or 8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digits: Option<u8>,
    /// In seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<u8>,
    /// Imports what the app holds already, in base32.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<Hidden>,
    /// Imports what the app holds already, as `otpauth:`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri: Option<Hidden>,
    /// Makes an import active at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<bool>,
    /// Requests a hosted page on which the user sets up the app: one of the tenant's `return_urls`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub return_url: Option<String>,
    /// The language of that page, such as `pt-BR`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// A key of your own, to repeat the call later or elsewhere; otherwise each call gets a new one.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// The first code of an app. A `&str` is one, too.
#[derive(Clone, Serialize)]
pub struct ConfirmFactor {
    /// What the user typed.
    pub code: Hidden,
    /// As of a new factor.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// A code of an app, or a recovery code. A `&str` is one, too.
#[derive(Clone, Serialize)]
pub struct CheckFactor {
    /// What the user typed.
    pub code: Hidden,
    /// For the receipt; `verification` if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// For the receipt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// As of a new factor.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

impl From<&str> for ConfirmFactor {
    fn from(code: &str) -> Self {
        Self { code: code.into(), idempotency_key: None }
    }
}

impl From<&str> for CheckFactor {
    fn from(code: &str) -> Self {
        Self { code: code.into(), purpose: None, nonce: None, idempotency_key: None }
    }
}

/// Unconfirmed until the first right code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
#[expect(missing_docs, reason = "they say what they are")]
pub enum FactorStatus {
    Unconfirmed,
    Active,
    /// One that this version does not know.
    #[serde(other)]
    Unknown,
}

/// An authenticator app of one of the tenant's users.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Factor {
    /// The handle, `fct_…`.
    pub factor: String,
    /// Your name for the user.
    pub identity: String,
    /// How it stands.
    pub status: FactorStatus,
    /// The hash function.
    pub algorithm: String,
    /// The length of the codes.
    pub digits: u8,
    /// The seconds for which the app shows a code.
    pub period: u8,
    /// How many recovery codes are left.
    pub recovery_codes_remaining: u32,
    /// When it was added.
    #[serde(deserialize_with = "time")]
    pub created_at: Timestamp,
    /// When the first right code came.
    #[serde(deserialize_with = "maybe_time")]
    pub confirmed_at: Option<Timestamp>,
    /// When a code was last accepted.
    #[serde(deserialize_with = "maybe_time")]
    pub used_at: Option<Timestamp>,
    /// The end of the pause after too many wrong codes.
    #[serde(deserialize_with = "maybe_time")]
    pub paused_until: Option<Timestamp>,
}

/// A factor that was just added. Its secret is shown only once.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct NewFactor {
    /// The factor.
    #[serde(flatten)]
    pub entry: Factor,
    /// In base32, for users who type it. Like the next three it is absent if the hosted page shows it.
    pub secret: Option<Hidden>,
    /// What the QR code says.
    pub uri: Option<Hidden>,
    /// The QR code as an SVG element.
    pub qr_svg: Option<Hidden>,
    /// The QR code as a PNG, in base64.
    pub qr_png: Option<Hidden>,
    /// The URL of the hosted page, for 15 minutes, if one was requested.
    #[serde(default)]
    pub page_url: Option<String>,
}

/// A factor with recovery codes, which are shown only once.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct FactorWithRecoveryCodes {
    /// The factor.
    #[serde(flatten)]
    pub entry: Factor,
    /// Each for one use.
    pub recovery_codes: Vec<Hidden>,
}

/// A factor whose code was right, with the proof.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct CheckedFactor {
    /// The factor.
    #[serde(flatten)]
    pub entry: Factor,
    /// Always true: a wrong code is an error.
    pub verified: bool,
    /// What made the code: the app, or a recovery code.
    pub channel: Channel,
    /// The signed proof.
    #[serde(default)]
    pub receipt: Option<Hidden>,
}

derefs!(NewFactor: Factor entry, FactorWithRecoveryCodes: Factor entry, CheckedFactor: Factor entry);

#[derive(Deserialize)]
struct List {
    data: Vec<Factor>,
}

#[expect(clippy::missing_errors_doc, reason = "docs/api.md lists the problems of factors")]
impl Factors<'_> {
    /// Adds a factor, which is unconfirmed unless it is imported as confirmed.
    pub async fn add(&self, request: &FactorRequest) -> Result<NewFactor, Error> {
        let options = keyed(&request.idempotency_key);
        self.0.send("POST", "/v1/factors".to_owned(), Some(request), &options).await
    }

    /// The factors of a user.
    pub async fn list(&self, identity: &str) -> Result<Vec<Factor>, Error> {
        let path = format!("/v1/factors?identity={}", paths::escaped(identity));
        let all: List = self.0.send("GET", path, None::<&()>, &Options::default()).await?;
        Ok(all.data)
    }

    /// A factor.
    pub async fn get(&self, handle: &str) -> Result<Factor, Error> {
        self.0.send("GET", paths::factor(handle, "")?, None::<&()>, &Options::default()).await
    }

    /// Activates a factor by its first right code.
    pub async fn confirm(
        &self,
        handle: &str,
        confirm: impl Into<ConfirmFactor>,
    ) -> Result<FactorWithRecoveryCodes, Error> {
        let confirm = confirm.into();
        let options = keyed(&confirm.idempotency_key);
        self.0.send("POST", paths::factor(handle, "/confirm")?, Some(&confirm), &options).await
    }

    /// Checks a code of the app, or a recovery code: `CodeMismatch` if it is wrong, `CodeUsed` if it was accepted
    /// before, `InvalidField` if it is none, `RateLimited` while the factor is paused.
    pub async fn check(&self, handle: &str, check: impl Into<CheckFactor>) -> Result<CheckedFactor, Error> {
        let check = check.into();
        let options = keyed(&check.idempotency_key);
        self.0.send("POST", paths::factor(handle, "/check")?, Some(&check), &options).await
    }

    /// Exchanges what the page of a factor returned, once and within 15 minutes. Compare `factor` with that of the
    /// session. It is not repeated if its answer is lost: that has used it up.
    pub async fn fetch_result(&self, result: &str) -> Result<CheckedFactor, Error> {
        let body = serde_json::json!({ "result": result });
        self.0.send("POST", "/v1/factors/results".to_owned(), Some(&body), &Options::default()).await
    }

    /// Ten new recovery codes; the former are no longer accepted.
    pub async fn replace_recovery_codes(&self, handle: &str) -> Result<FactorWithRecoveryCodes, Error> {
        let path = paths::factor(handle, "/recovery-codes")?;
        self.0.send("POST", path, None::<&()>, &Options::default()).await
    }

    /// Deletes a factor with its recovery codes.
    pub async fn delete(&self, handle: &str) -> Result<(), Error> {
        self.0.send("DELETE", paths::factor(handle, "")?, None::<&()>, &Options::default()).await
    }
}

fn keyed(idempotency_key: &Option<String>) -> Options {
    Options { idempotency_key: idempotency_key.clone(), ..Options::default() }
}

impl fmt::Debug for FactorRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FactorRequest").field("identity", &self.identity).finish_non_exhaustive()
    }
}

impl fmt::Debug for ConfirmFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ConfirmFactor")
    }
}

impl fmt::Debug for CheckFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CheckFactor").field("purpose", &self.purpose).finish_non_exhaustive()
    }
}
