//! Counters, and their numbers in the database.

use std::ops::RangeInclusive;

use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::reports::course::{DELIVERY_TIME_BOUNDS, HOURS};
use crate::domain::reports::statistics::VERIFICATION_TIME_BOUNDS;

/// A counter of the statistics. A counter with an hour, a step or a reason has no separate total:
/// the total is the sum over all of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Counter {
    /// Minted in this hour of the day.
    Minted(u8),
    Resent,
    /// Sent within this many milliseconds, a step of [`DELIVERY_TIME_BOUNDS`]; `None` if the time is not known.
    Sent(Option<u32>),
    Failed(DeliveryError),
    Mismatched,
    /// Verified, of those minted in this hour of the day.
    Verified(u8),
    Exhausted,
    Expired,
    Canceled,
    /// Reported by its provider to have arrived.
    Delivered,
    /// Refused by a rule against toll fraud.
    Refused,
    /// A factor was added.
    FactorAdded,
    /// A factor became active.
    FactorConfirmed,
    /// A right code of an active factor.
    FactorChecked,
    /// A recovery code was used.
    FactorRecovered,
    /// A wrong answer to a factor.
    FactorMismatched,
    /// A factor paused.
    FactorPaused,
    /// A factor was deleted.
    FactorRemoved,
    /// Relayed: delivered for a tenant that has made the code and checks it.
    Relayed,
    /// Verified within this many seconds, a step of [`VERIFICATION_TIME_BOUNDS`].
    Within(u32),
}

/// The range of numbers of a counter that is subdivided.
pub type Numbers = RangeInclusive<i64>;

/// One number per hour.
pub const MINTED: Numbers = 100..=100 + HOURS as i64 - 1;
/// One number per hour.
pub const VERIFIED: Numbers = 200..=200 + HOURS as i64 - 1;
/// The first number is for messages whose time is not known; then one number per step.
pub const SENT: Numbers = 300..=300 + DELIVERY_TIME_BOUNDS.len() as i64;
/// One number per reason, in the order of [`DeliveryError::ALL`].
pub const FAILED: Numbers = 400..=400 + DeliveryError::ALL.len() as i64 - 1;
/// One number per step.
pub const WITHIN: Numbers = 500..=500 + VERIFICATION_TIME_BOUNDS.len() as i64 - 1;

impl Counter {
    /// Returns the number in the database. A number must never be reused for another counter.
    pub fn number(self) -> i64 {
        match self {
            Self::Resent => 1,
            Self::Mismatched => 2,
            Self::Exhausted => 3,
            Self::Expired => 4,
            Self::Canceled => 5,
            Self::Delivered => 6,
            Self::Refused => 7,
            Self::FactorAdded => 20,
            Self::FactorConfirmed => 21,
            Self::FactorChecked => 22,
            Self::FactorRecovered => 23,
            Self::FactorMismatched => 24,
            Self::FactorPaused => 25,
            Self::FactorRemoved => 26,
            Self::Relayed => 8,
            Self::Minted(hour) => MINTED.start() + i64::from(hour),
            Self::Verified(hour) => VERIFIED.start() + i64::from(hour),
            Self::Sent(None) => *SENT.start(),
            Self::Sent(Some(step)) => SENT.start() + 1 + place(&DELIVERY_TIME_BOUNDS, &step),
            Self::Failed(reason) => FAILED.start() + place(&DeliveryError::ALL, &reason),
            Self::Within(step) => WITHIN.start() + place(&VERIFICATION_TIME_BOUNDS, &step),
        }
    }
}

fn place<T: PartialEq>(list: &[T], one: &T) -> i64 {
    // Every element is in its list.
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
            (Counter::Delivered, 6),
            (Counter::Refused, 7),
            (Counter::FactorAdded, 20),
            (Counter::FactorConfirmed, 21),
            (Counter::FactorChecked, 22),
            (Counter::FactorRecovered, 23),
            (Counter::FactorMismatched, 24),
            (Counter::FactorPaused, 25),
            (Counter::FactorRemoved, 26),
            (Counter::Relayed, 8),
            (Counter::Minted(0), 100),
            (Counter::Minted(23), 123),
            (Counter::Verified(23), 223),
            (Counter::Sent(None), 300),
            (Counter::Sent(Some(50)), 301),
            (Counter::Sent(Some(900_000)), 312),
            (Counter::Failed(DeliveryError::HostNotFound), 400),
            (Counter::Failed(DeliveryError::NoRoute), 406),
            (Counter::Failed(DeliveryError::Canceled), 413),
            (Counter::Within(1), 500),
            (Counter::Within(900), 516),
        ];
        for (counter, number) in known {
            assert_eq!(counter.number(), number, "{counter:?}");
        }
    }
}
