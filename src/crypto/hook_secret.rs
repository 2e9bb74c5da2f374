//! The secrets with which identity servers sign their requests, and the signatures.

use std::fmt;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::domain::hook::{SignatureScheme, SignedRequest};
use crate::domain::random::Entropy;
use crate::domain::time::Timestamp;

/// How far the time of a signature may be from ours: five minutes, as both schemes recommend.
const TOLERANCE: Duration = Duration::from_secs(300);
/// The prefix of secrets of Standard Webhooks, as Supabase writes them.
const PREFIX: &str = "v1,whsec_";
/// The separator of several secrets, as Supabase writes them.
const SEPARATOR: char = '|';
/// The longest text with secrets.
const LONGEST: usize = 1_000;
/// The shortest secret, in bytes.
const SHORTEST: usize = 16;
/// 256 bits.
const SIZE: usize = 32;

/// One or more secrets; each of them proves a request.
pub struct HookSecrets(SecretString);

/// A text that is not a secret of a scheme.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a secret of this scheme")]
pub struct NotASecret;

impl HookSecrets {
    /// Returns a fresh secret of Standard Webhooks.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let bytes: Zeroizing<[u8; SIZE]> = Zeroizing::new(entropy.bytes());
        Self(SecretString::from(format!("{PREFIX}{}", STANDARD.encode(*bytes))))
    }

    /// Parses the secrets of a product.
    pub fn parse(scheme: SignatureScheme, text: &str) -> Result<Self, NotASecret> {
        let secrets = Self(SecretString::from(text));
        let are_long = secrets.keys(scheme).all(|key| key.is_some_and(|key| key.len() >= SHORTEST));
        (text.len() <= LONGEST && are_long).then_some(secrets).ok_or(NotASecret)
    }

    /// Returns the secrets themselves, to seal them and to show them once.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Returns the last four characters.
    pub fn hint(&self) -> String {
        let text: Vec<char> = self.expose().chars().collect();
        text[text.len().saturating_sub(4)..].iter().collect()
    }

    fn keys(&self, scheme: SignatureScheme) -> impl Iterator<Item = Option<Zeroizing<Vec<u8>>>> {
        let key = move |text: &str| match scheme {
            SignatureScheme::StandardWebhooks => {
                STANDARD.decode(text.strip_prefix(PREFIX)?).ok().map(Zeroizing::new)
            }
            SignatureScheme::Zitadel => {
                text.bytes().all(|byte| byte.is_ascii_graphic()).then(|| text.as_bytes().to_vec().into())
            }
        };
        self.expose().split(SEPARATOR).map(key)
    }

    /// Returns whether one of the secrets has signed the request within the last minutes of `wall`.
    pub fn prove(&self, scheme: SignatureScheme, request: &SignedRequest<'_>, wall: Timestamp) -> bool {
        let (timestamp, signatures) = match scheme {
            SignatureScheme::StandardWebhooks => (Some(request.timestamp), standard(request.signature)),
            SignatureScheme::Zitadel => zitadel(request.signature),
        };
        let Some(timestamp) = timestamp.filter(|text| is_fresh(text, wall)) else { return false };
        let mut is_proved = false;
        for key in self.keys(scheme).flatten() {
            let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key) else { continue };
            if scheme == SignatureScheme::StandardWebhooks {
                mac.update(request.id.as_bytes());
                mac.update(b".");
            }
            mac.update(timestamp.as_bytes());
            mac.update(b".");
            mac.update(request.body);
            // The body is hashed once however many signatures a stranger sends.
            for signature in &signatures {
                is_proved |= mac.clone().verify_slice(signature).is_ok();
            }
        }
        is_proved
    }
}

fn is_fresh(timestamp: &str, wall: Timestamp) -> bool {
    let is_number = !timestamp.is_empty() && timestamp.bytes().all(|byte| byte.is_ascii_digit());
    let Some(seconds) = timestamp.parse::<i64>().ok().filter(|_| is_number) else { return false };
    let distance = seconds.saturating_sub(wall.as_millis().div_euclid(1_000)).unsigned_abs();
    distance <= TOLERANCE.as_secs()
}

/// Signatures of version 1, separated by spaces. Supabase puts a comma before each space.
fn standard(header: &str) -> Vec<Vec<u8>> {
    let token = |token: &str| {
        let signature = token.trim_end_matches(',').strip_prefix("v1,")?;
        STANDARD.decode(signature).ok()
    };
    header.split_ascii_whitespace().filter_map(token).collect()
}

/// The time, and the signatures of version 1, separated by commas.
fn zitadel(header: &str) -> (Option<&str>, Vec<Vec<u8>>) {
    let parts = || header.split(',').filter_map(|part| part.trim().split_once('='));
    let signature = |(name, value): (&str, &str)| (name == "v1").then(|| bytes(value)).flatten();
    let timestamp = parts().find_map(|(name, value)| (name == "t").then_some(value));
    (timestamp, parts().filter_map(signature).collect())
}

/// Parses pairs of hexadecimal digits.
fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pair = |pair: &[u8]| u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok();
    (hex.len().is_multiple_of(2)).then(|| hex.as_bytes().chunks_exact(2).map(pair).collect())?
}

impl fmt::Debug for HookSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HookSecrets(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::master::tests::CountingEntropy;

    const WALL: Timestamp = Timestamp::from_millis(1_614_265_330_000);

    /// The test vector of the reference library: `standardwebhooks`, `test_sign`.
    #[test]
    fn a_signature_of_the_reference_library_is_proved_among_others_and_with_commas() {
        use SignatureScheme::StandardWebhooks;
        let request = SignedRequest {
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
            timestamp: "1614265330",
            signature: "v1,AAAA, v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=, v2,x",
            body: br#"{"test": 2432232314}"#,
        };
        let secrets = |text| HookSecrets::parse(StandardWebhooks, text).unwrap();
        let several = secrets("v1,whsec_AAAAAAAAAAAAAAAAAAAAAAAA|v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let other = secrets("v1,whsec_AAAAAAAAAAAAAAAAAAAAAAAA");
        assert!(several.prove(StandardWebhooks, &request, WALL));
        assert!(!other.prove(StandardWebhooks, &request, WALL));
        for (late, is_fresh) in [(300, true), (301, false)] {
            let late = Duration::from_secs(late);
            assert_eq!(several.prove(StandardWebhooks, &request, WALL + late), is_fresh);
            assert_eq!(several.prove(StandardWebhooks, &request, WALL - late), is_fresh);
        }
        let altered = SignedRequest { body: b"{}", ..request };
        assert!(!several.prove(StandardWebhooks, &altered, WALL));
        for timestamp in ["", "+1614265330", "1614265330.0", "x"] {
            assert!(!several.prove(StandardWebhooks, &SignedRequest { timestamp, ..request }, WALL));
        }
    }

    #[test]
    fn a_text_that_is_no_secret_is_refused_and_a_fresh_one_is_long_and_not_shown() {
        use SignatureScheme::{StandardWebhooks, Zitadel};
        for bad in
            ["", "v1,whsec_", "v1,whsec_c2hvcnQ=", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "v1,whsec_!"]
        {
            assert!(HookSecrets::parse(StandardWebhooks, bad).is_err(), "{bad}");
        }
        assert!(HookSecrets::parse(Zitadel, "short").is_err());
        let long = "x".repeat(16);
        assert_eq!(HookSecrets::parse(Zitadel, &long).unwrap().hint(), "xxxx");
        let fresh = HookSecrets::generate(&CountingEntropy::default());
        assert!(HookSecrets::parse(StandardWebhooks, fresh.expose()).is_ok());
        assert_eq!(format!("{fresh:?}"), "HookSecrets(…)");
    }

    #[test]
    fn hexadecimal_digits_come_in_pairs() {
        assert_eq!(bytes("00fFa0"), Some(vec![0, 255, 160]));
        for bad in ["0", "0g", "é0"] {
            assert_eq!(bytes(bad), None, "{bad}");
        }
    }
}
