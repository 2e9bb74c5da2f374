//! The challenge object: the same everywhere.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::challenge::Challenge;
use crate::domain::delivery::DeliveryError;
use crate::domain::locale::Locale;
use crate::service::Services;

/// A challenge, as its tenant sees it.
#[derive(Serialize)]
pub(super) struct ChallengeView {
    key: String,
    status: &'static str,
    purpose: String,
    channel: &'static str,
    to: String,
    locale: String,
    created_at: String,
    expires_at: String,
    attempts_remaining: u8,
    resend_at: Option<String>,
    sends_remaining: u8,
    delivery: DeliveryView,
    nonce: Option<String>,
    metadata: BTreeMap<String, String>,
}

/// A challenge that was verified just now, with the proof of it.
#[derive(Serialize)]
pub(super) struct VerifiedView {
    #[serde(flatten)]
    pub(super) challenge: ChallengeView,
    /// A signed JWT that the tenant's own backend can check.
    pub(super) receipt: String,
}

#[derive(Serialize)]
struct DeliveryView {
    status: &'static str,
    at: Option<String>,
    error: Option<&'static str>,
}

impl ChallengeView {
    /// The object of `challenge` as it stands now.
    pub(super) fn of(services: &Services, challenge: &Challenge) -> Self {
        let delivery = DeliveryView {
            status: challenge.delivery.as_str(),
            at: challenge.delivery_at.map(|at| at.to_string()),
            error: challenge.delivery_error.map(DeliveryError::as_str),
        };
        Self {
            key: services.shareable_key(challenge.id).as_str().to_owned(),
            status: services.status(challenge).as_str(),
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
        }
    }
}
