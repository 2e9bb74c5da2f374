//! Verbs about the time that has been reached, which no later process may fall behind.

use crate::domain::time::Timestamp;

use super::verb::Verb;

/// The time that decisions have been made at. [`Store::sweep`](crate::store::Store::sweep) notes it.
pub trait ClockStore {
    /// The latest moment that was noted, if any was.
    fn latest_moment(&self) -> Verb<'_, Option<Timestamp>>;

    /// Sets the noted moment back to `to`, with the server stopped. Nothing gains time by it: what
    /// is pending expires, and what ends or is counted at some moment keeps its distance to now.
    /// Answers how many challenges expired.
    fn set_back(&self, to: Timestamp) -> Verb<'_, usize>;
}
