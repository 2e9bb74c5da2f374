//! Circuit breakers: a server that keeps failing is not contacted for a while.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::domain::deliveries::server_address::ServerAddress;
use crate::domain::deliveries::server_health::Breaker;
use crate::domain::id::TenantId;
use crate::domain::tenants::route::RouteHandle;
use crate::domain::time::{Clock, Timestamp};

/// Consecutive failures after which a circuit opens.
const TOLERANCE: u32 = 5;
/// How long a circuit stays open at first, and at most. The pause doubles in between.
const FIRST_PAUSE: Duration = Duration::from_secs(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// How long one probe keeps other tries back. It is limited because a probe may be dropped without
/// reporting.
const PROBE_LIMIT: Duration = Duration::from_secs(60);
/// Number of circuits above which those that failed long ago are dropped.
const MANY: usize = 4096;
const LONG_AGO: Duration = Duration::from_secs(600);

/// A unit of failure, which fails or works as a whole.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Circuit {
    /// A server, shared by all tenants: it covers everything before the login. The kind of session
    /// is part of the key, so that a tenant who asks a healthy server for the wrong kind opens no
    /// other tenant's circuit.
    Server(ServerAddress),
    /// A server as used by one tenant's route: it covers the login and everything after it. The
    /// revision is part of the key, so that a corrected route is tried at once.
    Route(TenantId, u64, RouteHandle),
}

/// The result of a try for a circuit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Observation {
    /// The circuit works, whatever happened to the message.
    Works,
    /// It fails.
    Fails,
    /// The try did not get that far.
    Unknown,
}

/// The circuits that failed recently. All others are closed and take no space.
pub struct Breakers {
    clock: Arc<dyn Clock>,
    failing: Mutex<HashMap<Circuit, CircuitState>>,
}

#[derive(Debug)]
struct CircuitState {
    failures: u32,
    last: Timestamp,
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    until: Timestamp,
    pause: Duration,
    probe: Option<Timestamp>,
}

impl Breakers {
    /// Creates breakers that are all closed.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, failing: Mutex::default() }
    }

    /// Returns whether a try that needs all of these circuits may be made. If so, its findings must
    /// be recorded.
    pub fn admit(&self, circuits: &[Circuit]) -> bool {
        let now = self.clock.now();
        let mut failing = self.failing();
        if failing.is_empty() {
            return true;
        }
        let closed = |circuit| failing.get(circuit).is_none_or(|state| state.admits(now));
        if !circuits.iter().all(closed) {
            return false;
        }
        for circuit in circuits {
            if let Some(open) = failing.get_mut(circuit).and_then(|state| state.open.as_mut()) {
                open.probe = Some(now);
            }
        }
        true
    }

    /// Records what an admitted try revealed. Returns `true` if this opened the circuit, for the
    /// first time or again.
    pub fn record(&self, circuit: &Circuit, observation: Observation) -> bool {
        let now = self.clock.now();
        let mut failing = self.failing();
        match observation {
            Observation::Works => {
                if !failing.is_empty() {
                    failing.remove(circuit);
                }
                false
            }
            Observation::Unknown => {
                if let Some(open) = failing.get_mut(circuit).and_then(|state| state.open.as_mut()) {
                    open.probe = None;
                }
                false
            }
            Observation::Fails => {
                if failing.len() >= MANY {
                    failing.retain(|_, state| now.since(state.last) < LONG_AGO);
                }
                let fresh = CircuitState { failures: 0, last: now, open: None };
                failing.entry(circuit.clone()).or_insert(fresh).fail(now)
            }
        }
    }

    /// Returns the state of a circuit.
    pub fn standing(&self, circuit: &Circuit) -> Breaker {
        let now = self.clock.now();
        match self.failing().get(circuit) {
            None => Breaker::Closed,
            Some(CircuitState { open: Some(open), .. }) => Breaker::Open(open.until.since(now)),
            Some(state) => Breaker::Failing(state.failures),
        }
    }

    fn failing(&self) -> MutexGuard<'_, HashMap<Circuit, CircuitState>> {
        // Every change under the lock is complete in itself, so a poisoned lock is harmless.
        self.failing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CircuitState {
    fn admits(&self, now: Timestamp) -> bool {
        match &self.open {
            None => true,
            Some(open) => now >= open.until && open.probe.is_none_or(|since| now.since(since) > PROBE_LIMIT),
        }
    }

    fn fail(&mut self, now: Timestamp) -> bool {
        self.failures = self.failures.saturating_add(1);
        self.last = now;
        let pause = match &self.open {
            // Tries that were under way when the circuit opened reveal nothing new.
            Some(open) if open.probe.is_none() => return false,
            Some(open) => (open.pause * 2).min(LONGEST_PAUSE),
            None if self.failures < TOLERANCE => return false,
            None => FIRST_PAUSE,
        };
        self.open = Some(Open { until: now + pause, pause, probe: None });
        true
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;
    use crate::domain::deliveries::server_address::Protocol;
    use crate::domain::tenants::smtp::Security;

    #[derive(Default)]
    struct ManualClock(AtomicI64);

    impl Clock for ManualClock {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(self.0.load(Ordering::Relaxed))
        }
    }

    impl ManualClock {
        fn pass(&self, seconds: i64) {
            self.0.fetch_add(seconds * 1000, Ordering::Relaxed);
        }
    }

    fn server(port: u16) -> Circuit {
        let host = "mail.example.com".to_owned();
        Circuit::Server(ServerAddress { host, port, protocol: Protocol::Smtp(Security::StartTls) })
    }

    fn opened() -> (Arc<ManualClock>, Breakers) {
        let clock = Arc::new(ManualClock::default());
        let breakers = Breakers::new(clock.clone());
        for _ in 0..4 {
            assert!(breakers.admit(&[server(587)]));
            assert!(!breakers.record(&server(587), Observation::Fails));
        }
        assert!(breakers.record(&server(587), Observation::Fails));
        (clock, breakers)
    }

    #[test]
    fn opens_after_five_failures_in_a_row_and_for_this_server_alone() {
        let (_, breakers) = opened();
        assert!(!breakers.admit(&[server(587)]));
        assert!(breakers.admit(&[server(465)]));
    }

    #[test]
    fn a_circuit_says_how_it_stands() {
        let (clock, breakers) = opened();
        assert_eq!(breakers.standing(&server(587)), Breaker::Open(Duration::from_secs(10)));
        clock.pass(11);
        assert_eq!(breakers.standing(&server(587)), Breaker::Open(Duration::ZERO));
        breakers.record(&server(465), Observation::Fails);
        assert_eq!(breakers.standing(&server(465)), Breaker::Failing(1));
        breakers.record(&server(465), Observation::Works);
        assert_eq!(breakers.standing(&server(465)), Breaker::Closed);
    }

    #[test]
    fn a_success_starts_the_count_again() {
        let breakers = Breakers::new(Arc::new(ManualClock::default()));
        for _ in 0..3 {
            for _ in 0..4 {
                breakers.record(&server(587), Observation::Fails);
            }
            breakers.record(&server(587), Observation::Works);
        }
        assert!(breakers.admit(&[server(587)]));
    }

    #[test]
    fn after_the_pause_one_probe_decides() {
        let (clock, breakers) = opened();
        clock.pass(9);
        assert!(!breakers.admit(&[server(587)]));
        clock.pass(1);
        assert!(breakers.admit(&[server(587)]));
        assert!(!breakers.admit(&[server(587)]), "one probe at a time");
        breakers.record(&server(587), Observation::Works);
        assert!(breakers.admit(&[server(587)]));
        assert!(breakers.admit(&[server(587)]));
    }

    #[test]
    fn each_failed_probe_doubles_the_pause_up_to_a_minute() {
        let (clock, breakers) = opened();
        clock.pass(10);
        for pause in [20, 40, 60, 60] {
            assert!(breakers.admit(&[server(587)]));
            assert!(breakers.record(&server(587), Observation::Fails));
            clock.pass(pause - 1);
            assert!(!breakers.admit(&[server(587)]), "{pause}");
            clock.pass(1);
        }
    }

    #[test]
    fn late_failures_of_tries_under_way_do_not_prolong_the_pause() {
        let (clock, breakers) = opened();
        clock.pass(9);
        assert!(!breakers.record(&server(587), Observation::Fails));
        clock.pass(1);
        assert!(breakers.admit(&[server(587)]));
    }

    #[test]
    fn a_probe_that_never_reports_does_not_keep_the_circuit_open_for_ever() {
        let (clock, breakers) = opened();
        clock.pass(10);
        assert!(breakers.admit(&[server(587)]));
        clock.pass(61);
        assert!(breakers.admit(&[server(587)]));
    }

    #[test]
    fn one_open_circuit_does_not_use_up_the_probe_of_the_other() {
        let (clock, breakers) = opened();
        clock.pass(10);
        let handle = RouteHandle::parse("smtp_2222222222222222").unwrap();
        let route = Circuit::Route(TenantId(1), 1, handle);
        for _ in 0..5 {
            breakers.record(&route, Observation::Fails);
        }
        assert!(!breakers.admit(&[server(587), route]));
        assert!(breakers.admit(&[server(587)]));
    }
}
