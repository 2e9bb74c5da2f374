//! Reports when the server's time is ahead of the machine's.

use std::sync::Arc;
use std::time::Duration;

use crate::domain::steady_clock::SteadyClock;
use crate::domain::time::Clock;

/// A difference that changes by less than this counts as unchanged, and is not reported again.
const STEP: Duration = Duration::from_secs(5);

/// Compares the clocks periodically.
pub(super) struct Timekeeper {
    clock: Arc<SteadyClock>,
    reported: Duration,
}

impl Timekeeper {
    pub(super) fn new(clock: Arc<SteadyClock>) -> Self {
        Self { clock, reported: Duration::ZERO }
    }

    /// Publishes the difference between the clocks, and logs it when it has changed.
    pub(super) fn look(&mut self) {
        let ahead = self.clock.ahead();
        metrics::gauge!("otpmint_clock_ahead_seconds").set(ahead.as_secs_f64());
        if ahead.abs_diff(self.reported) < STEP {
            return;
        }
        self.reported = ahead;
        if ahead.is_zero() {
            tracing::info!("the machine's clock has caught up with the server's time");
        } else {
            let seconds = ahead.as_secs();
            tracing::warn!(
                seconds,
                "the machine's clock was set back: the server's time goes on ahead of it"
            );
        }
    }
}
