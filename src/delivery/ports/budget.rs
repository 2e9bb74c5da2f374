//! Budgets: how long one message may take over its routes.

use std::time::Duration;

use tokio::time::Instant;

/// The maximum time for one of several routes before the message itself is sent: a caller that
/// waits for a mint, ten seconds by default, should also learn the outcome of the next route.
const MOST_OF_SEVERAL: Duration = Duration::from_secs(6);

/// The time limit of one send over one route.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// The limit until the message itself is sent. The steps before that can be repeated over the
    /// next route; the steps after cannot, so they have all the time that is left.
    pub begin: Instant,
    /// The limit for the whole send.
    pub end: Instant,
}

impl Budget {
    /// Creates a budget of all the time until `end`.
    pub fn all_until(end: Instant) -> Self {
        Self { begin: end, end }
    }

    /// Returns the share of one of `routes` that are still to be tried; `None` if no time is left.
    pub(in crate::delivery) fn share(end: Instant, routes: usize) -> Option<Self> {
        let now = Instant::now();
        let left = end.checked_duration_since(now).filter(|left| !left.is_zero())?;
        let share = match u32::try_from(routes).unwrap_or(u32::MAX) {
            0 | 1 => left,
            several => (left / several).min(MOST_OF_SEVERAL),
        };
        Some(Self { begin: now + share, end })
    }

    /// Returns whether the time is up that the route had only because it is one of several.
    pub(in crate::delivery) fn share_is_spent(&self) -> bool {
        self.begin < self.end && Instant::now() >= self.begin
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_of_several_routes_leaves_time_to_the_next_and_the_last_has_all_of_it() {
        let end = Instant::now() + Duration::from_secs(30);
        let begins = |routes| Budget::share(end, routes).unwrap().begin.duration_since(Instant::now());
        assert!(begins(2) <= MOST_OF_SEVERAL && begins(2) > Duration::from_secs(5));
        assert!(begins(10) <= Duration::from_secs(3));
        assert_eq!(Budget::share(end, 1).unwrap().begin, end);
        assert!(Budget::share(Instant::now(), 2).is_none());
    }
}
