//! The schedule of delivery retries.

use std::time::Duration;

use crate::domain::deliveries::delivery::{DeliveryEnd, DeliveryError, TryOutcome};
use crate::domain::deliveries::unconfirmed::Unconfirmed;
use crate::domain::random::Entropy;
use crate::domain::time::Timestamp;

/// The pauses between tries.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    /// The pause after the first try; it doubles with each try.
    pub first: Duration,
    /// The longest pause.
    pub longest: Duration,
}

/// What decides about the next try besides the outcome of the last one.
pub(super) struct Course {
    /// The number of tries before the last one.
    pub(super) tries: u32,
    /// The tries before the last one whose fate is unknown, and the code's life.
    pub(super) unconfirmed: Unconfirmed,
    /// The pause that the other side asks for.
    pub(super) pause: Option<Duration>,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { first: Duration::from_secs(1), longest: Duration::from_secs(60) }
    }
}

impl Backoff {
    /// Decides how a delivery continues after a try with this outcome. A retry is never scheduled
    /// after the code expires, because an expired code is not sent.
    pub(super) fn decide(
        &self,
        outcome: TryOutcome,
        course: &Course,
        now: Timestamp,
        entropy: &dyn Entropy,
    ) -> DeliveryEnd {
        let next = || now + self.pause(course.tries, entropy).max(course.pause.unwrap_or_default());
        match outcome {
            TryOutcome::Accepted => DeliveryEnd::Sent,
            TryOutcome::Refused(reason) => DeliveryEnd::Failed(reason),
            TryOutcome::NotYet(due_at) => DeliveryEnd::Later(due_at),
            TryOutcome::Retry(reason) => {
                let next = next();
                if next < course.unconfirmed.expires_at {
                    DeliveryEnd::RetryAt(next, reason)
                } else {
                    DeliveryEnd::Failed(DeliveryError::Expired)
                }
            }
            TryOutcome::Unknown(reason) => {
                let next = next();
                if course.unconfirmed.after_another().may_be_sent(next) {
                    DeliveryEnd::RetryAt(next, reason)
                } else {
                    DeliveryEnd::Failed(DeliveryError::Unconfirmed)
                }
            }
        }
    }

    /// Returns the pause after a try: three quarters are fixed and up to one quarter is random, so
    /// that deliveries that failed together are not retried together.
    pub(super) fn pause(&self, tries: u32, entropy: &dyn Entropy) -> Duration {
        let pause = self.first.saturating_mul(2_u32.saturating_pow(tries)).min(self.longest);
        let quarter = pause / 4;
        let drawn = entropy.jitter(u64::try_from(quarter.as_millis()).unwrap_or(0));
        pause - quarter + Duration::from_millis(drawn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct FixedEntropy(u8);

    impl Entropy for FixedEntropy {
        fn fill(&self, out: &mut [u8]) {
            out.fill(self.0);
        }
    }

    const NOW: Timestamp = Timestamp::from_millis(0);

    fn decide(outcome: TryOutcome, expires_after: u64) -> DeliveryEnd {
        decide_after(outcome, 0, expires_after, None)
    }

    fn decide_after(
        outcome: TryOutcome,
        unconfirmed: u32,
        expires_after: u64,
        pause: Option<u64>,
    ) -> DeliveryEnd {
        let expires_at = NOW + Duration::from_secs(expires_after);
        let unconfirmed = Unconfirmed { tries: unconfirmed, minted_at: NOW, expires_at };
        let course = Course { tries: 0, unconfirmed, pause: pause.map(Duration::from_secs) };
        Backoff::default().decide(outcome, &course, NOW, &FixedEntropy(0))
    }

    #[test]
    fn pauses_double_from_about_a_second_to_a_minute() {
        for (tries, least) in [(0, 750), (1, 1500), (2, 3000), (5, 24_000), (6, 45_000), (4000, 45_000)] {
            assert_eq!(
                Backoff::default().pause(tries, &FixedEntropy(0)),
                Duration::from_millis(least),
                "{tries}"
            );
        }
        for byte in 0..=255 {
            let pause = Backoff::default().pause(6, &FixedEntropy(byte));
            assert!((Duration::from_secs(45)..=Duration::from_secs(60)).contains(&pause));
        }
    }

    #[test]
    fn again_never_means_after_the_code_expired() {
        let retry = TryOutcome::Retry(DeliveryError::TimedOut);
        let next = NOW + Duration::from_millis(750);
        assert_eq!(decide(retry, 600), DeliveryEnd::RetryAt(next, DeliveryError::TimedOut));
        assert_eq!(decide(retry, 0), DeliveryEnd::Failed(DeliveryError::Expired));
        let refused = TryOutcome::Refused(DeliveryError::RecipientRefused);
        assert_eq!(decide(refused, 600), DeliveryEnd::Failed(DeliveryError::RecipientRefused));
        assert_eq!(decide(TryOutcome::Accepted, 0), DeliveryEnd::Sent);
    }

    #[test]
    fn a_try_of_unknown_fate_is_repeated_once_and_only_in_the_first_half_of_the_codes_life() {
        let unknown = TryOutcome::Unknown(DeliveryError::TimedOut);
        let next = NOW + Duration::from_millis(750);
        let given_up = DeliveryEnd::Failed(DeliveryError::Unconfirmed);
        let again = DeliveryEnd::RetryAt(next, DeliveryError::TimedOut);
        assert_eq!(decide_after(unknown, 0, 300, None), again);
        assert_eq!(decide_after(unknown, 1, 300, None), given_up);
        assert_eq!(decide_after(unknown, 0, 1, None), given_up);
        // A failure that is certain changes nothing about an earlier one that was not.
        let certain = TryOutcome::Retry(DeliveryError::ServerUnavailable);
        assert!(matches!(decide_after(certain, 1, 300, None), DeliveryEnd::RetryAt(..)));
    }

    #[test]
    fn the_pause_that_the_other_side_asks_for_is_kept() {
        let retry = TryOutcome::Retry(DeliveryError::ServerUnavailable);
        let at = |seconds| {
            DeliveryEnd::RetryAt(NOW + Duration::from_secs(seconds), DeliveryError::ServerUnavailable)
        };
        assert_eq!(decide_after(retry, 0, 300, Some(40)), at(40));
        assert_eq!(decide_after(retry, 0, 30, Some(40)), DeliveryEnd::Failed(DeliveryError::Expired));
    }
}
