//! The challenge object for the tenant, the same in every answer; some add to it.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::challenges::challenge::{Challenge, ChallengeStatus};
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::code::Code;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::deliveries::delivery::{DeliveryError, DeliveryStatus};
use crate::domain::locale::Locale;
use crate::domain::time::Timestamp;
use crate::http::shared::description::words::ShareableKey;
use crate::service::Services;

use crate::http::shared::description::examples;
use crate::http::shared::description::named_words::Channel;
use crate::http::shared::description::operation::Example;
use crate::http::shared::description::schemas;

/// A challenge, as its tenant sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = Challenge)]
pub(crate) struct ChallengeView {
    /// The shareable key: 23 ASCII letters.
    #[schema(value_type = ShareableKey)]
    key: String,
    #[schema(value_type = ChallengeStatus)]
    status: &'static str,
    /// What the code is for.
    purpose: Purpose,
    #[schema(value_type = Channel)]
    channel: &'static str,
    /// The recipient, masked; null until the visitor of the hosted page has given an address.
    #[schema(required, max_length = 254)]
    to: Option<String>,
    /// The language of the messages.
    locale: Locale,
    /// When the challenge was minted.
    created_at: Timestamp,
    /// When the code expires.
    expires_at: Timestamp,
    /// How many answers are still evaluated.
    #[schema(minimum = 0, maximum = 10)]
    attempts_remaining: u8,
    /// The earliest time of the next resend; null if the code cannot be sent again.
    #[schema(required)]
    resend_at: Option<Timestamp>,
    /// How many times the code may still be sent.
    #[schema(minimum = 0, maximum = 10)]
    sends_remaining: u8,
    /// Null if the tenant delivers the code itself, and until the hosted page has an address.
    #[schema(required)]
    delivery: Option<DeliveryView>,
    /// The `nonce` of the mint.
    #[schema(required, pattern = "^[!-~]+$", max_length = 200)]
    nonce: Option<String>,
    #[schema(schema_with = schemas::entries)]
    metadata: BTreeMap<String, String>,
    /// The URL of the hosted page. Only present if the mint had `return_url` or `embed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, format = "uri", max_length = 320)]
    page_url: Option<String>,
}

/// A challenge that was just minted.
#[derive(Serialize, ToSchema)]
#[schema(as = MintedChallenge)]
pub(crate) struct MintedView {
    #[serde(flatten)]
    challenge: ChallengeView,
    /// Only present if `channel` is `none`: the code, returned only once; null when the answer is repeated.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, value_type = Option<String>, pattern = "^[0-9A-Z]+$", min_length = 4, max_length = 10)]
    code: Option<Option<String>>,
}

/// A challenge that was just verified, with the proof.
#[derive(Serialize, ToSchema)]
#[schema(as = VerifiedChallenge)]
pub(crate) struct VerifiedView {
    #[serde(flatten)]
    pub(crate) challenge: ChallengeView,
    /// A signed JWT that the tenant's own backend can verify.
    #[schema(pattern = r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$", max_length = 65536)]
    pub(crate) receipt: String,
}

/// The latest message of a challenge.
#[derive(Serialize, ToSchema)]
#[schema(as = Delivery)]
pub(crate) struct DeliveryView {
    #[schema(value_type = DeliveryStatus)]
    status: &'static str,
    /// When it was sent or failed; null while it is queued.
    #[schema(required)]
    at: Option<Timestamp>,
    /// The reason of the failure; null if it did not fail.
    #[schema(required, value_type = Option<DeliveryError>)]
    error: Option<&'static str>,
}

impl DeliveryView {
    /// The latest message of `challenge`, if there is one.
    pub(crate) fn of(challenge: &Challenge) -> Option<Self> {
        challenge.delivery.map(|status| Self {
            status: status.as_str(),
            at: challenge.delivery_at,
            error: challenge.delivery_error.map(DeliveryError::as_str),
        })
    }

    /// An example of a message that was sent.
    pub(crate) fn sent() -> Self {
        Self { status: "sent", at: Some(examples::at("08:30:01")), error: None }
    }
}

impl ChallengeView {
    /// The object of `challenge` at `now`.
    pub(crate) fn of(services: &Services, challenge: &Challenge) -> Self {
        let delivery = DeliveryView::of(challenge);
        Self {
            key: services.challenges.shareable_key(challenge.id).as_str().to_owned(),
            status: services.challenges.status(challenge).as_str(),
            purpose: challenge.purpose.clone(),
            channel: challenge.channel.as_str(),
            to: challenge.to.clone(),
            locale: challenge.details.locale().cloned().unwrap_or(Locale::ENGLISH),
            created_at: challenge.minted_at(),
            expires_at: challenge.standing.expires_at,
            attempts_remaining: challenge.standing.attempts_remaining(),
            resend_at: challenge.resend_at,
            sends_remaining: challenge.sends_remaining,
            delivery,
            nonce: challenge.details.nonce().map(|nonce| nonce.as_str().to_owned()),
            metadata: challenge.details.metadata().clone(),
            page_url: services.pages.page_url(challenge),
        }
    }

    /// An example of this status.
    pub(crate) fn like(status: &'static str) -> Self {
        Self {
            key: examples::CHALLENGE.to_owned(),
            status,
            purpose: Purpose::LOGIN,
            channel: "email",
            to: Some("j***@e***.com".to_owned()),
            locale: Locale::ENGLISH,
            created_at: examples::at("08:30:00"),
            expires_at: examples::at("08:40:00"),
            attempts_remaining: 5,
            resend_at: Some(examples::at("08:30:30")),
            sends_remaining: 2,
            delivery: Some(DeliveryView::sent()),
            nonce: None,
            metadata: [("order".to_owned(), "4711".to_owned())].into(),
            page_url: None,
        }
    }
}

impl MintedView {
    /// The answer to a mint, with the code if the tenant delivers it itself.
    pub(crate) fn of(services: &Services, challenge: &Challenge, code: Option<&Code>) -> Self {
        let shown = code.map(|code| code.expose().to_owned());
        let code = (challenge.channel == ChannelKind::None).then_some(shown);
        Self { challenge: ChallengeView::of(services, challenge), code }
    }

    /// The same answer without the code, as it may be kept and repeated.
    pub(crate) fn without_code(services: &Services, challenge: &Challenge) -> Self {
        Self::of(services, challenge, None)
    }
}

impl Example for ChallengeView {
    fn example() -> Self {
        Self::like("pending")
    }
}

impl Example for MintedView {
    fn example() -> Self {
        Self { challenge: ChallengeView::example(), code: None }
    }
}

impl Example for VerifiedView {
    fn example() -> Self {
        Self { challenge: ChallengeView::like("verified"), receipt: RECEIPT.to_owned() }
    }
}

/// An example of a receipt.
pub(crate) const RECEIPT: &str = "eyJhbGciOiJFUzI1NiJ9.eyJwdXJwb3NlIjoibG9naW4ifQ.c2lnbmF0dXJl";
