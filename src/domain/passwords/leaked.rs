//! The passwords that have leaked most often, as a sorted set of truncated hashes.
//!
//! It is made of a public list by `tests/suite/passwords/leaked_set.rs`; `tests/passwords/README.md` says of which. What
//! is in the list is always found. Anything else is found by chance once in 20 million look-ups.

use sha2::{Digest, Sha256};

/// Bytes of a hash that are kept.
pub(super) const SIZE: usize = 5;

/// The set: the beginnings of SHA-256 hashes of skeletons, in ascending order.
const SET: &[u8] = include_bytes!("leaked.bin");

/// Returns whether the set has this skeleton.
pub(super) fn has(skeleton: &str) -> bool {
    let (entries, _) = SET.as_chunks::<SIZE>();
    entries.binary_search(&hash(skeleton)).is_ok()
}

/// Returns the entry of a skeleton.
pub(super) fn hash(skeleton: &str) -> [u8; SIZE] {
    let digest: [u8; 32] = Sha256::digest(skeleton.as_bytes()).into();
    std::array::from_fn(|at| digest[at])
}
