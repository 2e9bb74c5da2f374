//! How often the codes of a factor may be guessed.

use std::time::Duration;

use crate::domain::time::Timestamp;

/// Wrong answers in a row after which a factor pauses (RFC 4226 §7.3).
pub const GUESSES: u32 = 5;

const MINUTE: Duration = Duration::from_secs(60);

/// The first pause.
pub const FIRST_PAUSE: Duration = MINUTE;

/// The pauses after each [`GUESSES`] wrong answers; the last one repeats. Three of a million codes are right at
/// any time, so five guesses a day succeed within a year with a probability of half a percent.
const PAUSES: [Duration; 6] =
    [FIRST_PAUSE, MINUTE.saturating_mul(5), MINUTE.saturating_mul(15), HOUR, HOUR.saturating_mul(6), DAY];

const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);

/// The wrong answers of a factor in a row, and its pause.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Guard {
    /// Number of wrong answers since the last right one.
    pub in_a_row: u32,
    /// The end of the latest pause, which may be over.
    pub paused_until: Option<Timestamp>,
}

impl Guard {
    /// Returns the end of the pause, if it lasts at `now`.
    pub fn pause_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.paused_until.filter(|until| now < *until)
    }

    /// Counts one answer as if it were wrong. This happens before the comparison, so that a crash between the
    /// two costs the guesser an attempt and never grants an extra one.
    #[must_use]
    pub fn counted(self, now: Timestamp) -> Self {
        let in_a_row = self.in_a_row.saturating_add(1);
        let paused_until = match in_a_row % GUESSES {
            0 => Some(now + pause(in_a_row / GUESSES)),
            _ => self.paused_until,
        };
        Self { in_a_row, paused_until }
    }

    /// Returns the guard after a counted answer was compared.
    #[must_use]
    pub fn compared(self, answer_is_right: bool) -> Self {
        if answer_is_right { Self::default() } else { self }
    }

    /// Returns how many more answers are evaluated before the next pause.
    pub fn attempts_remaining(&self) -> u8 {
        match self.in_a_row % GUESSES {
            0 if self.in_a_row > 0 => 0,
            counted => u8::try_from(GUESSES - counted).unwrap_or(u8::MAX),
        }
    }
}

/// Returns the length of the pause with this number, from 1.
fn pause(number: u32) -> Duration {
    let at = usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(1);
    PAUSES[at.min(PAUSES.len() - 1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    fn wrong(guard: Guard, now: Timestamp) -> Guard {
        guard.counted(now).compared(false)
    }

    #[test]
    fn the_fifth_wrong_answer_in_a_row_begins_a_pause_and_a_right_one_ends_the_row() {
        let mut guard = Guard::default();
        for left in [4, 3, 2, 1] {
            guard = wrong(guard, at(0));
            assert_eq!((guard.attempts_remaining(), guard.pause_at(at(0))), (left, None));
        }
        assert_eq!(guard.counted(at(0)).compared(true), Guard::default());
        guard = wrong(guard, at(0));
        assert_eq!((guard.attempts_remaining(), guard.pause_at(at(59))), (0, Some(at(60))));
        assert_eq!(guard.pause_at(at(60)), None);
    }

    #[test]
    fn each_pause_is_longer_than_the_one_before_up_to_a_day() {
        let (mut guard, mut now, mut pauses) = (Guard::default(), at(0), Vec::new());
        for _ in 0..8 {
            for _ in 0..GUESSES {
                assert_eq!(guard.pause_at(now), None);
                guard = wrong(guard, now);
            }
            let until = guard.pause_at(now).unwrap();
            pauses.push(until.since(now).as_secs() / 60);
            now = until;
        }
        assert_eq!(pauses, [1, 5, 15, 60, 360, 1_440, 1_440, 1_440]);
    }
}
