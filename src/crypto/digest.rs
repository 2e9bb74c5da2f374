//! A name for content that changes with it.

use sha2::{Digest, Sha256};

/// The SHA-256 of what is no secret.
pub fn digest(content: &[u8]) -> [u8; 32] {
    Sha256::digest(content).into()
}
