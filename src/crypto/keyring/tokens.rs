//! The hashes under which console tokens are stored, and tries to sign in are counted.

use crate::crypto::console::{TokenKind, TryKind};
use crate::crypto::key::Key;
use crate::domain::secret::{TokenHash, TryPlace, tag, tagged};

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

    /// Returns the places where tries of this kind and content are counted, under all versions of the key. The first
    /// is the one for new tries.
    pub fn try_places(&self, kind: TryKind, content: &[u8]) -> Vec<TryPlace> {
        let ring = self.present.ring();
        ring.request.present_first().map(|version| try_place(version, kind, content)).collect()
    }
}

fn try_place(version: &Version<Key>, kind: TryKind, content: &[u8]) -> TryPlace {
    let [first, second, ..] = version.key.mac(&[b"sign-in try/1", &[kind.number()], content]);
    TryPlace([tag(version.number), kind.number(), first, second])
}

fn hash(version: &Version<Key>, kind: TokenKind, token: &str) -> TokenHash {
    TokenHash(tagged(version.number, version.key.mac(&[kind.label(), token.as_bytes()])))
}
