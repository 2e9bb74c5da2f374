//! Codes of authenticator apps (RFC 6238): six digits from SHA-1, every thirty seconds, which every app
//! supports.

use totp_rs::{Builder, Secret, Totp};
use zeroize::Zeroizing;

use crate::domain::random::Entropy;
use crate::domain::time::Timestamp;

/// Bytes of a secret: the output size of SHA-1 (RFC 4226 §4, R6).
const SIZE: usize = 20;

/// The secret that an authenticator app and this server share. It is never printed.
pub struct TotpSecret(Zeroizing<Vec<u8>>);

impl TotpSecret {
    /// Returns a fresh secret.
    pub fn draw(entropy: &dyn Entropy) -> Self {
        Self(Zeroizing::new(entropy.bytes::<SIZE>().to_vec()))
    }

    /// Creates a secret from its stored bytes.
    pub fn from_bytes(bytes: Zeroizing<Vec<u8>>) -> Option<Self> {
        (bytes.len() == SIZE).then_some(Self(bytes))
    }

    /// Parses a secret as a person types it.
    pub fn parse(text: &str) -> Option<Self> {
        let secret = Secret::try_from_base32(text).ok()?;
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
    /// (<https://github.com/google/google-authenticator/wiki/Key-Uri-Format>).
    pub fn uri(&self, name: &str) -> Zeroizing<String> {
        // Neither the issuer nor a name contains a colon.
        Zeroizing::new(self.totp(name).to_url().unwrap_or_default())
    }

    /// Returns the step that this code belongs to: that of `now`, the one before or the one after.
    /// The caller must not accept a step twice.
    pub fn step(&self, code: &str, now: Timestamp) -> Option<u64> {
        let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let seconds = u64::try_from(now.as_millis() / 1000).ok()?;
        self.totp("").check(&digits, seconds)
    }

    fn totp(&self, name: &str) -> Totp {
        Builder::new()
            .with_secret(Secret::from(self.as_bytes()))
            .with_issuer(Some("OtpMint"))
            .with_account_name(name)
            .build_noncompliant()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    /// The secret of RFC 6238, Appendix B, whose codes have eight digits there.
    fn known() -> TotpSecret {
        TotpSecret(Zeroizing::new(b"12345678901234567890".to_vec()))
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")] {
            assert_eq!(known().step(code, at(seconds)), Some(seconds.unsigned_abs() / 30), "{code}");
        }
    }

    #[test]
    fn a_code_counts_for_its_neighbours_and_no_longer() {
        let step = |seconds| known().step("287 082", at(seconds));
        assert_eq!(
            [step(29), step(30), step(89), step(90), step(-5)],
            [Some(1), Some(1), Some(1), None, None]
        );
        for bad in ["", "28708", "2870820", "a87082", "287082\n1"] {
            assert_eq!(known().step(bad, at(59)), None, "{bad:?}");
        }
    }

    #[test]
    fn a_secret_is_written_and_read_alike() {
        let text = known().text();
        assert_eq!(TotpSecret::parse(&text).unwrap().as_bytes(), known().as_bytes());
        assert!(known().uri("jane").starts_with("otpauth://totp/OtpMint:jane?secret=GEZDGNBVGY3TQOJQ"));
        for bad in ["", "GEZDGNBV", "!!"] {
            assert!(TotpSecret::parse(bad).is_none(), "{bad}");
        }
    }
}
