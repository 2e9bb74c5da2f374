//! Time that stands still until a test moves it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use otpmint::domain::time::{Clock, Timestamp};

/// 2026-01-15T12:00:00Z.
const NOON: i64 = 1_768_478_400_000;

/// A clock that a test sets.
pub struct ManualClock(AtomicI64);

impl ManualClock {
    pub fn at_noon() -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(NOON)))
    }

    pub fn pass(&self, span: Duration) {
        let millis = i64::try_from(span.as_millis()).expect("a span of a test");
        self.0.fetch_add(millis, Ordering::SeqCst);
    }

    pub fn pass_seconds(&self, seconds: u64) {
        self.pass(Duration::from_secs(seconds));
    }

    pub fn pass_millis(&self, millis: u64) {
        self.pass(Duration::from_millis(millis));
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// Waits for another thread to have got somewhere, for at most ten seconds.
#[track_caller]
pub fn eventually<T>(what: &str, mut probe: impl FnMut() -> Option<T>) -> impl Future<Output = T> {
    let caller = std::panic::Location::caller();
    async move {
        let end = Instant::now() + Duration::from_secs(10);
        loop {
            if let Some(found) = probe() {
                return found;
            }
            assert!(Instant::now() < end, "{what} did not come within ten seconds ({caller})");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}
