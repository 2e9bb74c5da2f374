//! `[codes]` and `[phone]`.

use serde::Deserialize;

use crate::config::read;

/// `[codes]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Codes {
    /// What codes are drawn from.
    pub alphabet: AlphabetName,
    /// Characters.
    pub length: usize,
    /// Lifetime of those in mails, and of those that are revealed.
    pub ttl_seconds: u64,
    /// Lifetime of those to phone numbers.
    pub phone_ttl_seconds: u64,
    /// Answers that are evaluated.
    pub attempts: u8,
    /// How often one code may be sent.
    pub sends: u8,
    /// The pauses between messages.
    #[serde(deserialize_with = "read::numbers")]
    pub resend_after_seconds: Vec<u64>,
    /// How long an ended challenge is kept.
    pub keep_ended_seconds: u64,
}

/// What codes are drawn from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(try_from = "String")]
pub enum AlphabetName {
    /// `0` to `9`.
    Digits,
    /// Letters and digits without look-alikes.
    Unambiguous,
}

impl TryFrom<String> for AlphabetName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        read::one_of(&text, &[("digits", Self::Digits), ("unambiguous", Self::Unambiguous)])
    }
}

/// `[phone]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phone {
    /// Where codes may be sent.
    #[serde(deserialize_with = "read::texts")]
    pub countries: Vec<String>,
}
