//! Growing pauses.

use std::time::Duration;

use tokio::time::Instant;

/// A pause that doubles each time.
#[derive(Debug)]
pub(super) struct Pause {
    first: Duration,
    longest: Duration,
    next: Duration,
    until: Option<Instant>,
}

impl Pause {
    /// Creates a pause that has not begun.
    pub(super) fn new((first, longest): (Duration, Duration)) -> Self {
        Self { first, longest, next: first, until: None }
    }

    /// Begins the next pause, unless one is under way. Returns its end.
    pub(super) fn begin(&mut self) -> Instant {
        let now = Instant::now();
        match self.until.filter(|until| *until > now) {
            Some(until) => until,
            None => {
                let until = now + self.next;
                self.next = (self.next * 2).min(self.longest);
                self.until = Some(until);
                until
            }
        }
    }

    /// Returns the end of the pause that is under way.
    pub(super) fn until(&self) -> Option<Instant> {
        self.until.filter(|until| *until > Instant::now())
    }

    /// Ends the pauses: the next one is short again.
    pub(super) fn reset(&mut self) {
        (self.next, self.until) = (self.first, None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_begin_anew_after_a_success() {
        let first = Duration::from_secs(5);
        let mut pause = Pause::new((first, Duration::from_secs(15)));
        for seconds in [5, 10, 15, 15] {
            let now = Instant::now();
            let until = pause.begin();
            assert!(until >= now + Duration::from_secs(seconds));
            assert!(until < now + Duration::from_secs(seconds + 1));
            assert_eq!(pause.begin(), until, "one pause at a time");
            pause.until = None;
        }
        pause.reset();
        assert!(pause.begin() < Instant::now() + first + Duration::from_secs(1));
    }
}
