//! What events are about, as it was when they happened: stored with them, so that a webhook that is sent later
//! describes that moment.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::challenges::challenge::{Challenge, ChallengeStatus};
use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::locale::Locale;
use crate::domain::tenants::credential::KeyHandle;
use crate::domain::tenants::oauth::TokenRefusal;
use crate::domain::tenants::route::RouteHandle;
use crate::domain::time::Timestamp;
use crate::domain::webhooks::webhook::{DisabledFor, WebhookHandle};

/// The challenge object of the API, without its key: never the code, never the whole recipient.
#[derive(Serialize)]
struct Snapshot<'a> {
    status: &'static str,
    purpose: &'a str,
    channel: &'static str,
    /// Null if the page of the challenge was never given a recipient.
    to: Option<&'a str>,
    locale: String,
    created_at: String,
    expires_at: String,
    attempts_remaining: u8,
    resend_at: Option<String>,
    sends_remaining: u8,
    /// Null if the tenant delivers the code itself.
    delivery: Option<DeliverySnapshot>,
    nonce: Option<&'a str>,
    metadata: &'a BTreeMap<String, String>,
}

#[derive(Serialize)]
struct DeliverySnapshot {
    status: &'static str,
    at: Option<String>,
    error: Option<&'static str>,
}

impl DeliverySnapshot {
    fn of(challenge: &Challenge) -> Option<Self> {
        challenge.delivery.map(|status| Self {
            status: status.as_str(),
            at: challenge.delivery_at.map(|at| at.to_string()),
            error: challenge.delivery_error.map(DeliveryError::as_str),
        })
    }
}

/// The message object of the API, without its id.
#[derive(Serialize)]
struct RelayedSnapshot<'a> {
    purpose: &'a str,
    channel: &'static str,
    to: Option<&'a str>,
    locale: String,
    created_at: String,
    expires_at: String,
    delivery: Option<DeliverySnapshot>,
    metadata: &'a BTreeMap<String, String>,
}

fn relayed_snapshot(challenge: &Challenge) -> String {
    let snapshot = RelayedSnapshot {
        purpose: challenge.purpose.as_str(),
        channel: challenge.channel.as_str(),
        to: challenge.to.as_deref(),
        locale: challenge.details.locale().unwrap_or(&Locale::ENGLISH).to_string(),
        created_at: challenge.minted_at().to_string(),
        expires_at: challenge.standing.expires_at.to_string(),
        delivery: DeliverySnapshot::of(challenge),
        metadata: challenge.details.metadata(),
    };
    // Texts and numbers always serialise.
    serde_json::to_string(&snapshot).unwrap_or_default()
}

/// Serialises a challenge, or a relayed message, as it is at `now`.
pub fn challenge_snapshot(challenge: &Challenge, now: Timestamp) -> String {
    if challenge.standing.is_relayed() {
        return relayed_snapshot(challenge);
    }
    let status: ChallengeStatus = challenge.standing.status_at(now);
    let moment = |at: Option<Timestamp>| at.map(|at| at.to_string());
    let snapshot = Snapshot {
        status: status.as_str(),
        purpose: challenge.purpose.as_str(),
        channel: challenge.channel.as_str(),
        to: challenge.to.as_deref(),
        locale: challenge.details.locale().unwrap_or(&Locale::ENGLISH).to_string(),
        created_at: challenge.minted_at().to_string(),
        expires_at: challenge.standing.expires_at.to_string(),
        attempts_remaining: challenge.standing.attempts_remaining(),
        resend_at: moment(challenge.resend_at),
        sends_remaining: challenge.sends_remaining,
        delivery: DeliverySnapshot::of(challenge),
        nonce: challenge.details.nonce().map(|nonce| nonce.as_str()),
        metadata: challenge.details.metadata(),
    };
    // Texts and numbers always serialise.
    serde_json::to_string(&snapshot).unwrap_or_default()
}

/// A route that can send nothing until its owner changes it.
#[derive(Serialize)]
struct RouteSnapshot<'a> {
    id: &'a str,
    /// The reason, as the token endpoint gave it.
    error: &'static str,
}

/// Serialises a route whose login was refused.
pub fn route_snapshot(route: &RouteHandle, refusal: TokenRefusal) -> String {
    let snapshot = RouteSnapshot { id: route.as_str(), error: refusal.as_str() };
    // Texts always serialise.
    serde_json::to_string(&snapshot).unwrap_or_default()
}

/// An endpoint that was disabled, as the others are told.
#[derive(Serialize)]
struct WebhookSnapshot<'a> {
    id: &'a str,
    description: &'a str,
    /// Why.
    disabled_for: &'static str,
}

/// Serialises an endpoint that was disabled. The URL is left out: it may contain a secret
/// of its receiver.
pub fn webhook_snapshot(id: &WebhookHandle, description: &str, reason: DisabledFor) -> String {
    let snapshot = WebhookSnapshot { id: id.as_str(), description, disabled_for: reason.as_str() };
    // Texts always serialise.
    serde_json::to_string(&snapshot).unwrap_or_default()
}

/// A secret key that ends soon.
#[derive(Serialize)]
struct KeySnapshot<'a> {
    key: &'a str,
    name: &'a str,
    expires_at: String,
    last_used_at: Option<String>,
}

/// Serialises a secret key that ends soon.
pub fn key_snapshot(
    key: &KeyHandle,
    name: &str,
    expires_at: Timestamp,
    last_used_at: Option<Timestamp>,
) -> String {
    let (expires_at, last_used_at) = (expires_at.to_string(), last_used_at.map(|at| at.to_string()));
    let snapshot = KeySnapshot { key: key.as_str(), name, expires_at, last_used_at };
    // Texts always serialise.
    serde_json::to_string(&snapshot).unwrap_or_default()
}
