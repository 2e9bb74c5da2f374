//! The tenant, and its live challenges with known codes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use otpmint::crypto::shareable_key::Codec;
use otpmint::domain::id::ChallengeId;

use super::tenants::SecretKeys;

/// Codes of the default length.
const CODES: usize = 1_000_000;

/// Letters of a shareable key.
const KEY: usize = 23;

/// A challenge that can be answered, in a compact form: there may be millions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Known {
    key: [u8; KEY],
    code: u32,
}

impl Known {
    /// A challenge that was put into the store with the code of this number.
    pub(crate) fn preloaded(codec: &Codec, id: ChallengeId, code: u32) -> Option<Self> {
        let key = codec.encode(id).as_str().as_bytes().try_into().ok()?;
        Some(Self { key, code })
    }

    /// A minted challenge, from the answer; `None` if the answer has none.
    pub(crate) fn minted(answer: &[u8]) -> Option<Self> {
        let answer: serde_json::Value = serde_json::from_slice(answer).ok()?;
        let key = answer["key"].as_str()?.as_bytes().try_into().ok()?;
        Some(Self { key, code: answer["code"].as_str()?.parse().ok()? })
    }
}

/// The code of this number.
pub(crate) fn code(number: usize) -> String {
    format!("{:06}", number % CODES)
}

/// The tenant and its answerable challenges.
pub(crate) struct Preloaded {
    /// The tenant's keys.
    pub(crate) secret_keys: SecretKeys,
    challenges: Vec<Known>,
    recipients: Arc<AtomicUsize>,
}

impl Preloaded {
    /// The challenges of a new tenant.
    pub(crate) fn new(secret_keys: SecretKeys, challenges: Vec<Known>) -> Self {
        Self { secret_keys, challenges, recipients: Arc::default() }
    }

    /// Other challenges of the same tenant.
    pub(crate) fn with(&self, challenges: Vec<Known>) -> Self {
        let (secret_keys, recipients) = (self.secret_keys.clone(), Arc::clone(&self.recipients));
        Self { secret_keys, challenges, recipients }
    }

    /// The challenges.
    pub(crate) fn challenges(&self) -> &[Known] {
        &self.challenges
    }

    /// How many there are.
    pub(crate) fn rows(&self) -> usize {
        self.challenges.len()
    }

    /// The shareable key of a row.
    pub(crate) fn key(&self, row: usize) -> &str {
        std::str::from_utf8(&self.challenges[row].key).unwrap_or_default()
    }

    /// The code of a row.
    pub(crate) fn code(&self, row: usize) -> String {
        code(self.challenges[row].code as usize)
    }

    /// A wrong code for the row.
    pub(crate) fn wrong_code(&self, row: usize) -> String {
        code(self.challenges[row].code as usize + 1)
    }

    /// A new recipient: nobody may get many codes in a few seconds.
    pub(crate) fn next_recipient(&self) -> String {
        format!("user{}@mint.example", self.recipients.fetch_add(1, Ordering::Relaxed))
    }

    #[cfg(test)]
    pub(crate) fn example(rows: u32) -> Self {
        let key = |row| format!("{row:a>KEY$}").into_bytes().try_into().unwrap();
        let secret_keys = SecretKeys { usual: "usual".to_owned(), reveal: "reveal".to_owned() };
        Self::new(secret_keys, (0..rows).map(|row| Known { key: key(row), code: row }).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_code_is_not_the_right_one() {
        let preloaded = Preloaded::example(3);
        assert!((0..3).all(|row| preloaded.code(row) != preloaded.wrong_code(row)));
        assert_eq!(preloaded.code(2), "000002");
    }

    #[test]
    fn what_a_mint_tells_is_known() {
        let known = Known::minted(br#"{"key":"aaaaaaaaaaaaaaaaaaaaaab","code":"000042"}"#);
        assert_eq!(known, Some(Known { key: *b"aaaaaaaaaaaaaaaaaaaaaab", code: 42 }));
        assert_eq!(Known::minted(br#"{"key":"aaaaaaaaaaaaaaaaaaaaaab"}"#), None);
        assert_eq!(Known::minted(b"none"), None);
    }

    #[test]
    fn no_recipient_comes_twice() {
        let preloaded = Preloaded::example(1);
        let other = preloaded.with(Vec::new());
        assert_ne!(preloaded.next_recipient(), other.next_recipient());
    }
}
