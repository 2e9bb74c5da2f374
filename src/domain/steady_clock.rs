//! The time by which decisions are made: it never goes back, whatever the machine's clock does.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use crate::domain::time::{Clock, Timestamp};

/// A difference between the clocks of a machine that is too small to matter.
const TOLERANCE: Duration = Duration::from_secs(5);

/// The two clocks of a machine.
pub trait TimeSource: Send + Sync {
    /// Returns the wall-clock time, which can be set by hand or over the network.
    fn wall(&self) -> Timestamp;

    /// Returns the time since a fixed but arbitrary moment: a stopwatch that nobody can set.
    fn elapsed(&self) -> Duration;
}

/// A clock that adds the stopwatch to the latest start time that the wall clock has ever implied.
/// When the wall clock is set forward, this clock follows; when it is set back, this clock goes on
/// unchanged.
pub struct SteadyClock {
    time_source: Arc<dyn TimeSource>,
    /// The wall-clock time at which the stopwatch stood at zero, in milliseconds: the latest such
    /// value seen. It only grows, so the sum with the stopwatch never goes back.
    zero: AtomicI64,
}

impl SteadyClock {
    /// Creates a clock that starts at the wall-clock time.
    pub fn over(time_source: Arc<dyn TimeSource>) -> Self {
        Self { time_source, zero: AtomicI64::new(i64::MIN) }
    }

    /// Moves the clock forward to at least `moment`, which a former process has already used.
    pub fn not_before(&self, moment: Timestamp) {
        self.zero.fetch_max((moment - self.time_source.elapsed()).as_millis(), Ordering::Relaxed);
    }
}

impl Clock for SteadyClock {
    fn now(&self) -> Timestamp {
        // The order matters: a pause between the two readings makes this zero too early, which has
        // no effect. In the other order it would be too late, which would be permanent.
        let wall = self.time_source.wall();
        let elapsed = self.time_source.elapsed();
        let zero = (wall - elapsed).as_millis();
        let zero = self.zero.fetch_max(zero, Ordering::Relaxed).max(zero);
        Timestamp::from_millis(zero) + elapsed
    }

    fn elapsed(&self) -> Duration {
        self.time_source.elapsed()
    }

    fn ahead(&self) -> Duration {
        let ahead = self.now().since(self.time_source.wall());
        if ahead > TOLERANCE { ahead } else { Duration::ZERO }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    const HOUR: Duration = Duration::from_secs(3_600);
    const NOON: Timestamp = Timestamp::from_millis(1_768_478_400_000);

    struct Manual(Mutex<(Timestamp, Duration)>);

    impl Manual {
        fn at_noon() -> Arc<Self> {
            Arc::new(Self(Mutex::new((NOON, Duration::from_secs(7)))))
        }

        fn pass(&self, span: Duration) {
            let mut clocks = self.0.lock().unwrap();
            *clocks = (clocks.0 + span, clocks.1 + span);
        }

        fn set(&self, wall: Timestamp) {
            self.0.lock().unwrap().0 = wall;
        }
    }

    impl TimeSource for Manual {
        fn wall(&self) -> Timestamp {
            self.0.lock().unwrap().0
        }

        fn elapsed(&self) -> Duration {
            self.0.lock().unwrap().1
        }
    }

    fn started() -> (Arc<Manual>, SteadyClock) {
        let machine = Manual::at_noon();
        let clock = SteadyClock::over(machine.clone());
        assert_eq!((clock.now(), clock.ahead()), (NOON, Duration::ZERO));
        (machine, clock)
    }

    #[test]
    fn a_wall_clock_that_is_set_back_neither_stops_nor_turns_it() {
        for back in [HOUR, 24 * HOUR] {
            let (machine, clock) = started();
            machine.set(NOON - back);
            assert_eq!(clock.now(), NOON);
            machine.pass(HOUR / 2);
            assert_eq!(clock.now(), NOON + HOUR / 2);
            assert_eq!(clock.ahead(), back);
            assert_eq!(clock.wall(), NOON + HOUR / 2 - back);
        }
    }

    #[test]
    fn it_follows_a_wall_clock_that_is_set_forward_and_does_not_come_back_with_it() {
        let (machine, clock) = started();
        machine.set(NOON + HOUR);
        assert_eq!((clock.now(), clock.ahead()), (NOON + HOUR, Duration::ZERO));
        machine.set(NOON);
        machine.pass(HOUR / 4);
        assert_eq!(clock.now(), NOON + HOUR + HOUR / 4);
        assert_eq!(clock.ahead(), HOUR);
        machine.pass(HOUR);
        machine.set(NOON + 3 * HOUR);
        assert_eq!((clock.now(), clock.ahead()), (NOON + 3 * HOUR, Duration::ZERO), "caught up");
    }

    #[test]
    fn it_begins_no_earlier_than_a_former_process_ended() {
        let (machine, clock) = started();
        clock.not_before(NOON + HOUR);
        assert_eq!(clock.now(), NOON + HOUR);
        machine.pass(HOUR / 2);
        assert_eq!(clock.now(), NOON + HOUR + HOUR / 2);
        clock.not_before(NOON);
        assert_eq!(clock.now(), NOON + HOUR + HOUR / 2, "an earlier moment changes nothing");
    }

    #[test]
    fn what_any_two_clocks_differ_by_is_no_difference() {
        let (machine, clock) = started();
        machine.set(NOON - TOLERANCE);
        assert_eq!((clock.now(), clock.ahead()), (NOON, Duration::ZERO));
    }
}
