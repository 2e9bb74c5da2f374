//! Whether this process is a current node of its store: whether it may decide, send and keep house.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use crate::domain::node::{ClockSkew, Duty, LAPSED_AFTER};
use crate::domain::time::{Clock, Timestamp};

/// Why a node is not current.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lapse {
    /// It has not renewed its lease for so long.
    NotRenewed(Duration),
    /// Its clock differs too much from the database's.
    ClockDiffers(ClockSkew),
}

/// The standing of this process among the nodes of its store. It is judged whenever it is asked for,
/// because a process that was paused may do anything else before it renews its lease.
#[derive(Default)]
pub struct Membership {
    /// `None` for a process that needs no lease, since a lock keeps others away.
    lease: Option<Lease>,
    live: AtomicUsize,
}

struct Lease {
    clock: Arc<dyn Clock>,
    /// The last renewal, by the stopwatch and by the clock: one of them may have stood still meanwhile.
    renewed: (AtomicU64, AtomicI64),
    /// Since when it has been current without a break, by the stopwatch.
    current_since: AtomicU64,
    skew: AtomicI64,
    /// Until when it keeps house, by the stopwatch.
    keeps_house_until: AtomicU64,
}

/// The moment before a renewal was asked for. The lease counts from there.
#[derive(Clone, Copy, Debug)]
pub struct RenewalBegun {
    elapsed: Duration,
    /// By the clock.
    pub now: Timestamp,
}

impl Membership {
    /// Creates the standing of a process beside which no other node can run.
    pub fn alone() -> Self {
        Self::default()
    }

    /// Creates the standing of a process that has just joined.
    pub fn joined(clock: Arc<dyn Clock>) -> Self {
        let (elapsed, now) = (millis(clock.elapsed()), clock.now().as_millis());
        let lease = Lease {
            clock,
            renewed: (elapsed.into(), now.into()),
            current_since: elapsed.into(),
            skew: 0.into(),
            keeps_house_until: 0.into(),
        };
        Self { lease: Some(lease), live: AtomicUsize::new(1) }
    }

    /// Returns whether the process has no lease to renew.
    pub fn is_alone(&self) -> bool {
        self.lease.is_none()
    }

    /// Returns whether the process may decide and send.
    pub fn is_current(&self) -> bool {
        self.lapse().is_none()
    }

    /// Returns why it may not.
    pub fn lapse(&self) -> Option<Lapse> {
        let lease = self.lease.as_ref()?;
        let skew = self.skew();
        if skew.is_too_great() {
            return Some(Lapse::ClockDiffers(skew));
        }
        let age = lease.age();
        (age >= LAPSED_AFTER).then_some(Lapse::NotRenewed(age))
    }

    /// Returns how long ago the lease was renewed; zero for a process that needs none.
    pub fn lease_age(&self) -> Duration {
        self.lease.as_ref().map_or(Duration::ZERO, Lease::age)
    }

    /// Returns how the clocks differed when they were last compared.
    pub fn skew(&self) -> ClockSkew {
        self.lease
            .as_ref()
            .map_or_else(ClockSkew::default, |lease| ClockSkew(lease.skew.load(Ordering::Relaxed)))
    }

    /// Returns how long the process has been current without a break.
    pub fn current_for(&self) -> Duration {
        let since = |lease: &Lease| lease.clock.elapsed().saturating_sub(load(&lease.current_since));
        self.lease.as_ref().filter(|_| self.is_current()).map_or(Duration::ZERO, since)
    }

    /// Returns whether the process has the duty to keep house.
    pub fn keeps_house(&self) -> bool {
        let has_duty = |lease: &Lease| lease.clock.elapsed() < load(&lease.keeps_house_until);
        self.is_current() && self.lease.as_ref().is_none_or(has_duty)
    }

    /// Returns the number of live servers that share the store, at least one.
    pub fn live_servers(&self) -> usize {
        self.live.load(Ordering::Relaxed).max(1)
    }

    /// Records the number of live servers.
    pub fn note_servers(&self, live: usize) {
        self.live.store(live, Ordering::Relaxed);
    }

    /// Notes the moment before a renewal; `None` if there is nothing to renew.
    pub fn begin_renewal(&self) -> Option<RenewalBegun> {
        let lease = self.lease.as_ref()?;
        Some(RenewalBegun { elapsed: lease.clock.elapsed(), now: lease.clock.now() })
    }

    /// Records that the lease was renewed.
    pub fn renewed(&self, begun: RenewalBegun) {
        let Some(lease) = &self.lease else { return };
        if !self.is_current() {
            lease.current_since.store(millis(begun.elapsed), Ordering::Relaxed);
        }
        lease.renewed.0.store(millis(begun.elapsed), Ordering::Relaxed);
        lease.renewed.1.store(begun.now.as_millis(), Ordering::Relaxed);
    }

    /// Records how the clocks differ.
    pub fn note_skew(&self, skew: ClockSkew) {
        let Some(lease) = &self.lease else { return };
        if !skew.is_too_great() && !self.is_current() {
            lease.current_since.store(millis(lease.clock.elapsed()), Ordering::Relaxed);
        }
        lease.skew.store(skew.0, Ordering::Relaxed);
    }

    /// Records that the process has the duty to keep house, from the moment at which it was asked for.
    pub fn keep_house(&self, begun: RenewalBegun) {
        if let Some(lease) = &self.lease {
            lease.keeps_house_until.store(millis(begun.elapsed + Duty::TERM), Ordering::Relaxed);
        }
    }
}

impl std::fmt::Debug for Membership {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Membership").field("lapse", &self.lapse()).finish_non_exhaustive()
    }
}

impl Lease {
    fn age(&self) -> Duration {
        let renewed = Timestamp::from_millis(self.renewed.1.load(Ordering::Relaxed));
        self.clock.elapsed().saturating_sub(load(&self.renewed.0)).max(self.clock.now().since(renewed))
    }
}

fn load(millis: &AtomicU64) -> Duration {
    Duration::from_millis(millis.load(Ordering::Relaxed))
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// The stopwatch and the clock.
    struct Hands(Mutex<(Duration, Timestamp)>);

    impl Hands {
        fn pass(&self, by_stopwatch: u64, by_clock: u64) {
            let mut hands = self.0.lock().unwrap();
            hands.0 += Duration::from_secs(by_stopwatch);
            hands.1 = hands.1 + Duration::from_secs(by_clock);
        }
    }

    impl Clock for Hands {
        fn now(&self) -> Timestamp {
            self.0.lock().unwrap().1
        }

        fn elapsed(&self) -> Duration {
            self.0.lock().unwrap().0
        }
    }

    fn joined() -> (Arc<Hands>, Membership) {
        let start = (Duration::from_secs(100), Timestamp::from_millis(1_800_000_000_000));
        let clock = Arc::new(Hands(Mutex::new(start)));
        (clock.clone(), Membership::joined(clock))
    }

    #[test]
    fn a_lease_lapses_by_the_stopwatch_and_by_the_clock_and_counts_from_before_the_renewal() {
        for (by_stopwatch, by_clock) in [(1, 0), (0, 1)] {
            let (clock, node) = joined();
            let begun = node.begin_renewal().unwrap();
            clock.pass(9 * by_stopwatch, 9 * by_clock);
            assert!(node.is_current());
            clock.pass(by_stopwatch, by_clock);
            let ten = Duration::from_secs(10);
            assert_eq!(node.lapse(), Some(Lapse::NotRenewed(ten)));
            node.renewed(begun);
            assert!(!node.is_current(), "the answer took too long");
            node.renewed(node.begin_renewal().unwrap());
            assert!(node.is_current());
        }
    }

    #[test]
    fn whoever_was_not_current_begins_again_to_be_it() {
        let (clock, node) = joined();
        let renew = || node.renewed(node.begin_renewal().unwrap());
        clock.pass(9, 9);
        renew();
        clock.pass(9, 9);
        assert_eq!(node.current_for(), Duration::from_secs(18));
        clock.pass(9, 9);
        assert_eq!(node.current_for(), Duration::ZERO);
        renew();
        assert_eq!(node.current_for(), Duration::ZERO);
        clock.pass(3, 3);
        assert_eq!(node.current_for(), Duration::from_secs(3));
        node.note_skew(ClockSkew(-2_001));
        assert_eq!(node.lapse(), Some(Lapse::ClockDiffers(ClockSkew(-2_001))));
        node.note_skew(ClockSkew(-100));
        clock.pass(1, 1);
        assert_eq!(node.current_for(), Duration::from_secs(1));
    }

    #[test]
    fn a_duty_ends_with_its_term_and_with_the_lease() {
        let (clock, node) = joined();
        assert!(!node.keeps_house());
        node.keep_house(node.begin_renewal().unwrap());
        clock.pass(4, 4);
        assert!(node.keeps_house());
        node.note_skew(ClockSkew(5_000));
        assert!(!node.keeps_house());
        node.note_skew(ClockSkew(0));
        clock.pass(1, 1);
        assert!(!node.keeps_house());
    }

    #[test]
    fn a_process_that_is_alone_needs_no_lease() {
        let alone = Membership::alone();
        assert!(alone.is_current() && alone.keeps_house() && alone.begin_renewal().is_none());
        assert_eq!(alone.live_servers(), 1);
    }
}
