//! Shareable keys and page keys: a challenge's row, encrypted into 23 letters.
//!
//! The row number and eight zero bytes make one AES block; the zeros are the tag. A made-up key decrypts to
//! something else with probability 1 - 2^-64 and never reaches the store. Rows can be numbered in order of
//! minting, and the key reveals nothing about them.
//!
//! The key of a challenge's page has other bytes instead of the zeros. So the address of a page cannot be
//! used with the API, and vice versa. The same holds for the addresses to which providers report: those of
//! single messages, and those of a tenant; for the token that a provider shows before it uses the latter; and for
//! the sids of [`sids`](super::sids).

use std::fmt;
use std::sync::Arc;

use crate::domain::factors::factor::FactorId;
use crate::domain::id::{self, ChallengeId, TenantId};
use crate::domain::policy::MAX_SENDS;

use super::keyring::ring::CurrentRing;

/// ASCII letters only, like the keys that existing clients know: 52^23 > 2^128.
const LETTERS: &[u8; 52] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const SIZE: usize = 23;

/// The bytes after the row in a shareable key.
const SHAREABLE: u64 = 0;
/// The bytes after the row in the key of a page.
const PAGE: u64 = u64::from_be_bytes(*b"page key");
/// The bytes after the row of a factor in the key of its page.
const FACTOR_PAGE: u64 = u64::from_be_bytes(*b"factorpg");
/// The bytes after the row in the key of a message; the last one is the number of the message.
const MESSAGE: u64 = u64::from_be_bytes(*b"message\0");
/// The bytes after the row in the id of a relayed message.
const RELAYED: u64 = u64::from_be_bytes(*b"relayed\0");
/// The bytes after the row of a tenant in the key of its callbacks.
const CALLBACKS: u64 = u64::from_be_bytes(*b"callback");
/// The bytes after the row of a tenant in the token of its callbacks.
const HANDSHAKE: u64 = u64::from_be_bytes(*b"handshak");

/// A challenge's public handle.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ShareableKey(String);

impl ShareableKey {
    /// Returns the 23 letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Converts rows to keys and back.
#[derive(Clone)]
pub struct Codec {
    present: CurrentRing,
}

impl Codec {
    pub(super) fn new(present: CurrentRing) -> Self {
        Self { present }
    }

    /// Returns the key of a challenge, or the id of a relayed message, which opens nothing that a key does.
    /// It never changes, because the time of the mint, which is part of the identity, determines the version.
    pub fn encode(&self, id: ChallengeId) -> ShareableKey {
        ShareableKey(self.encrypt(id, if id.is_relayed() { RELAYED } else { SHAREABLE }))
    }

    /// Returns the message of a relayed message's id.
    pub fn decode_relayed(&self, text: &str) -> Option<ChallengeId> {
        self.decrypt(text, RELAYED).filter(|id| id.is_relayed())
    }

    /// Returns the challenge of a key, or the message of a relayed message's id.
    pub fn decode_either(&self, text: &str) -> Option<ChallengeId> {
        self.decode(text).or_else(|| self.decode_relayed(text))
    }

    /// Returns the key of a challenge's page.
    pub fn encode_page(&self, id: ChallengeId) -> String {
        self.encrypt(id, PAGE)
    }

    /// Returns the challenge of a key; `None` for every text that is not one of our keys. A version
    /// creates keys only for its own time, so somebody with a leaked former version cannot name a
    /// challenge minted after it.
    pub fn decode(&self, text: &str) -> Option<ChallengeId> {
        self.decrypt(text, SHAREABLE).filter(|id| !id.is_relayed())
    }

    /// Returns the key of a message, by its number within the challenge.
    pub fn encode_message(&self, id: ChallengeId, number: u8) -> String {
        self.encrypt(id, MESSAGE | u64::from(number))
    }

    /// Returns the challenge and the number of a message's key.
    pub fn decode_message(&self, text: &str) -> Option<(ChallengeId, u8)> {
        (1..=MAX_SENDS)
            .find_map(|number| self.decrypt(text, MESSAGE | u64::from(number)).map(|id| (id, number)))
    }

    /// Returns the key of a tenant's callbacks.
    pub fn encode_callbacks(&self, id: TenantId) -> String {
        self.encrypt(ChallengeId(id.0), CALLBACKS)
    }

    /// Returns the token that providers show to use a tenant's callbacks.
    pub fn encode_handshake(&self, id: TenantId) -> String {
        self.encrypt(ChallengeId(id.0), HANDSHAKE)
    }

    /// Returns the tenant of the token of its callbacks.
    pub fn decode_handshake(&self, text: &str) -> Option<TenantId> {
        self.decrypt(text, HANDSHAKE).map(|id| TenantId(id.0))
    }

    /// Returns the tenant of the key of its callbacks.
    pub fn decode_callbacks(&self, text: &str) -> Option<TenantId> {
        self.decrypt(text, CALLBACKS).map(|id| TenantId(id.0))
    }

    /// Returns the key of the page of a factor.
    pub fn encode_factor_page(&self, id: FactorId) -> String {
        self.encrypt(ChallengeId(id.0), FACTOR_PAGE)
    }

    /// Returns the factor of the key of its page.
    pub fn decode_factor_page(&self, text: &str) -> Option<FactorId> {
        self.decrypt(text, FACTOR_PAGE).map(|id| FactorId(id.0))
    }

    /// Returns the challenge of a page's key.
    pub fn decode_page(&self, text: &str) -> Option<ChallengeId> {
        self.decrypt(text, PAGE)
    }

    fn encrypt(&self, id: ChallengeId, tag: u64) -> String {
        to_letters(self.encrypt_row(id.0, tag))
    }

    fn decrypt(&self, text: &str, tag: u64) -> Option<ChallengeId> {
        self.decrypt_row(from_letters(text)?, tag).map(ChallengeId)
    }

    /// Encrypts a row with a tag, for names in another form than letters.
    pub(super) fn encrypt_row(&self, row: i64, tag: u64) -> u128 {
        let ring = self.present.ring();
        let cipher = &ring.shareable_key.at(id::moment(row)).key;
        cipher.encrypt(u128::from(row.cast_unsigned()) << 64 | u128::from(tag))
    }

    /// Returns the row of a number that was encrypted with this tag.
    pub(super) fn decrypt_row(&self, number: u128, tag: u64) -> Option<i64> {
        let ring = self.present.ring();
        ring.shareable_key.newest_first().find_map(|version| {
            let plain = version.key.decrypt(number);
            let found = (plain as u64 == tag).then_some((plain >> 64) as i64)?;
            let expected = ring.shareable_key.at(id::moment(found));
            Arc::ptr_eq(&expected.key, &version.key).then_some(found)
        })
    }

    /// Returns the letters of a number.
    #[cfg(test)]
    pub(super) fn letters(number: u128) -> String {
        to_letters(number)
    }
}

impl fmt::Debug for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Codec(…)")
    }
}

fn to_letters(mut number: u128) -> String {
    let mut letters = [0; SIZE];
    for letter in letters.iter_mut().rev() {
        *letter = LETTERS[(number % 52) as usize];
        number /= 52;
    }
    letters.iter().map(|letter| char::from(*letter)).collect()
}

fn from_letters(text: &str) -> Option<u128> {
    if text.len() != SIZE {
        return None;
    }
    text.bytes().try_fold(0_u128, |number, letter| {
        let digit = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            _ => return None,
        };
        number.checked_mul(52)?.checked_add(u128::from(digit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::keyring::tests::keyring;
    use proptest::prelude::*;

    #[test]
    fn keys_of_neighbouring_rows_have_nothing_in_common() {
        let codec = keyring().shareable_keys();
        let (one, two) = (codec.encode(ChallengeId(2)), codec.encode(ChallengeId(4)));
        assert!(one.as_str().bytes().all(|b| b.is_ascii_alphabetic()) && one.as_str().len() == 23);
        let same = one.as_str().bytes().zip(two.as_str().bytes()).filter(|(a, b)| a == b).count();
        assert!(same < 6, "{one:?} {two:?}");
    }

    #[test]
    fn a_page_and_its_challenge_cannot_be_named_by_the_key_of_the_other() {
        let codec = keyring().shareable_keys();
        let (key, page) = (codec.encode(ChallengeId(8)), codec.encode_page(ChallengeId(8)));
        assert_eq!(codec.decode_page(&page), Some(ChallengeId(8)));
        assert_eq!((codec.decode(&page), codec.decode_page(key.as_str())), (None, None));
        let factor = codec.encode_factor_page(FactorId(7));
        assert_eq!(codec.decode_factor_page(&factor), Some(FactorId(7)));
        assert_eq!((codec.decode_page(&factor), codec.decode_factor_page(&page)), (None, None));
    }

    #[test]
    fn a_message_and_a_tenant_have_keys_that_name_nothing_else() {
        let codec = keyring().shareable_keys();
        let (message, tenant) =
            (codec.encode_message(ChallengeId(8), 3), codec.encode_callbacks(TenantId(7)));
        assert_eq!(codec.decode_message(&message), Some((ChallengeId(8), 3)));
        assert_eq!(codec.decode_callbacks(&tenant), Some(TenantId(7)));
        for other in [&tenant, &codec.encode_page(ChallengeId(8)), codec.encode(ChallengeId(8)).as_str()] {
            assert_eq!(codec.decode_message(other), None);
        }
        assert_eq!((codec.decode_callbacks(&message), codec.decode(&message)), (None, None));
        let token = codec.encode_handshake(TenantId(7));
        assert_eq!(codec.decode_handshake(&token), Some(TenantId(7)));
        assert_eq!((codec.decode_callbacks(&token), codec.decode_handshake(&tenant)), (None, None));
        assert_ne!(message, codec.encode_message(ChallengeId(8), 2));
    }

    proptest! {
        #[test]
        fn every_row_comes_back(row in any::<i64>()) {
            let codec = keyring().shareable_keys();
            let (id, key) = (ChallengeId(row), codec.encode(ChallengeId(row)));
            prop_assert_eq!(codec.decode(key.as_str()), Some(id).filter(|id| !id.is_relayed()));
            prop_assert_eq!(codec.decode_relayed(key.as_str()), Some(id).filter(|id| id.is_relayed()));
            prop_assert_eq!(codec.decode_either(key.as_str()), Some(id));
        }

        #[test]
        fn nothing_else_is_a_key(text in "[A-Za-z]{22,24}|.*") {
            prop_assert_eq!(keyring().shareable_keys().decode(&text), None);
        }
    }
}
