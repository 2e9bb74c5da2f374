//! The digest of a table.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// Counts rows and computes their digest.
#[derive(Default)]
pub(super) struct Tally {
    rows: u64,
    hasher: Sha256,
}

impl Tally {
    pub(super) fn add(&mut self, tuple: &[u8]) {
        self.rows += 1;
        self.hasher.update(tuple);
    }

    pub(super) const fn rows(&self) -> u64 {
        self.rows
    }

    pub(super) fn finish(self) -> TableTally {
        TableTally { rows: self.rows, digest: self.hasher.finalize().into() }
    }
}

/// The number of rows of a table, and the digest of all their values in the order of the primary key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TableTally {
    /// The number of rows.
    pub rows: u64,
    /// SHA-256.
    pub digest: [u8; 32],
}

/// Formats the beginning of the digest in hexadecimal digits: enough for people to compare.
impl fmt::Display for TableTally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.digest.iter().take(8).try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
