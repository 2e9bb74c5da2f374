//! When the next request is due.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::Instant;

/// How long after the end of a load late requests may still be sent.
const GRACE: Duration = Duration::from_secs(1);

/// How a load decides when to send.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Pace {
    /// Each connection sends again as soon as it is answered: a slow server gets fewer requests.
    Closed,
    /// This many requests per second over all connections, however slow the answers are. Requests that find
    /// every connection waiting are queued.
    PerSecond(u32),
}

/// The turns of one load, shared by its connections.
pub(crate) enum Turns {
    /// Whenever a connection is free.
    Closed {
        /// The last moment to begin one.
        end: Instant,
    },
    /// According to plan.
    Planned(Arc<Plan>),
}

impl Turns {
    /// The turns of a load that begins now, of `limit` requests at most.
    pub(crate) fn begin(pace: Pace, time: Duration, limit: Option<usize>, connections: usize) -> Self {
        let begun = Instant::now();
        match pace {
            Pace::Closed => Self::Closed { end: begun + time },
            Pace::PerSecond(rate) => {
                let plan = Arc::new(Plan::new(begun, rate, time, limit));
                let paced = Arc::clone(&plan);
                tokio::task::spawn_blocking(move || paced.release_all(connections));
                Self::Planned(plan)
            }
        }
    }

    /// Waits until a request is due. Returns the moment from which its latency counts; `None` if there are no
    /// more.
    pub(crate) async fn next(&self) -> Option<Instant> {
        match self {
            Self::Closed { end } => Some(Instant::now()).filter(|now| now < end),
            Self::Planned(plan) => plan.next().await,
        }
    }

    /// The planned number of requests; `None` if it depends on the answers.
    pub(crate) fn planned(&self) -> Option<u64> {
        match self {
            Self::Closed { .. } => None,
            Self::Planned(plan) => Some(plan.count),
        }
    }
}

/// Requests at equal intervals. The due requests that nobody has taken yet are a number of permits, so a
/// queue of any length costs nothing; it ends with the plan.
pub(crate) struct Plan {
    begun: Instant,
    interval: Duration,
    count: u64,
    due: Semaphore,
    taken: AtomicU64,
}

impl Plan {
    fn new(begun: Instant, rate: u32, time: Duration, limit: Option<usize>) -> Self {
        let interval = Duration::from_secs(1) / rate;
        let fits = u64::from(rate) * time.as_millis() as u64 / 1_000;
        let count = limit.map_or(fits, |limit| fits.min(limit as u64));
        Self { begun, interval, count, due: Semaphore::new(0), taken: AtomicU64::new(0) }
    }

    fn start_of(&self, number: u64) -> Instant {
        let nanos = self.interval.as_nanos() as u64 * number;
        self.begun + Duration::from_nanos(nanos)
    }

    /// Releases each request at its moment. On a separate thread, because Tokio's timers have a resolution of
    /// a millisecond, which would be counted as latency of the server.
    fn release_all(&self, connections: usize) {
        let mut released = 0;
        while released < self.count {
            sleep_until(self.start_of(released));
            let late = Instant::now().saturating_duration_since(self.begun);
            let due = (late.as_nanos() / self.interval.as_nanos()) as u64 + 1;
            let due = due.min(self.count);
            self.due.add_permits(due.saturating_sub(released) as usize);
            released = released.max(due);
        }
        sleep_until(self.start_of(self.count));
        // One more for each connection, to see that it was the last.
        self.due.add_permits(connections);
    }

    async fn next(&self) -> Option<Instant> {
        // Never closed.
        self.due.acquire().await.ok()?.forget();
        let start = self.start_of(self.taken.fetch_add(1, Ordering::Relaxed));
        let end = self.start_of(self.count);
        (start < end && Instant::now() < end + GRACE).then_some(start)
    }
}

fn sleep_until(moment: Instant) {
    let wait = moment.saturating_duration_since(Instant::now());
    if !wait.is_zero() {
        std::thread::sleep(wait);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn plan(rate: u32, time: Duration, limit: Option<usize>) -> Plan {
        Plan::new(Instant::now(), rate, time, limit)
    }

    #[test]
    fn a_plan_has_as_many_requests_as_its_time_and_its_challenges_allow() {
        assert_eq!(plan(300, SECOND, None).count, 300);
        assert_eq!(plan(300, SECOND / 2, None).count, 150);
        assert_eq!(plan(300, SECOND, Some(7)).count, 7);
    }

    #[tokio::test]
    async fn a_request_counts_from_when_it_was_due_however_late_it_is_taken() {
        let mut plan = plan(1_000, SECOND / 2, None);
        // As if every connection had waited for an answer for longer than the plan.
        plan.begun -= SECOND;
        plan.release_all(2);
        for number in 0..500 {
            assert_eq!(plan.next().await, Some(plan.begun + Duration::from_millis(number)));
        }
        assert_eq!((plan.next().await, plan.next().await), (None, None));
    }

    #[tokio::test]
    async fn what_is_too_late_is_not_sent() {
        let mut plan = plan(1_000, SECOND / 2, None);
        plan.begun -= SECOND / 2 + GRACE;
        plan.release_all(1);
        assert_eq!(plan.next().await, None);
    }

    #[tokio::test]
    async fn nothing_is_asked_before_it_is_due() {
        let begun = Instant::now();
        let turns = Turns::begin(Pace::PerSecond(200), SECOND / 10, None, 1);
        let mut seen = 0;
        while let Some(start) = turns.next().await {
            assert!(Instant::now() >= start);
            seen += 1;
        }
        assert_eq!((seen, turns.planned()), (20, Some(20)));
        // The last request gets its share of the time too.
        assert!(begun.elapsed() >= SECOND / 10);
    }
}
