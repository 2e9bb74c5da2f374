//! Schemas that cannot be derived: enums of words, maps, addresses.

use serde_json::{Value, json};
use utoipa::openapi::{RefOr, Schema};

use crate::domain::challenges::asking::Ask;
use crate::domain::challenges::challenge::ChallengeStatus;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::details::{MAX_ENTRIES, MAX_ENTRY_NAME, MAX_VALUE};
use crate::domain::limits::named::{LimitName, MAX_SUBJECT, MAX_SUBJECTS};
use crate::domain::tenants::template::Medium;

/// Builds a part of the document from JSON, which is shorter than the builders and easier to compare with the
/// standard.
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
            "At most {MAX_ENTRIES} entries, with names of at most {MAX_ENTRY_NAME} bytes and values of at most {MAX_VALUE}."
        ),
        "propertyNames": { "type": "string", "minLength": 1, "maxLength": MAX_ENTRY_NAME },
        "additionalProperties": { "type": "string", "maxLength": MAX_VALUE },
        "maxProperties": MAX_ENTRIES,
        "examples": [{ "order": "4711" }],
    }))
}

/// The `vars` of a mint.
pub(crate) fn vars() -> RefOr<Schema> {
    part(json!({
        "type": "object",
        "description": format!(
            "Texts for your templates, which use them as `vars.name`; the built-in mails say `context` above the code. At \
             most {MAX_ENTRIES} entries, with names of at most {MAX_ENTRY_NAME} letters, digits and underscores, and \
             values of at most {MAX_VALUE} bytes on one line."
        ),
        "propertyNames": { "type": "string", "pattern": "^[a-z][a-z0-9_]*$", "maxLength": MAX_ENTRY_NAME },
        "additionalProperties": { "type": "string", "pattern": "^[^\\x00-\\x1f\\x7f-\\x9f]*$", "maxLength": MAX_VALUE },
        "maxProperties": MAX_ENTRIES,
        "examples": [{ "amount": "12.50 EUR", "context": "Sign-in from Graz" }],
    }))
}

/// The `limits` of a mint.
pub(crate) fn subjects() -> RefOr<Schema> {
    part(json!({
        "type": "object",
        "description": "What your own limits (`limits.named` of the policy) count this mint for: a device, a session, a \
                        card. All of them are checked before one is counted. Only keyed hashes are stored.",
        "propertyNames": { "type": "string", "pattern": "^[a-z][a-z0-9_]*$", "maxLength": LimitName::MAX_LENGTH },
        "additionalProperties": { "type": "string", "minLength": 1, "maxLength": MAX_SUBJECT },
        "maxProperties": MAX_SUBJECTS,
        "examples": [{ "device": "7f1b6c0e" }],
    }))
}

/// Whether a tenant vouches for a device.
pub(crate) fn trusted() -> RefOr<Schema> {
    part(json!({
        "type": ["boolean", "null"],
        "description": "Whether you vouch for the device of your user, who has signed in there before, say. Then a code is \
                        minted although others have used up the recipient's wrong answers, and the first answer to it is \
                        evaluated from a small reserve. Only a request with the secret key may say so.",
        "examples": [true],
    }))
}

/// An enum of these words.
pub(crate) fn one_of<const N: usize>(description: &str, words: [&str; N]) -> RefOr<Schema> {
    part(json!({ "type": "string", "description": description, "enum": words.as_slice() }))
}

/// An enum of these words, or null.
pub(crate) fn one_of_or_null<const N: usize>(description: &str, words: [&str; N]) -> RefOr<Schema> {
    let words: Vec<_> = words.into_iter().map(Some).chain([None]).collect();
    part(json!({ "type": ["string", "null"], "description": description, "enum": words }))
}

/// The status of wanted challenges.
pub(crate) fn wanted_status() -> RefOr<Schema> {
    one_of_or_null(
        "Only challenges with this status, which is known as long as they are kept.",
        ChallengeStatus::ALL.map(ChallengeStatus::as_str),
    )
}

/// What a hosted page asks for.
pub(crate) fn ask() -> RefOr<Schema> {
    one_of_or_null(
        "What the hosted page asks its visitor for if `to` is absent: a mail address, a phone number, or one of both; \
         `email` if this is absent too.",
        Ask::ALL.map(Ask::as_str),
    )
}

/// The channel that a caller wishes.
pub(crate) fn wished_channel() -> RefOr<Schema> {
    one_of_or_null(
        "How the code is delivered; if absent, by `email` to a mail address and by `sms` to a phone number. With `none` \
         nothing is sent: the answer contains the code, if the key has `reveal`.",
        ChannelKind::ALL.map(ChannelKind::as_str),
    )
}

/// The channel that a relayed code is to be delivered over.
pub(crate) fn relay_channel() -> RefOr<Schema> {
    use ChannelKind::{Email, Sms, Telegram, Voice, Whatsapp};
    one_of_or_null(
        "How the code is delivered; if absent, by `email` to a mail address and by `sms` to a phone number. A call \
         (`voice`) needs a code of at most 10 letters and digits.",
        [Email, Sms, Whatsapp, Voice, Telegram].map(ChannelKind::as_str),
    )
}

/// The kind of message that a caller means.
pub(crate) fn wished_medium() -> RefOr<Schema> {
    one_of_or_null(
        "The kind of message: a mail, a text message or a call; `email` if absent.",
        Medium::ALL.map(Medium::as_str),
    )
}

/// The channel that a code is sent over when it is sent again.
pub(crate) fn other_channel() -> RefOr<Schema> {
    use ChannelKind::{Email, Sms, Telegram, Voice, Whatsapp};
    one_of_or_null(
        "The channel; the same as before if absent. It must reach the same recipient.",
        [Email, Sms, Whatsapp, Voice, Telegram].map(ChannelKind::as_str),
    )
}
