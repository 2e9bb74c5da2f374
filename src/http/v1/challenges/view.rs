//! The challenge object: the same everywhere.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::challenges::challenge::Challenge;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::code::Code;
use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::locale::Locale;
use crate::service::Services;

use crate::http::shared::description::schemas;

/// A challenge, as its tenant sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = Challenge)]
pub(crate) struct ChallengeView {
    /// The shareable key: 23 ASCII letters.
    #[schema(pattern = "^[A-Za-z]{23}$", min_length = 23, max_length = 23)]
    key: String,
    #[schema(schema_with = schemas::challenge_status)]
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
    /// When it was minted.
    #[schema(format = "date-time", max_length = 32)]
    created_at: String,
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
    /// Null where the tenant delivers the code by itself, and where the page has not been told an address.
    #[schema(required)]
    delivery: Option<DeliveryView>,
    /// What was sent along at minting.
    #[schema(required, pattern = "^[!-~]+$", max_length = 200)]
    nonce: Option<String>,
    #[schema(schema_with = schemas::entries)]
    metadata: BTreeMap<String, String>,
    /// Only where it was minted with `return_url` or `embed`: where its code can be typed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, format = "uri", max_length = 320)]
    page_url: Option<String>,
}

/// A challenge that was minted just now.
#[derive(Serialize, ToSchema)]
#[schema(as = MintedChallenge)]
pub(crate) struct MintedView {
    #[serde(flatten)]
    challenge: ChallengeView,
    /// Only where `channel` is `none`: the code, told this once; null when the answer is repeated.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, value_type = Option<String>, pattern = "^[0-9A-Z]+$", min_length = 4, max_length = 10)]
    code: Option<Option<String>>,
}

/// A challenge that was verified just now, with the proof of it.
#[derive(Serialize, ToSchema)]
#[schema(as = VerifiedChallenge)]
pub(crate) struct VerifiedView {
    #[serde(flatten)]
    pub(crate) challenge: ChallengeView,
    /// A signed JWT that the tenant's own backend can check.
    #[schema(pattern = r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$", max_length = 65536)]
    pub(crate) receipt: String,
}

/// The latest message of a challenge.
#[derive(Serialize, ToSchema)]
#[schema(as = Delivery)]
pub(crate) struct DeliveryView {
    #[schema(schema_with = schemas::delivery_status)]
    status: &'static str,
    /// When it came to its end; null while it is queued.
    #[schema(required, format = "date-time", max_length = 32)]
    at: Option<String>,
    #[schema(required, schema_with = schemas::delivery_error)]
    error: Option<&'static str>,
}

impl ChallengeView {
    /// The object of `challenge` as it stands now.
    pub(crate) fn of(services: &Services, challenge: &Challenge) -> Self {
        let delivery = challenge.delivery.map(|status| DeliveryView {
            status: status.as_str(),
            at: challenge.delivery_at.map(|at| at.to_string()),
            error: challenge.delivery_error.map(DeliveryError::as_str),
        });
        Self {
            key: services.challenges.shareable_key(challenge.id).as_str().to_owned(),
            status: services.challenges.status(challenge).as_str(),
            purpose: challenge.purpose.as_str().to_owned(),
            channel: challenge.channel.as_str(),
            to: challenge.to.clone(),
            locale: challenge.details.locale().unwrap_or(&Locale::ENGLISH).to_string(),
            created_at: challenge.minted_at().to_string(),
            expires_at: challenge.standing.expires_at.to_string(),
            attempts_remaining: challenge.standing.attempts_remaining(),
            resend_at: challenge.resend_at.map(|at| at.to_string()),
            sends_remaining: challenge.sends_remaining,
            delivery,
            nonce: challenge.details.nonce().map(|nonce| nonce.as_str().to_owned()),
            metadata: challenge.details.metadata().clone(),
            page_url: services.pages.page_url(challenge),
        }
    }

    /// One for the description of the API.
    pub(crate) fn example(status: &'static str) -> Self {
        let sent_at = Some("2026-11-21T08:30:01Z".to_owned());
        Self {
            key: "CnPYvKqMbdXhwRzTgJsLfAe".to_owned(),
            status,
            purpose: "login".to_owned(),
            channel: "email",
            to: Some("j***@e***.com".to_owned()),
            locale: "en".to_owned(),
            created_at: "2026-11-21T08:30:00Z".to_owned(),
            expires_at: "2026-11-21T08:40:00Z".to_owned(),
            attempts_remaining: 5,
            resend_at: Some("2026-11-21T08:30:30Z".to_owned()),
            sends_remaining: 2,
            delivery: Some(DeliveryView { status: "sent", at: sent_at, error: None }),
            nonce: None,
            metadata: [("order".to_owned(), "4711".to_owned())].into(),
            page_url: None,
        }
    }
}

impl MintedView {
    /// The answer to a mint: with the code, if the tenant delivers it by itself.
    pub(crate) fn of(services: &Services, challenge: &Challenge, code: Option<&Code>) -> Self {
        let told = code.map(|code| code.expose().to_owned());
        let code = (challenge.channel == ChannelKind::None).then_some(told);
        Self { challenge: ChallengeView::of(services, challenge), code }
    }

    /// The same as it may be kept and repeated: without the code.
    pub(crate) fn without_code(services: &Services, challenge: &Challenge) -> Self {
        Self::of(services, challenge, None)
    }
}

impl VerifiedView {
    /// One for the description of the API.
    pub(crate) fn example() -> Self {
        let receipt = "eyJhbGciOiJFUzI1NiJ9.eyJwdXJwb3NlIjoibG9naW4ifQ.c2lnbmF0dXJl".to_owned();
        Self { challenge: ChallengeView::example("verified"), receipt }
    }
}
