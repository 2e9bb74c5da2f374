//! The challenge object for whoever has its shareable key and nothing else: less than its tenant sees.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::challenges::challenge::Challenge;
use crate::domain::locale::Locale;
use crate::service::Services;

use crate::http::shared::description::schemas;

/// A challenge, as anybody sees it who has its key.
#[derive(Serialize, ToSchema)]
#[schema(as = PublicChallenge)]
pub(crate) struct PublicView {
    /// The shareable key: 23 ASCII letters.
    #[schema(pattern = "^[A-Za-z]{23}$", min_length = 23, max_length = 23)]
    key: String,
    #[schema(schema_with = schemas::public_status)]
    status: &'static str,
    /// What the code is for.
    #[schema(pattern = "^[a-z][a-z0-9_]*$", min_length = 1, max_length = 32)]
    purpose: String,
    #[schema(schema_with = schemas::channel)]
    channel: &'static str,
    /// The recipient, masked; null as long as the visitor of the page has not told it.
    #[schema(required, max_length = 254)]
    to: Option<String>,
    /// The language of its messages.
    #[schema(max_length = 35)]
    locale: String,
    /// When its code stops to work.
    #[schema(format = "date-time", max_length = 32)]
    expires_at: String,
    /// How many answers are still evaluated.
    #[schema(minimum = 0, maximum = 10)]
    attempts_remaining: u8,
    /// From when on the code may be sent again; null when it was sent as often as it may be.
    #[schema(required, format = "date-time", max_length = 32)]
    resend_at: Option<String>,
    /// How often the code may still be sent.
    #[schema(minimum = 0, maximum = 10)]
    sends_remaining: u8,
    /// Null where the tenant delivers by itself, and where the page has not been told an address.
    #[schema(required)]
    delivery: Option<PublicDelivery>,
}

/// A challenge that was verified just now, with the proof of it for the tenant's backend.
#[derive(Serialize, ToSchema)]
#[schema(as = VerifiedPublicChallenge)]
pub(crate) struct VerifiedPublicView {
    #[serde(flatten)]
    pub(crate) challenge: PublicView,
    /// A signed JWT that the tenant's own backend can check.
    #[schema(pattern = r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$", max_length = 65536)]
    pub(crate) receipt: String,
}

/// The latest message of a challenge. Why one failed is for the tenant alone.
#[derive(Serialize, ToSchema)]
pub(crate) struct PublicDelivery {
    #[schema(schema_with = schemas::delivery_status)]
    status: &'static str,
}

impl PublicView {
    /// The object of `challenge` as it stands now.
    pub(crate) fn of(services: &Services, challenge: &Challenge) -> Self {
        Self {
            key: services.challenges.shareable_key(challenge.id).as_str().to_owned(),
            status: services.challenges.status(challenge).as_str(),
            purpose: challenge.purpose.as_str().to_owned(),
            channel: challenge.channel.as_str(),
            to: challenge.to.clone(),
            locale: challenge.details.locale().unwrap_or(&Locale::ENGLISH).to_string(),
            expires_at: challenge.standing.expires_at.to_string(),
            attempts_remaining: challenge.standing.attempts_remaining(),
            resend_at: challenge.resend_at.map(|at| at.to_string()),
            sends_remaining: challenge.sends_remaining,
            delivery: challenge.delivery.map(|status| PublicDelivery { status: status.as_str() }),
        }
    }

    /// One for the description of the API.
    pub(crate) fn example(status: &'static str) -> Self {
        Self {
            key: "CnPYvKqMbdXhwRzTgJsLfAe".to_owned(),
            status,
            purpose: "login".to_owned(),
            channel: "email",
            to: Some("j***@e***.com".to_owned()),
            locale: "en".to_owned(),
            expires_at: "2026-11-21T08:40:00Z".to_owned(),
            attempts_remaining: 5,
            resend_at: Some("2026-11-21T08:30:30Z".to_owned()),
            sends_remaining: 2,
            delivery: Some(PublicDelivery { status: "sent" }),
        }
    }
}

impl VerifiedPublicView {
    /// One for the description of the API.
    pub(crate) fn example() -> Self {
        let receipt = "eyJhbGciOiJFUzI1NiJ9.eyJwdXJwb3NlIjoibG9naW4ifQ.c2lnbmF0dXJl".to_owned();
        Self { challenge: PublicView::example("verified"), receipt }
    }
}
