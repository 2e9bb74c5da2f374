// SPDX-License-Identifier: MIT

//! Checks that an event is from your OtpMint (Standard Webhooks, HMAC-SHA256).

use std::fmt;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use serde::Deserialize;

use crate::error::Error;
use crate::transport::now;
use crate::types::{Challenge, time};

/// Why a request is not taken for one of your OtpMint. Answer 400.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Invalid {
    /// A header is missing, or there twice.
    Header,
    /// `webhook-timestamp` is no time.
    Timestamp,
    /// It is too old, or from the future.
    Age,
    /// No signature matches.
    Signature,
    /// It is signed, but no event.
    Body,
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the webhook is refused: {self:?}")
    }
}

impl std::error::Error for Invalid {}

/// Something that happened. It may come again with the same `id`: remember it.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Event {
    /// The same each time it is sent.
    #[serde(skip)]
    pub id: String,
    /// Such as `challenge.verified`. Types may be added: ignore those that you do not know.
    pub r#type: String,
    /// When it happened.
    #[serde(deserialize_with = "time")]
    pub timestamp: Timestamp,
    /// What docs/webhooks.md says for the type.
    pub data: serde_json::Value,
}

impl Event {
    /// The challenge as it was then, of an event that is about one.
    #[must_use]
    pub fn challenge(&self) -> Option<Challenge> {
        let about = ["challenge.", "delivery.", "recipient."];
        let is_about_one = about.iter().any(|kind| self.r#type.starts_with(kind));
        is_about_one.then(|| Challenge::deserialize(&self.data).ok())?
    }
}

/// Checks the requests of one webhook.
pub struct WebhookVerifier {
    key: hmac::Key,
    tolerance: u32,
}

impl WebhookVerifier {
    /// With the secret of the webhook, `whsec_…`.
    ///
    /// # Errors
    ///
    /// [`Kind::Misuse`](crate::Kind::Misuse) for what is none.
    pub fn new(secret: &str) -> Result<Self, Error> {
        let key = secret.strip_prefix("whsec_").and_then(|text| BASE64_STANDARD.decode(text).ok());
        // An empty key would accept what anyone can sign.
        let key = key.filter(|key| !key.is_empty());
        let key = key.ok_or_else(|| Error::misuse("The secret of a webhook is whsec_ and base64"))?;
        Ok(Self { key: hmac::Key::new(hmac::HMAC_SHA256, &key), tolerance: 300 })
    }

    /// How old, or how far ahead, a request may be, in seconds; 300 by default.
    #[must_use]
    pub fn tolerance(mut self, seconds: u32) -> Self {
        self.tolerance = seconds;
        self
    }

    /// The event of a request, after its signature was checked. `headers` are names, in any case, and values; `body` is
    /// what was received, byte for byte. After a rotation a request has two signatures; one that matches is enough.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn verify<'a>(
        &self,
        headers: impl IntoIterator<Item = (&'a str, &'a str)>,
        body: &[u8],
    ) -> Result<Event, Invalid> {
        self.verify_at(headers, body, now())
    }

    /// The same at another time than the present.
    ///
    /// # Errors
    ///
    /// As above.
    pub fn verify_at<'a>(
        &self,
        headers: impl IntoIterator<Item = (&'a str, &'a str)>,
        body: &[u8],
        now: Timestamp,
    ) -> Result<Event, Invalid> {
        let mut found = [Vec::new(), Vec::new(), Vec::new()];
        for (name, value) in headers {
            let names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
            if let Some(at) = names.iter().position(|one| one.eq_ignore_ascii_case(name)) {
                found[at].push(value);
            }
        }
        // Two would leave open which one was signed.
        let [[id], [stamp], [signatures]] = found.each_ref().map(Vec::as_slice) else {
            return Err(Invalid::Header);
        };
        let is_stamp = (1..=12).contains(&stamp.len()) && stamp.bytes().all(|byte| byte.is_ascii_digit());
        let sent_at: i64 = stamp.parse().ok().filter(|_| is_stamp).ok_or(Invalid::Timestamp)?;
        if (now.as_second() - sent_at).unsigned_abs() > self.tolerance.into() {
            return Err(Invalid::Age);
        }
        let signed = [format!("{id}.{stamp}.").as_bytes(), body].concat();
        let is_ours = |signature: &[u8]| hmac::verify(&self.key, &signed, signature).is_ok();
        let sent = signatures.split(' ').filter_map(|one| one.strip_prefix("v1,"));
        if !sent.filter_map(|one| BASE64_STANDARD.decode(one).ok()).any(|one| is_ours(&one)) {
            return Err(Invalid::Signature);
        }
        let event: Event = serde_json::from_slice(body).map_err(|_| Invalid::Body)?;
        Ok(Event { id: (*id).to_owned(), ..event })
    }
}

impl fmt::Debug for WebhookVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookVerifier(…)")
    }
}
