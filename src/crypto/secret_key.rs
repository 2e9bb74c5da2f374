//! Secret keys: a tenant's credential, generated here or chosen by the tenant.

use std::borrow::Cow;
use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use crate::domain::passwords::guesses;
use crate::domain::random::Entropy;

const PREFIX: &str = "otpm_";
/// The prefix of keys that open a sandbox, so that everybody sees that they protect nothing.
const TEST_PREFIX: &str = "otpm_test_";
/// 43 characters of 62 hold 256 bits.
pub(super) const BODY: usize = 43;
const CHECKSUM: usize = 6;
pub(super) const ALPHABET: [char; 62] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K',
    'L', 'M', 'N', 'O', 'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', 'a', 'b', 'c', 'd', 'e', 'f',
    'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z',
];

/// The minimum number of characters of a chosen key.
pub const MIN_CHOSEN: usize = 16;
/// The maximum number of bytes of a key.
pub const MAX_CHOSEN: usize = 256;

/// A secret key in clear: as received in a request, or as shown once after it was created.
#[derive(Clone)]
pub struct SecretKey(SecretString);

/// A key that is too short, too guessable, or a mistyped generated key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not usable as a secret key")]
pub struct UnusableKey;

impl SecretKey {
    /// Generates a key of 256 random bits: `otpm_`, 43 letters and digits, and a checksum of six,
    /// so that a scanner can distinguish a leaked key from a random word.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self::drawn(PREFIX, entropy)
    }

    /// Generates a key for a sandbox, with the prefix `otpm_test_`.
    pub fn generate_test(entropy: &dyn Entropy) -> Self {
        Self::drawn(TEST_PREFIX, entropy)
    }

    fn drawn(prefix: &str, entropy: &dyn Entropy) -> Self {
        let body = entropy.text(&ALPHABET, BODY);
        let sum = checksum(&body);
        Self(SecretString::from(format!("{prefix}{body}{sum}")))
    }

    /// Wraps a key as a caller presents it. Only its shape is checked.
    pub fn presented(text: &str) -> Result<Self, UnusableKey> {
        let shape = (MIN_CHOSEN..=MAX_CHOSEN).contains(&text.len()) && !text.chars().any(char::is_control);
        if shape && is_generated_or_other(text) {
            Ok(Self(SecretString::from(text)))
        } else {
            Err(UnusableKey)
        }
    }

    /// Returns whether a text has the shape of a generated key, which cannot be guessed.
    pub fn is_generated(text: &str) -> bool {
        text.starts_with(PREFIX) && is_generated_or_other(text)
    }

    /// Returns a generated key with its underscores, from which they were left out: some clients send letters and
    /// digits only. Any other text is returned as it is.
    pub fn with_underscores(text: &str) -> Cow<'_, str> {
        let whole = |prefix: &str| {
            let bare = prefix.replace('_', "");
            let rest = text.strip_prefix(&bare).filter(|rest| rest.len() == BODY + CHECKSUM)?;
            let whole = format!("{prefix}{rest}");
            is_generated_or_other(&whole).then_some(whole)
        };
        [PREFIX, TEST_PREFIX].into_iter().find_map(whole).map_or(Cow::Borrowed(text), Cow::Owned)
    }

    /// Accepts a key that a tenant chose: at least 16 characters that are hard to guess, rated like
    /// a password (at least 10^10 guesses).
    pub fn chosen(text: &str) -> Result<Self, UnusableKey> {
        let key = Self::presented(text)?;
        let long_enough = text.chars().count() >= MIN_CHOSEN;
        let strong = guesses(text, &["otpmint", "secretkey"]) >= zxcvbn::Score::Four;
        if long_enough && strong { Ok(key) } else { Err(UnusableKey) }
    }

    /// Returns whether the key opens a sandbox.
    pub fn is_test(&self) -> bool {
        self.expose().starts_with(TEST_PREFIX)
    }

    /// Returns the key itself, for its keyed hash and for showing it once.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Returns the last four characters, by which its owner recognises it.
    pub fn hint(&self) -> String {
        let count = self.expose().chars().count();
        self.expose().chars().skip(count.saturating_sub(4)).collect()
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

/// Returns whether a key with our prefix has our shape and checksum. Any other key has no checksum
/// and passes.
fn is_generated_or_other(text: &str) -> bool {
    let rest = text.strip_prefix(TEST_PREFIX).or_else(|| text.strip_prefix(PREFIX));
    let Some(rest) = rest else { return true };
    rest.is_ascii() && rest.len() == BODY + CHECKSUM && checksum(&rest[..BODY]) == rest[BODY..]
}

/// Returns the characters at the end of a generated secret by which a scanner knows it from a random word.
pub(super) fn checksum(body: &str) -> String {
    let mut rest = crc32fast::hash(body.as_bytes()) as usize;
    let mut digits = ['0'; CHECKSUM];
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[rest % ALPHABET.len()];
        rest /= ALPHABET.len();
    }
    digits.iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::master::tests::CountingEntropy;

    #[test]
    fn generated_keys_have_a_prefix_and_a_checksum() {
        let key = SecretKey::generate(&CountingEntropy::default());
        assert!(key.expose().starts_with("otpm_"));
        assert_eq!(key.expose().len(), 5 + 43 + 6);
        assert!(SecretKey::presented(key.expose()).is_ok());
        let mut mistyped = key.expose().to_owned();
        mistyped.replace_range(10..11, if &mistyped[10..11] == "x" { "y" } else { "x" });
        assert!(SecretKey::presented(&mistyped).is_err());
    }

    #[test]
    fn test_keys_are_told_from_live_ones() {
        let (live, test) = (CountingEntropy::default(), CountingEntropy::default());
        let (live, test) = (SecretKey::generate(&live), SecretKey::generate_test(&test));
        assert!(test.expose().starts_with("otpm_test_") && test.is_test() && !live.is_test());
        assert!(SecretKey::is_generated(test.expose()));
        let cut = test.expose().replacen("otpm_test_", "otpm_", 1);
        assert_eq!(cut, live.expose());
        assert!(SecretKey::presented(&test.expose()[..test.expose().len() - 1]).is_err());
    }

    #[test]
    fn generated_keys_are_understood_without_underscores() {
        let entropy = CountingEntropy::default();
        for key in [SecretKey::generate(&entropy), SecretKey::generate_test(&entropy)] {
            let bare = key.expose().replace('_', "");
            assert_eq!(SecretKey::with_underscores(&bare), key.expose());
            assert_eq!(SecretKey::with_underscores(key.expose()), key.expose());
            let mut mistyped = bare.clone();
            mistyped.replace_range(20..21, if &bare[20..21] == "x" { "y" } else { "x" });
            assert_eq!(SecretKey::with_underscores(&mistyped), mistyped);
        }
        for other in ["", "otpm", "otpmtest", "otp", "a secret key of a tenant"] {
            assert_eq!(SecretKey::with_underscores(other), other);
        }
    }

    #[test]
    fn guessable_keys_cannot_be_chosen() {
        for bad in [
            "",
            "short",
            "aaaaaaaaaaaaaaaa",
            "password12345678",
            "1234567890123456",
            "qwertyuiopasdfgh",
            "secretkeysecretkey",
            "my key\nwith a line",
            "otpm_notgeneratedhere",
            "abcdabcdabcdabcd",
        ] {
            assert!(SecretKey::chosen(bad).is_err(), "{bad:?}");
        }
        for good in ["c4f1e0a97b3d5268", "correct-horse-battery-staple", "Zr8#kPw2!vQx5@Lm"] {
            assert!(SecretKey::chosen(good).is_ok(), "{good:?}");
        }
    }

    #[test]
    fn a_key_does_not_print_itself() {
        let key = SecretKey::generate(&CountingEntropy::default());
        assert_eq!(format!("{key:?}"), "SecretKey(…)");
        assert_eq!(key.hint().len(), 4);
    }
}
