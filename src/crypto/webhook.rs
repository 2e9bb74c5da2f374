//! Signatures of webhooks according to Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::domain::random::Entropy;

const PREFIX: &str = "whsec_";
/// 256 bits; the standard requires 192 to 512.
const SIZE: usize = 32;

/// A signing secret: `whsec_` and 32 random bytes in base64. Both sides know it.
#[derive(Clone)]
pub struct SigningSecret(SecretString);

/// A text that is not a signing secret.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a signing secret")]
pub struct NotASecret;

impl SigningSecret {
    /// Returns a fresh secret.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let bytes: Zeroizing<[u8; SIZE]> = Zeroizing::new(entropy.bytes());
        Self(SecretString::from(format!("{PREFIX}{}", STANDARD.encode(*bytes))))
    }

    /// Parses a secret from its stored form.
    pub fn kept(text: &str) -> Result<Self, NotASecret> {
        decode(text)?;
        Ok(Self(SecretString::from(text)))
    }

    /// Returns the secret itself, to seal it and to show it once.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Returns the signature of one try, in the form of the header `webhook-signature`.
    pub fn sign(&self, id: &str, timestamp: i64, body: &str) -> Result<String, NotASecret> {
        let key = decode(self.expose())?;
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(|_| NotASecret)?;
        mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
        Ok(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
    }
}

fn decode(text: &str) -> Result<Zeroizing<Vec<u8>>, NotASecret> {
    let encoded = text.strip_prefix(PREFIX).ok_or(NotASecret)?;
    STANDARD.decode(encoded).map(Zeroizing::new).map_err(|_| NotASecret)
}

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::master::tests::CountingEntropy;

    /// Uses the test vector of the reference library: `standardwebhooks`, `test_sign`.
    #[test]
    fn signs_as_the_reference_library_does() {
        let secret = SigningSecret::kept("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signature = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signature.unwrap(), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_fresh_secret_has_256_bits_and_is_not_shown() {
        let entropy = CountingEntropy::default();
        let (one, other) = (SigningSecret::generate(&entropy), SigningSecret::generate(&entropy));
        assert_ne!(one.expose(), other.expose());
        assert_eq!(decode(one.expose()).unwrap().len(), SIZE);
        assert_eq!(format!("{one:?}"), "SigningSecret(…)");
        assert_eq!(SigningSecret::kept("whsec_!").err(), Some(NotASecret));
        assert_eq!(SigningSecret::kept("c2VjcmV0").err(), Some(NotASecret));
    }
}
