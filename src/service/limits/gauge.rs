//! Gauges: the state of a tenant's rate, for the response to the request that was counted.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::domain::limits::limit::Limit;
use crate::domain::limits::rate::Rate;

/// The state of a tenant's rate when a request was counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RateStanding {
    /// The limit.
    pub limit: Limit,
    /// Its rate.
    pub rate: Rate,
    /// How many more requests would pass immediately.
    pub remaining: u32,
}

impl RateStanding {
    /// Returns how long it takes until the whole rate is available again.
    pub fn full_after(&self) -> Duration {
        self.rate.per * self.rate.max.saturating_sub(self.remaining) / self.rate.max.max(1)
    }
}

/// Records the rate that a request was counted under, for its response. It is shared, because
/// counting may happen in the middle of a transaction, on another thread.
#[derive(Clone, Default, Debug)]
pub struct Gauge(Arc<OnceLock<RateStanding>>);

impl Gauge {
    /// Returns the recorded rate, if the request was counted at all.
    pub fn read(&self) -> Option<RateStanding> {
        self.0.get().copied()
    }

    /// Records the state of the rate. The first call counts, because a transaction that is run
    /// again is not counted again.
    pub(super) fn note(&self, standing: RateStanding) {
        let _ = self.0.set(standing);
    }
}
