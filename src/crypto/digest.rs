//! A name for content that changes whenever the content does.

use sha2::{Digest, Sha256};

/// The SHA-256 of content that is not secret.
pub fn digest(content: &[u8]) -> [u8; 32] {
    Sha256::digest(content).into()
}
