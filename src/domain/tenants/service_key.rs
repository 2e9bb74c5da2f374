//! RSA keys of service accounts, which sign their own proof of identity.

use std::fmt;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{PrivatePkcs1KeyDer, PrivatePkcs8KeyDer};
use secrecy::{ExposeSecret, SecretString};

/// The maximum length of a key's text, in bytes.
pub const MAX_KEY: usize = 16 * 1_024;

/// The least size of a key's modulus, in bytes (RFC 7518 §3.3).
const LEAST_MODULUS: usize = 256;

/// A private RSA key as PEM, which was parsed once. Never printed.
#[derive(Clone)]
pub struct ServiceKey(SecretString);

impl ServiceKey {
    /// Parses a key: PKCS#8 or PKCS#1 in PEM, of at least 2048 bits.
    pub fn parse(pem: &SecretString) -> Option<Self> {
        let text = pem.expose_secret();
        // A copy from a JSON file may still have the line breaks as two characters.
        let key = Self(SecretString::from(text.replace("\\n", "\n")));
        let is_long_enough = |pair: KeyPair| pair.public_modulus_len() >= LEAST_MODULUS;
        (text.len() <= MAX_KEY && key.pair().is_some_and(is_long_enough)).then_some(key)
    }

    /// Returns the PEM text.
    pub fn pem(&self) -> &SecretString {
        &self.0
    }

    /// Signs `message` with RS256 (RFC 7518 §3.3); `None` if AWS-LC has no memory for it.
    pub fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let pair = self.pair()?;
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).ok()?;
        Some(signature)
    }

    fn pair(&self) -> Option<KeyPair> {
        let pem = self.0.expose_secret().as_bytes();
        let pkcs8 = PrivatePkcs8KeyDer::from_pem_slice(pem).ok();
        let pkcs8 = pkcs8.and_then(|key| KeyPair::from_pkcs8(key.secret_pkcs8_der()).ok());
        pkcs8.or_else(|| {
            let key = PrivatePkcs1KeyDer::from_pem_slice(pem).ok()?;
            KeyPair::from_der(key.secret_pkcs1_der()).ok()
        })
    }
}

impl fmt::Debug for ServiceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServiceKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_rsa_key_is_refused() {
        let not_base64 = "-----BEGIN PRIVATE KEY-----\n!!!\n-----END PRIVATE KEY-----\n";
        let no_key = "-----BEGIN PRIVATE KEY-----\naGVsbG8=\n-----END PRIVATE KEY-----\n";
        for text in ["", "hello", not_base64, no_key, &"x".repeat(MAX_KEY + 1)] {
            assert!(ServiceKey::parse(&SecretString::from(text)).is_none(), "{text:.40}");
        }
    }
}
