//! The terms of receipts: their issuer, their lifetime, and what binds one to a single use.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// The minimum lifetime of a receipt. With a shorter one, a slow network or a slightly wrong clock
/// would make valid receipts useless.
pub const MIN_LIFETIME: Duration = Duration::from_secs(30);
/// The maximum lifetime of a receipt, which is short because a receipt cannot be revoked.
pub const MAX_LIFETIME: Duration = Duration::from_secs(300);

/// The maximum length of an issuer or a nonce, in bytes.
const MAX_TEXT: usize = 200;

/// The length of a SHA-256 hash, in bytes.
const HASH: usize = 32;

/// The issuer and the lifetime of receipts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReceiptTerms {
    issuer: String,
    lifetime: Duration,
}

/// The error for terms that are refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InvalidTerms {
    /// The issuer is empty, too long, or has other than visible ASCII characters.
    #[error("must have 1 to {MAX_TEXT} visible ASCII characters, without spaces")]
    Issuer,
    /// The lifetime is too short or too long.
    #[error("must be from {} to {} seconds", MIN_LIFETIME.as_secs(), MAX_LIFETIME.as_secs())]
    Lifetime,
}

impl ReceiptTerms {
    /// Creates terms, checking the issuer and the bounds of the lifetime.
    pub fn new(issuer: &str, lifetime: Duration) -> Result<Self, InvalidTerms> {
        if !is_plain(issuer) {
            return Err(InvalidTerms::Issuer);
        }
        if !(MIN_LIFETIME..=MAX_LIFETIME).contains(&lifetime) {
            return Err(InvalidTerms::Lifetime);
        }
        Ok(Self { issuer: issuer.to_owned(), lifetime })
    }

    /// Returns the `iss` claim of every receipt.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Returns the time from `iat` to `exp`.
    pub fn lifetime(&self) -> Duration {
        self.lifetime
    }
}

/// A value that an app sends along to recognise the receipt for its own request: 1 to 200 visible
/// ASCII characters.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Nonce(String);

impl Nonce {
    /// Parses a nonce.
    pub fn parse(text: &str) -> Option<Self> {
        is_plain(text).then(|| Self(text.to_owned()))
    }

    /// Returns the nonce as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The SHA-256 hash of what a receipt is bound to, such as a payment or a session: 43 characters of
/// base64url without padding (RFC 4648 §5).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BindHash(String);

impl BindHash {
    /// Parses a hash. Each hash has exactly one valid spelling.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        (bytes.len() == HASH).then(|| Self(text.to_owned()))
    }

    /// Returns the hash as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_plain(text: &str) -> bool {
    (1..=MAX_TEXT).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_stay_within_the_bounds() {
        let terms = |issuer: &str, seconds| ReceiptTerms::new(issuer, Duration::from_secs(seconds));
        for good in ["otpmint", "https://otp.example.com"] {
            assert_eq!(terms(good, 300).unwrap().issuer(), good);
        }
        for bad in ["", "two words", "zeile\n", "grün", &"a".repeat(201)] {
            assert_eq!(terms(bad, 300), Err(InvalidTerms::Issuer), "{bad:?}");
        }
        for bad in [0, 29, 301] {
            assert_eq!(terms("otpmint", bad), Err(InvalidTerms::Lifetime), "{bad}");
        }
    }

    #[test]
    fn nonces_are_short_and_plain() {
        assert_eq!(Nonce::parse("n-0S6_WzA2Mj").unwrap().as_str(), "n-0S6_WzA2Mj");
        for bad in ["", "a b", "a\0", &"a".repeat(201)] {
            assert!(Nonce::parse(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn a_bind_hash_is_a_whole_sha_256_written_in_the_one_way() {
        let empty = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";
        assert_eq!(BindHash::parse(empty).unwrap().as_str(), empty);
        // Too short, padded, the other alphabet, and bits beyond the last byte.
        for bad in ["", "47DE", &format!("{empty}="), &empty.replace('-', "+"), &empty.replace("FU", "FV")] {
            assert!(BindHash::parse(bad).is_none(), "{bad:?}");
        }
    }
}
