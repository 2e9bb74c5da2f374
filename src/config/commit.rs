//! A choice that only a benchmark makes.

/// How many requests share a transaction.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Commit {
    /// All that are waiting.
    #[default]
    Grouped,
    /// One, for comparison.
    Each,
}
