// SPDX-License-Identifier: MIT

//! What the server returns, as docs/api.md describes it. A test compares each of these with docs/openapi.json.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

use crate::hidden::Hidden;

/// Names and texts.
pub type Fields = BTreeMap<String, String>;

/// How a code travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Channel {
    /// By mail.
    Email,
    /// By text message.
    Sms,
    /// By WhatsApp.
    WhatsApp,
    /// By a call.
    Voice,
    /// By Telegram.
    Telegram,
    /// Nothing is sent, and the answer to a mint has the code: needs the scope `reveal`.
    None,
    /// An authenticator app: of receipts and checks of factors.
    Totp,
    /// A recovery code: of receipts and checks of factors.
    Recovery,
    /// One that this version does not know.
    #[serde(other)]
    Unknown,
}

/// Pending, and then one of the others for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
#[expect(missing_docs, reason = "they say what they are")]
pub enum Status {
    Pending,
    Verified,
    Expired,
    Exhausted,
    Canceled,
    /// One that this version does not know.
    #[serde(other)]
    Unknown,
}

/// A message is queued, then sent and perhaps delivered, or failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
#[expect(missing_docs, reason = "they say what they are")]
pub enum DeliveryStatus {
    Queued,
    Sent,
    Delivered,
    Failed,
    /// One that this version does not know.
    #[serde(other)]
    Unknown,
}

/// The latest message of a challenge.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Delivery {
    /// How it stands.
    pub status: DeliveryStatus,
    /// When that became known.
    #[serde(deserialize_with = "maybe_time")]
    pub at: Option<Timestamp>,
    /// A word from the table of delivery codes in docs/api.md.
    pub error: Option<String>,
}

/// One of the messages of a challenge.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct ChallengeDelivery {
    /// How it travelled.
    pub channel: Channel,
    /// The handle of the route.
    pub route: Option<String>,
    /// How it stands.
    pub status: DeliveryStatus,
    /// When it was queued.
    #[serde(deserialize_with = "time")]
    pub queued_at: Timestamp,
    /// When its status became known.
    #[serde(deserialize_with = "maybe_time")]
    pub at: Option<Timestamp>,
    /// A word from the table of delivery codes in docs/api.md.
    pub error: Option<String>,
}

/// A challenge, as its tenant sees it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Challenge {
    /// The shareable key.
    pub key: String,
    /// How it stands.
    pub status: Status,
    /// What the code is for.
    pub purpose: String,
    /// How the code travelled last.
    pub channel: Channel,
    /// Masked; none while a hosted page asks for it.
    pub to: Option<String>,
    /// The language of the messages.
    pub locale: String,
    /// When it was minted.
    #[serde(deserialize_with = "time")]
    pub created_at: Timestamp,
    /// Until when the code is valid.
    #[serde(deserialize_with = "time")]
    pub expires_at: Timestamp,
    /// How many answers are still evaluated.
    pub attempts_remaining: u32,
    /// How often the code may still be sent.
    pub sends_remaining: u32,
    /// When the next message may be sent.
    #[serde(deserialize_with = "maybe_time")]
    pub resend_at: Option<Timestamp>,
    /// The latest message.
    pub delivery: Option<Delivery>,
    /// That of the mint.
    pub nonce: Option<String>,
    /// That of the mint.
    pub metadata: Fields,
    /// The hosted page, if one was requested.
    #[serde(default)]
    pub page_url: Option<String>,
}

/// The answer to a mint.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct MintedChallenge {
    /// The challenge.
    #[serde(flatten)]
    pub challenge: Challenge,
    /// Only over [`Channel::None`], and only in the first answer.
    #[serde(default)]
    pub code: Option<Hidden>,
}

/// A challenge with all its messages.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct ChallengeWithDeliveries {
    /// The challenge.
    #[serde(flatten)]
    pub challenge: Challenge,
    /// Its messages, oldest first.
    pub deliveries: Vec<ChallengeDelivery>,
}

/// The answer to the right code.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct VerifiedChallenge {
    /// The challenge.
    #[serde(flatten)]
    pub challenge: Challenge,
    /// The signed proof. It is missing from the answer to a repeated request only, once it has expired or after the
    /// server has crashed in between.
    #[serde(default)]
    pub receipt: Option<Hidden>,
}

/// A message, as a holder sees it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct PublicDelivery {
    /// How it stands.
    pub status: DeliveryStatus,
}

/// A challenge, as a holder of its shareable key sees it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct PublicChallenge {
    /// The shareable key.
    pub key: String,
    /// Pending or verified.
    pub status: Status,
    /// What the code is for.
    pub purpose: String,
    /// How the code travelled last.
    pub channel: Channel,
    /// Masked.
    pub to: Option<String>,
    /// The language of the messages.
    pub locale: String,
    /// Until when the code is valid.
    #[serde(deserialize_with = "time")]
    pub expires_at: Timestamp,
    /// How many answers are still evaluated.
    pub attempts_remaining: u32,
    /// How often the code may still be sent.
    pub sends_remaining: u32,
    /// When the next message may be sent.
    #[serde(deserialize_with = "maybe_time")]
    pub resend_at: Option<Timestamp>,
    /// The latest message.
    pub delivery: Option<PublicDelivery>,
}

/// The answer to the right code, for a holder.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct VerifiedPublicChallenge {
    /// The challenge.
    #[serde(flatten)]
    pub challenge: PublicChallenge,
    /// For your backend, which checks it.
    pub receipt: Hidden,
}

macro_rules! derefs {
    ($($whole:ident: $part:ident $field:ident),+) => {
        $(impl std::ops::Deref for $whole {
            type Target = $part;

            fn deref(&self) -> &$part {
                &self.$field
            }
        })+
    };
}

derefs!(
    MintedChallenge: Challenge challenge,
    ChallengeWithDeliveries: Challenge challenge,
    VerifiedChallenge: Challenge challenge,
    VerifiedPublicChallenge: PublicChallenge challenge
);
pub(crate) use derefs;

pub(crate) fn time<'a, D: Deserializer<'a>>(from: D) -> Result<Timestamp, D::Error> {
    let text = String::deserialize(from)?;
    text.parse().map_err(|_| serde::de::Error::custom("not a time"))
}

pub(crate) fn maybe_time<'a, D: Deserializer<'a>>(from: D) -> Result<Option<Timestamp>, D::Error> {
    let text = Option::<String>::deserialize(from)?;
    text.map(|text| text.parse().map_err(|_| serde::de::Error::custom("not a time"))).transpose()
}
