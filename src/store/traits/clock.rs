//! The verbs for the latest time that was reached, which no later process may fall behind.

use crate::domain::reports::actor::Actor;
use crate::domain::time::Timestamp;

use super::verb::Verb;

/// The time at which decisions were made. [`Store::sweep`](crate::store::Store::sweep) records it.
pub trait ClockStore {
    /// Returns the latest recorded moment, if there is one.
    fn latest_moment(&self) -> Verb<'_, Option<Timestamp>>;

    /// Sets the recorded moment back to `to`; the server must be stopped. Nothing becomes longer:
    /// pending challenges expire, and expiries and counted events keep their distance from the
    /// present. Returns how many challenges expired.
    fn set_back(&self, to: Timestamp, by: Actor) -> Verb<'_, usize>;
}
