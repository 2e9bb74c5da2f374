//! The hashes under which tokens of the console are kept.

use crate::crypto::console::TokenKind;
use crate::crypto::key::Key;
use crate::domain::secret::{TokenHash, tagged};

use super::Keyring;
use super::ring::Version;

impl Keyring {
    /// The hashes that a token has under all versions of the key; first the one under which a new one is
    /// kept.
    pub fn token_hashes(&self, kind: TokenKind, token: &str) -> Vec<TokenHash> {
        let ring = self.present.ring();
        let versions = std::iter::once(ring.request.in_use()).chain(ring.request.others());
        versions.map(|version| hash(version, kind, token)).collect()
    }

    /// The hash under which a new token is kept.
    pub fn token_hash(&self, kind: TokenKind, token: &str) -> TokenHash {
        hash(self.present.ring().request.in_use(), kind, token)
    }
}

fn hash(version: &Version<Key>, kind: TokenKind, token: &str) -> TokenHash {
    TokenHash(tagged(version.number, version.key.mac(&[kind.label(), token.as_bytes()])))
}
