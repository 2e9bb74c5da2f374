//! The verbs of counting tries to sign in, and to prove the secrets again.

use crate::domain::limits::limit::LimitHit;
use crate::domain::limits::rate::Rate;
use crate::domain::secret::TryPlace;
use crate::domain::time::Timestamp;

use super::verb::Verb;

/// Counting tries.
pub trait SignInStore {
    /// Returns why a try would be refused at `now`, without counting it.
    fn refused_try(&self, counters: Vec<TryCounter>, now: Timestamp) -> Verb<'_, Option<LimitHit>>;

    /// Counts a try, before its secrets are checked. If one of the counters refuses it, it is counted nowhere.
    fn count_try(&self, counters: Vec<TryCounter>, now: Timestamp) -> Verb<'_, Result<CountedTry, LimitHit>>;

    /// Uncounts a try that was right, or that was not checked.
    fn take_back_try(&self, counted: CountedTry) -> Verb<'_, ()>;
}

/// A counter of tries, and how many it allows.
#[derive(Clone, Debug)]
pub struct TryCounter {
    /// Its places under all versions of the key; the first is the one for new tries.
    pub places: Vec<TryPlace>,
    /// How many tries may be wrong.
    pub rate: Rate,
}

/// A try that was counted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CountedTry {
    /// Where.
    pub places: Vec<TryPlace>,
    /// When.
    pub at: Timestamp,
}
