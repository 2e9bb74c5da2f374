//! How long one message may take over its routes.

use std::time::Duration;

use tokio::time::Instant;

/// The longest that one of several routes may take before the message goes out: whoever waits for a
/// mint, ten seconds by default, is to hear of the next route as well.
const MOST_OF_SEVERAL: Duration = Duration::from_secs(6);

/// How long one send may take over one route.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Until the message itself goes out. What comes before may as well be done over the next route;
    /// what comes after may not, so it has all the time that is left.
    pub begin: Instant,
    /// In all.
    pub end: Instant,
}

impl Budget {
    /// All the time until `end`.
    pub fn all_until(end: Instant) -> Self {
        Self { begin: end, end }
    }

    /// The share of one of `routes` that are still to be tried; `None` when no time is left.
    pub(in crate::delivery) fn share(end: Instant, routes: usize) -> Option<Self> {
        let now = Instant::now();
        let left = end.checked_duration_since(now).filter(|left| !left.is_zero())?;
        let share = match u32::try_from(routes).unwrap_or(u32::MAX) {
            0 | 1 => left,
            several => (left / several).min(MOST_OF_SEVERAL),
        };
        Some(Self { begin: now + share, end })
    }

    /// Whether the time is up that only one of several routes has so little of.
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
