//! What only a benchmark chooses.

/// How many requests share a transaction.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Commit {
    /// All that wait.
    #[default]
    Grouped,
    /// One, for comparison.
    Each,
}
