//! The hashes under which console tokens are stored.

use crate::crypto::console::TokenKind;
use crate::crypto::key::Key;
use crate::domain::secret::{TokenHash, tagged};

use super::Keyring;
use super::ring::Version;

impl Keyring {
    /// Returns the hashes of a token under all versions of the key. The first is the one for new tokens.
    pub fn token_hashes(&self, kind: TokenKind, token: &str) -> Vec<TokenHash> {
        let ring = self.present.ring();
        ring.request.present_first().map(|version| hash(version, kind, token)).collect()
    }

    /// Returns the hash under which a new token is stored.
    pub fn token_hash(&self, kind: TokenKind, token: &str) -> TokenHash {
        hash(self.present.ring().request.in_use(), kind, token)
    }
}

fn hash(version: &Version<Key>, kind: TokenKind, token: &str) -> TokenHash {
    TokenHash(tagged(version.number, version.key.mac(&[kind.label(), token.as_bytes()])))
}
