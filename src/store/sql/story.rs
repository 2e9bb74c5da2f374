//! What an operation tells of itself, for those who asked for it under conditions.

use crate::domain::challenges::idempotency::Made;

/// What an operation has done so far.
#[derive(Clone, Default)]
pub struct Story {
    /// Whether it has changed anything.
    pub has_changed: bool,
    /// What it has made, if only the operation itself knows.
    pub made: Option<Made>,
}
