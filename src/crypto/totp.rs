//! Codes of authenticator apps (RFC 6238).

pub mod import;
mod migration;

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use subtle::ConstantTimeEq;
use totp_rs::{Algorithm, Builder, Secret, Totp};
use zeroize::Zeroizing;

use crate::domain::challenges::code::{Answer, parse_answer};
use crate::domain::factors::shape::{TotpAlgorithm, TotpShape};
use crate::domain::random::Entropy;
use crate::domain::time::Timestamp;

/// The fewest bytes of a secret: 80 bits, as old apps have them.
pub const MIN_SIZE: usize = 10;
/// The most bytes of a secret: the block size of SHA-1 and SHA-256.
pub const MAX_SIZE: usize = 64;

/// The digits of a code of the usual shape.
const DIGITS: usize = 6;

/// Returns whether a text can be a code of the usual shape.
pub fn is_code(text: &str) -> bool {
    let digits = |code: &Answer| code.expose().bytes().all(|digit| digit.is_ascii_digit());
    parse_answer(text).is_some_and(|code| code.expose().len() == DIGITS && digits(&code))
}

/// The secret that an authenticator app and this server share. It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSecret(Zeroizing<Vec<u8>>);

impl TotpSecret {
    /// Returns a fresh secret of the output size of the algorithm (RFC 4226 §4, R6; RFC 6238 §5.1).
    pub fn draw(algorithm: TotpAlgorithm, entropy: &dyn Entropy) -> Self {
        let size = match algorithm {
            TotpAlgorithm::Sha1 => 20,
            TotpAlgorithm::Sha256 => 32,
            TotpAlgorithm::Sha512 => 64,
        };
        let mut bytes = Zeroizing::new(vec![0; size]);
        entropy.fill(&mut bytes);
        Self(bytes)
    }

    /// Creates a secret from its stored bytes.
    pub fn from_bytes(bytes: Zeroizing<Vec<u8>>) -> Option<Self> {
        (MIN_SIZE..=MAX_SIZE).contains(&bytes.len()).then_some(Self(bytes))
    }

    /// Parses a secret in base32, as a person or a program writes it: in either case, in groups, with or
    /// without padding.
    pub fn parse(text: &str) -> Option<Self> {
        let mut plain = Zeroizing::new(String::with_capacity(text.len()));
        let letters = text.trim().trim_end_matches('=').chars();
        plain.extend(letters.filter(|c| !matches!(c, ' ' | '-')).map(|c| c.to_ascii_uppercase()));
        let secret = Secret::try_from_base32(plain.as_str()).ok()?;
        Self::from_bytes(Zeroizing::new(secret.as_bytes().to_vec()))
    }

    /// Returns the bytes to store, sealed.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Returns the text that a person types: letters and digits.
    pub fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(Secret::from(self.as_bytes()).to_base32())
    }

    /// Returns the URI that an app reads from a QR code
    /// (<https://github.com/google/google-authenticator/wiki/Key-Uri-Format>). Everything is said, also
    /// what is usual.
    pub fn uri(&self, shape: TotpShape, issuer: &str, account: &str) -> Zeroizing<String> {
        let (issuer, account) = (escaped(issuer), escaped(account));
        let label = if issuer.is_empty() { account } else { format!("{issuer}:{account}") };
        let issuer = if issuer.is_empty() { issuer } else { format!("&issuer={issuer}") };
        Zeroizing::new(format!(
            "otpauth://totp/{label}?secret={}{issuer}&algorithm={}&digits={}&period={}",
            self.text().as_str(),
            shape.algorithm().as_str(),
            shape.digits(),
            shape.period(),
        ))
    }

    /// Returns the steps that this code belongs to, in order: that of `now`, the one before and the one
    /// after (RFC 6238 §5.2). The caller must not accept a step twice.
    pub fn steps(&self, shape: TotpShape, code: &Answer, now: Timestamp) -> Vec<i64> {
        let Ok(seconds) = u64::try_from(now.as_millis() / 1_000) else { return Vec::new() };
        let (totp, period) = (self.totp(shape), u64::from(shape.period()));
        let step = seconds / period;
        let is_code = |step: &u64| {
            let right = Zeroizing::new(totp.generate(step * period).to_string());
            bool::from(right.as_bytes().ct_eq(code.expose().as_bytes()))
        };
        // Every step is computed, whichever matches.
        let found = (step.saturating_sub(1)..=step + 1).filter(is_code);
        found.filter_map(|step| i64::try_from(step).ok()).collect()
    }

    /// Returns the first of these steps for a code of the usual shape.
    pub fn step(&self, code: &str, now: Timestamp) -> Option<u64> {
        let steps = self.steps(TotpShape::STANDARD, &parse_answer(code)?, now);
        steps.first().and_then(|step| u64::try_from(*step).ok())
    }

    fn totp(&self, shape: TotpShape) -> Totp {
        let algorithm = match shape.algorithm() {
            TotpAlgorithm::Sha1 => Algorithm::SHA1,
            TotpAlgorithm::Sha256 => Algorithm::SHA256,
            TotpAlgorithm::Sha512 => Algorithm::SHA512,
        };
        Builder::new()
            .with_algorithm(algorithm)
            .with_digits(shape.digits())
            .with_step_duration(shape.period().into())
            .with_secret(Secret::from(self.as_bytes()))
            // The bounds of the library are stricter than those above; theirs are checked elsewhere.
            .build_noncompliant()
    }
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret(…)")
    }
}

/// Writes a text so that it can be part of a URI, colons included.
fn escaped(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// Everything but the unreserved characters of RFC 3986 §2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

#[cfg(test)]
mod tests;
