//! Code policies: the shape and lifetime of codes, and the odds of a lucky guess.

use std::time::Duration;

use crate::domain::challenges::code::{Alphabet, MAX_LENGTH, MIN_LENGTH};
use crate::domain::spray::rules::Measures;

/// The minimum odds against a lucky guess: a policy with better odds than one in this many is refused.
pub const LEAST_ODDS: u64 = 2_000;

/// The minimum lifetime of a code.
pub const MIN_TTL: Duration = Duration::from_secs(60);
/// The maximum lifetime of a code.
pub const MAX_TTL: Duration = Duration::from_secs(900);
/// The maximum number of attempts that a challenge may allow.
pub const MAX_ATTEMPTS: u8 = 10;

/// The shape, lifetime and number of attempts of codes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodePolicy {
    alphabet: Alphabet,
    length: usize,
    ttl: Duration,
    max_attempts: u8,
}

/// The error for a policy that is refused. Its text names the setting and what to change.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InvalidPolicy {
    /// The code is too short or too long.
    #[error("length must be from {MIN_LENGTH} to {MAX_LENGTH} characters")]
    Length,
    /// The lifetime is too short or too long.
    #[error("ttl must be from {} to {} seconds", MIN_TTL.as_secs(), MAX_TTL.as_secs())]
    Ttl,
    /// The number of attempts is zero or too large.
    #[error("attempts must be from 1 to {MAX_ATTEMPTS}")]
    Attempts,
    /// Guessing is too easy.
    #[error(
        "a guesser would succeed once in {odds} challenges; at least {LEAST_ODDS} is required: \
         use longer codes, the unambiguous alphabet, or fewer attempts"
    )]
    TooEasy {
        /// The odds: one in this many.
        odds: u64,
    },
}

impl CodePolicy {
    /// Creates a policy, checking its bounds and the odds of a guess.
    pub fn new(
        alphabet: Alphabet,
        length: usize,
        ttl: Duration,
        max_attempts: u8,
    ) -> Result<Self, InvalidPolicy> {
        if !(MIN_LENGTH..=MAX_LENGTH).contains(&length) {
            return Err(InvalidPolicy::Length);
        }
        if !(MIN_TTL..=MAX_TTL).contains(&ttl) {
            return Err(InvalidPolicy::Ttl);
        }
        if !(1..=MAX_ATTEMPTS).contains(&max_attempts) {
            return Err(InvalidPolicy::Attempts);
        }
        let policy = Self { alphabet, length, ttl, max_attempts };
        match policy.odds() {
            odds if odds < LEAST_ODDS => Err(InvalidPolicy::TooEasy { odds }),
            _ => Ok(policy),
        }
    }

    /// Returns the policy with another lifetime, which must be within the bounds.
    #[must_use]
    pub(super) fn living(&self, ttl: Duration) -> Self {
        debug_assert!((MIN_TTL..=MAX_TTL).contains(&ttl), "a lifetime that was checked");
        Self { ttl, ..self.clone() }
    }

    /// Returns the odds of a guesser who uses every attempt: one success in this many challenges.
    pub fn odds(&self) -> u64 {
        self.space().unsigned_abs() / u64::from(self.max_attempts)
    }

    /// Returns how many codes there are.
    pub fn space(&self) -> i64 {
        self.alphabet.space(self.length)
    }

    /// Returns the policy while these measures are taken: its codes are never easier to guess.
    #[must_use]
    pub fn guarded(&self, measures: Measures) -> Self {
        Self {
            length: measures.lengthened(self.length),
            max_attempts: self.max_attempts.min(measures.attempts.max(1)),
            ..self.clone()
        }
    }

    /// Returns the alphabet of a code.
    pub fn alphabet(&self) -> Alphabet {
        self.alphabet
    }

    /// Returns the length of a code, in characters.
    pub fn length(&self) -> usize {
        self.length
    }

    /// Returns the lifetime of a code.
    pub fn ttl(&self) -> Duration {
        self.ttl
    }

    /// Returns how many answers are evaluated, right or wrong.
    pub fn max_attempts(&self) -> u8 {
        self.max_attempts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEN_MINUTES: Duration = Duration::from_secs(600);

    #[test]
    fn the_default_policy_falls_once_in_200_000_challenges() {
        let policy = CodePolicy::new(Alphabet::Digits, 6, TEN_MINUTES, 5).unwrap();
        assert_eq!(policy.odds(), 200_000);
    }

    #[test]
    fn policies_that_are_too_easy_to_guess_are_refused() {
        let four = |attempts| CodePolicy::new(Alphabet::Digits, 4, TEN_MINUTES, attempts);
        assert!(four(5).is_ok());
        assert_eq!(four(6), Err(InvalidPolicy::TooEasy { odds: 1_666 }));
        assert!(CodePolicy::new(Alphabet::Unambiguous, 4, TEN_MINUTES, 10).is_ok());
    }

    #[test]
    fn measures_make_codes_harder_to_guess_within_the_bounds() {
        let measures = Measures { longer_by: 2, attempts: 2, pause_seconds: 0 };
        let usual = CodePolicy::new(Alphabet::Digits, 6, TEN_MINUTES, 5).unwrap();
        assert_eq!(usual.guarded(measures).odds(), 50_000_000);
        let strict = CodePolicy::new(Alphabet::Unambiguous, 9, TEN_MINUTES, 1).unwrap();
        let guarded = strict.guarded(measures);
        assert_eq!((guarded.length(), guarded.max_attempts(), guarded.ttl()), (10, 1, TEN_MINUTES));
        for (length, attempts) in [(4, 5), (6, 5), (10, 10)] {
            let policy = CodePolicy::new(Alphabet::Digits, length, TEN_MINUTES, attempts).unwrap();
            for longer_by in 0..=4 {
                let guarded = policy.guarded(Measures { longer_by, attempts: 10, pause_seconds: 0 });
                assert!(guarded.odds() >= policy.odds());
            }
        }
    }

    #[test]
    fn the_bounds_of_the_design_hold() {
        let policy = |length, seconds, attempts| {
            CodePolicy::new(Alphabet::Digits, length, Duration::from_secs(seconds), attempts)
        };
        assert_eq!(policy(3, 600, 1), Err(InvalidPolicy::Length));
        assert_eq!(policy(11, 600, 5), Err(InvalidPolicy::Length));
        assert_eq!(policy(6, 59, 5), Err(InvalidPolicy::Ttl));
        assert_eq!(policy(6, 901, 5), Err(InvalidPolicy::Ttl));
        assert_eq!(policy(6, 600, 0), Err(InvalidPolicy::Attempts));
        assert_eq!(policy(6, 600, 11), Err(InvalidPolicy::Attempts));
    }
}
