//! What is counted, and the numbers by which the database knows it.

use std::ops::RangeInclusive;

use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::reports::course::{HOURS, WAITS};
use crate::domain::reports::statistics::STEPS;

/// What is counted. Whatever is told apart by an hour, a step or a reason is counted there alone: the
/// sum over all of them is the whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Counter {
    /// In this hour of the day.
    Minted(u8),
    Resent,
    /// Within so many milliseconds, a step of [`WAITS`], if that is known.
    Sent(Option<u32>),
    Failed(DeliveryError),
    Mismatched,
    /// Of those minted in this hour of the day.
    Verified(u8),
    Exhausted,
    Expired,
    Canceled,
    /// Verified within so many seconds, a step of [`STEPS`].
    Within(u32),
}

/// The numbers of a counter that is told apart further.
pub type Numbers = RangeInclusive<i64>;

/// By hour.
pub const MINTED: Numbers = 100..=100 + HOURS as i64 - 1;
/// By hour.
pub const VERIFIED: Numbers = 200..=200 + HOURS as i64 - 1;
/// The first for those of which it is not known how long it took, then by step.
pub const SENT: Numbers = 300..=300 + WAITS.len() as i64;
/// By reason, in the order of [`DeliveryError::ALL`].
pub const FAILED: Numbers = 400..=400 + DeliveryError::ALL.len() as i64 - 1;
/// By step.
pub const WITHIN: Numbers = 500..=500 + STEPS.len() as i64 - 1;

impl Counter {
    /// Its number in the database. What has been counted under one is never to be counted under
    /// another.
    pub fn number(self) -> i64 {
        match self {
            Self::Resent => 1,
            Self::Mismatched => 2,
            Self::Exhausted => 3,
            Self::Expired => 4,
            Self::Canceled => 5,
            Self::Minted(hour) => MINTED.start() + i64::from(hour),
            Self::Verified(hour) => VERIFIED.start() + i64::from(hour),
            Self::Sent(None) => *SENT.start(),
            Self::Sent(Some(step)) => SENT.start() + 1 + place(&WAITS, &step),
            Self::Failed(reason) => FAILED.start() + place(&DeliveryError::ALL, &reason),
            Self::Within(step) => WITHIN.start() + place(&STEPS, &step),
        }
    }
}

fn place<T: PartialEq>(list: &[T], one: &T) -> i64 {
    // Each of them is in its list.
    list.iter().position(|other| other == one).unwrap_or(0) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_of_a_released_version_stay() {
        let known = [
            (Counter::Resent, 1),
            (Counter::Mismatched, 2),
            (Counter::Exhausted, 3),
            (Counter::Expired, 4),
            (Counter::Canceled, 5),
            (Counter::Minted(0), 100),
            (Counter::Minted(23), 123),
            (Counter::Verified(23), 223),
            (Counter::Sent(None), 300),
            (Counter::Sent(Some(50)), 301),
            (Counter::Sent(Some(900_000)), 312),
            (Counter::Failed(DeliveryError::HostNotFound), 400),
            (Counter::Failed(DeliveryError::NoAccount), 406),
            (Counter::Failed(DeliveryError::Canceled), 413),
            (Counter::Within(1), 500),
            (Counter::Within(900), 516),
        ];
        for (counter, number) in known {
            assert_eq!(counter.number(), number, "{counter:?}");
        }
    }
}
