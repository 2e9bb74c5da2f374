//! How a tenant's rate stands, for the answer to the request that was counted under it.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::domain::limits::limit::Limit;
use crate::domain::limits::rate::Rate;

/// How a tenant's rate stood when a request was counted under it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RateStanding {
    /// The rule.
    pub limit: Limit,
    /// Its rate.
    pub rate: Rate,
    /// How many more requests would pass at once.
    pub remaining: u32,
}

impl RateStanding {
    /// How long until the whole rate may be used again.
    pub fn full_after(&self) -> Duration {
        self.rate.per * self.rate.max.saturating_sub(self.remaining) / self.rate.max.max(1)
    }
}

/// Where a request notes under which rate it was counted, for its answer: the place at which it is
/// counted may be in the middle of a decision, on another thread.
#[derive(Clone, Default, Debug)]
pub struct Gauge(Arc<OnceLock<RateStanding>>);

impl Gauge {
    /// What was noted, if the request was counted at all.
    pub fn read(&self) -> Option<RateStanding> {
        self.0.get().copied()
    }

    /// Notes how the rate stands. The first note counts: a decision that is run again is not counted again.
    pub(super) fn note(&self, standing: RateStanding) {
        let _ = self.0.set(standing);
    }
}
