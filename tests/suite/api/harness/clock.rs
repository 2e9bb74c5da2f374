//! Time that stops until a test moves it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use otpmint::domain::steady_clock::TimeSource;
use otpmint::domain::time::{Clock, Timestamp};

/// 2026-01-15T12:00:00Z.
const NOON: i64 = 1_768_478_400_000;

/// The clocks of a machine, set by a test.
pub struct ManualClock {
    wall: AtomicI64,
    elapsed: AtomicI64,
}

impl ManualClock {
    pub fn at_noon() -> Arc<Self> {
        Arc::new(Self { wall: AtomicI64::new(NOON), elapsed: AtomicI64::new(0) })
    }

    pub fn pass(&self, span: Duration) {
        let millis = i64::try_from(span.as_millis()).expect("a span of a test");
        self.wall.fetch_add(millis, Ordering::SeqCst);
        self.elapsed.fetch_add(millis, Ordering::SeqCst);
    }

    /// Sets the wall clock, without letting time pass.
    pub fn set_by_seconds(&self, seconds: i64) {
        self.wall.fetch_add(seconds * 1_000, Ordering::SeqCst);
    }

    pub fn pass_seconds(&self, seconds: u64) {
        self.pass(Duration::from_secs(seconds));
    }

    pub fn pass_millis(&self, millis: u64) {
        self.pass(Duration::from_millis(millis));
    }
}

impl TimeSource for ManualClock {
    fn wall(&self) -> Timestamp {
        Timestamp::from_millis(self.wall.load(Ordering::SeqCst))
    }

    fn elapsed(&self) -> Duration {
        Duration::from_millis(self.elapsed.load(Ordering::SeqCst).unsigned_abs())
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        TimeSource::wall(self)
    }
}

/// Waits at most ten seconds for another thread to make progress.
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

/// The same for a probe that itself waits.
#[track_caller]
pub fn eventually_async<T, P: Future<Output = Option<T>>>(
    what: &str,
    mut probe: impl FnMut() -> P,
) -> impl Future<Output = T> {
    let caller = std::panic::Location::caller();
    async move {
        let end = Instant::now() + Duration::from_secs(10);
        loop {
            if let Some(found) = probe().await {
                return found;
            }
            assert!(Instant::now() < end, "{what} did not come within ten seconds ({caller})");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}
