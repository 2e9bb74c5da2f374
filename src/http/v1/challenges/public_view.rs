//! The challenge object for a holder of the shareable key, who sees less than the tenant.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::challenges::challenge::{Challenge, ChallengeStatus};
use crate::domain::challenges::purpose::Purpose;
use crate::domain::deliveries::delivery::DeliveryStatus;
use crate::domain::locale::Locale;
use crate::domain::time::Timestamp;
use crate::http::shared::description::words::ShareableKey;
use crate::service::Services;

use crate::http::shared::description::examples;
use crate::http::shared::description::named_words::Channel;
use crate::http::shared::description::operation::Example;

use super::view::RECEIPT;

/// A challenge, as a holder of its shareable key sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = PublicChallenge)]
pub(crate) struct PublicView {
    /// The shareable key: 23 ASCII letters.
    #[schema(value_type = ShareableKey)]
    key: String,
    /// `pending`; `verified` only in the answer of the verification.
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
    delivery: Option<PublicDelivery>,
}

/// A challenge that was just verified, with the proof for the tenant's backend.
#[derive(Serialize, ToSchema)]
#[schema(as = VerifiedPublicChallenge)]
pub(crate) struct VerifiedPublicView {
    #[serde(flatten)]
    pub(crate) challenge: PublicView,
    /// A signed JWT that the tenant's own backend can verify.
    #[schema(pattern = r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$", max_length = 65536)]
    pub(crate) receipt: String,
}

/// The latest message of a challenge. Only the tenant learns why a message failed.
#[derive(Serialize, ToSchema)]
pub(crate) struct PublicDelivery {
    #[schema(value_type = DeliveryStatus)]
    status: &'static str,
}

impl PublicView {
    /// The object of `challenge` at `now`.
    pub(crate) fn of(services: &Services, challenge: &Challenge) -> Self {
        Self {
            key: services.challenges.shareable_key(challenge.id).as_str().to_owned(),
            status: services.challenges.status(challenge).as_str(),
            purpose: challenge.purpose.clone(),
            channel: challenge.channel.as_str(),
            to: challenge.to.clone(),
            locale: challenge.details.locale().cloned().unwrap_or(Locale::ENGLISH),
            expires_at: challenge.standing.expires_at,
            attempts_remaining: challenge.standing.attempts_remaining(),
            resend_at: challenge.resend_at,
            sends_remaining: challenge.sends_remaining,
            delivery: challenge.delivery.map(|status| PublicDelivery { status: status.as_str() }),
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
            expires_at: examples::at("08:40:00"),
            attempts_remaining: 5,
            resend_at: Some(examples::at("08:30:30")),
            sends_remaining: 2,
            delivery: Some(PublicDelivery { status: "sent" }),
        }
    }
}

impl Example for VerifiedPublicView {
    fn example() -> Self {
        Self { challenge: PublicView::like("verified"), receipt: RECEIPT.to_owned() }
    }
}
