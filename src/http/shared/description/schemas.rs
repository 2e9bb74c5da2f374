//! Schemas that cannot be derived: words, maps, addresses.

use serde_json::{Value, json};
use utoipa::openapi::{RefOr, Schema};

use crate::domain::challenges::challenge::ChallengeStatus;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::details::{MAX_ENTRIES, MAX_NAME, MAX_VALUE};
use crate::domain::deliveries::delivery::{DeliveryError, DeliveryStatus};

/// Reads a part of the document from JSON, which is shorter and easier to compare with the standard
/// than its builders are.
pub(crate) fn part<T: serde::de::DeserializeOwned>(json: Value) -> T {
    match serde_json::from_value(json) {
        Ok(part) => part,
        Err(error) => unreachable!("a part of the document that is written in the source: {error}"),
    }
}

/// A few short texts under names of the caller's choice.
pub(crate) fn entries() -> RefOr<Schema> {
    part(json!({
        "type": "object",
        "description": format!(
            "At most {MAX_ENTRIES} entries, with names of at most {MAX_NAME} bytes and values of at most {MAX_VALUE}."
        ),
        "propertyNames": { "type": "string", "minLength": 1, "maxLength": MAX_NAME },
        "additionalProperties": { "type": "string", "maxLength": MAX_VALUE },
        "maxProperties": MAX_ENTRIES,
        "examples": [{ "order": "4711" }],
    }))
}

/// Texts for templates.
pub(crate) fn vars() -> RefOr<Schema> {
    part(json!({
        "type": "object",
        "description": format!(
            "At most {MAX_ENTRIES} entries, with names of at most {MAX_NAME} letters, digits and underscores, and \
             values of at most {MAX_VALUE} bytes on one line."
        ),
        "propertyNames": { "type": "string", "pattern": "^[a-z][a-z0-9_]*$", "maxLength": MAX_NAME },
        "additionalProperties": { "type": "string", "pattern": "^[^\\x00-\\x1f\\x7f-\\x9f]*$", "maxLength": MAX_VALUE },
        "maxProperties": MAX_ENTRIES,
        "examples": [{ "amount": "12.50 EUR" }],
    }))
}

/// The address of an end user.
pub(crate) fn address() -> RefOr<Schema> {
    part(json!({
        "description": "The address of the end user, as the caller sees it. The limits for addresses then apply to it.",
        "anyOf": [
            { "type": "string", "format": "ipv4", "maxLength": 15 },
            { "type": "string", "format": "ipv6", "maxLength": 45 },
            { "type": "null" },
        ],
        "examples": ["203.0.113.7"],
    }))
}

/// Where a challenge stands.
pub(crate) fn challenge_status() -> RefOr<Schema> {
    use ChallengeStatus::{Canceled, Exhausted, Expired, Pending, Verified};
    let words = [Pending, Verified, Expired, Exhausted, Canceled].map(ChallengeStatus::as_str);
    part(json!({
        "type": "string",
        "description": "`pending` until it is answered; the others are final.",
        "enum": words,
    }))
}

/// Where a challenge stands that everybody with its key may look at.
pub(crate) fn public_status() -> RefOr<Schema> {
    part(json!({
        "type": "string",
        "description": "`pending`, or `verified` in the answer that verifies it.",
        "enum": [ChallengeStatus::Pending.as_str(), ChallengeStatus::Verified.as_str()],
    }))
}

/// The medium of a code.
pub(crate) fn channel() -> RefOr<Schema> {
    part(json!({
        "type": "string",
        "description": "How the code travels; `none` where the tenant delivers it by itself.",
        "enum": [ChannelKind::Email.as_str(), ChannelKind::None.as_str()],
    }))
}

/// Where a delivery stands.
pub(crate) fn delivery_status() -> RefOr<Schema> {
    use DeliveryStatus::{Failed, Queued, Sent};
    let words = [Queued, Sent, Failed].map(DeliveryStatus::as_str);
    part(json!({
        "type": "string",
        "description": "`sent` when the mail server has accepted the message.",
        "enum": words,
    }))
}

/// Why a delivery failed.
pub(crate) fn delivery_error() -> RefOr<Schema> {
    let words = DeliveryError::ALL.map(|reason| json!(reason.as_str()));
    part(json!({
        "type": ["string", "null"],
        "description": "Why it failed; null unless it did.",
        "enum": words.into_iter().chain([Value::Null]).collect::<Vec<_>>(),
    }))
}
