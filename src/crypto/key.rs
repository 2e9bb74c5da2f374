//! Keys.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::domain::random::Entropy;

/// A 256-bit key, erased when dropped and never printed.
#[derive(Clone)]
pub struct Key(Zeroizing<[u8; 32]>);

impl Key {
    pub(super) fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Generates a random key.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self::new(entropy.bytes())
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Computes HMAC-SHA-256 over `parts`, each preceded by its length, so that different lists of
    /// parts never give the same input.
    pub(super) fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut digest = self.begin();
        for part in parts {
            digest.add(part);
        }
        digest.finish()
    }

    /// Begins the same over parts that come one after the other.
    pub(super) fn begin(&self) -> KeyedDigest {
        // HMAC takes a key of any length, so this cannot fail.
        let Ok(mac) = Hmac::<Sha256>::new_from_slice(self.bytes()) else { unreachable!() };
        KeyedDigest(mac)
    }
}

/// A keyed digest that is being computed.
pub(super) struct KeyedDigest(Hmac<Sha256>);

impl KeyedDigest {
    /// Adds a part.
    pub(super) fn add(&mut self, part: &[u8]) {
        self.0.update(&(part.len() as u64).to_be_bytes());
        self.0.update(part);
    }

    /// Adds a part that may be absent, which is not the same as empty.
    pub(super) fn add_optional(&mut self, part: Option<&[u8]>) {
        match part {
            None => self.add(b"absent"),
            Some(part) => {
                self.add(b"present");
                self.add(part);
            }
        }
    }

    /// Returns the digest.
    pub(super) fn finish(self) -> [u8; 32] {
        self.0.finalize().into_bytes().into()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}
