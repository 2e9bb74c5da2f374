//! Courses: what charts need beyond the daily counts, which is hourly numbers, delivery times, and
//! the reasons of failed deliveries.

use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::id::TenantId;
use crate::domain::reports::histogram;
use crate::domain::reports::statistics::Day;
use crate::domain::time::Timestamp;

const HOUR: i64 = 3_600_000;

/// Number of hours in a day.
pub const HOURS: usize = 24;

/// The upper bounds of the steps of [`DeliveryTimes`], in milliseconds. The last one is the maximum
/// lifetime of a code.
pub const DELIVERY_TIME_BOUNDS: [u32; 12] =
    [50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 900_000];

/// Returns the hour of the day of a moment, in UTC.
pub const fn hour_of(moment: Timestamp) -> u8 {
    // Below 24.
    (moment.as_millis().div_euclid(HOUR).rem_euclid(HOURS as i64)) as u8
}

/// The challenges of one hour.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Hour {
    /// Challenges opened in this hour.
    pub minted: u64,
    /// Those of them that were verified, at any time.
    pub verified: u64,
}

/// A histogram of the times from queueing a message until a server accepted it: the number in each
/// step of [`DELIVERY_TIME_BOUNDS`].
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct DeliveryTimes(pub [u64; DELIVERY_TIME_BOUNDS.len()]);

impl DeliveryTimes {
    /// Returns the step that contains this many milliseconds.
    pub fn step(millis: u128) -> u32 {
        histogram::step(&DELIVERY_TIME_BOUNDS, millis)
    }

    /// Returns the time in milliseconds within which `part` of all lie, interpolated linearly
    /// within a step; `None` if the histogram is empty.
    pub fn quantile(&self, part: f64) -> Option<f64> {
        histogram::quantile(&DELIVERY_TIME_BOUNDS, &self.0, part)
    }
}

/// The course of one day. As in all statistics, a challenge and its messages count on the day of
/// the mint.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Course {
    /// The hours from midnight on, in UTC.
    pub hours: [Hour; HOURS],
    /// The delivery times of the messages that were sent.
    pub waits: DeliveryTimes,
    /// The number of messages that were not sent, by reason in the order of [`DeliveryError::ALL`].
    pub causes: [u64; DeliveryError::ALL.len()],
}

/// A filter for courses.
#[derive(Clone, Copy, Debug)]
pub struct CourseQuery {
    /// Only this tenant's; `None` for all tenants.
    pub tenant: Option<TenantId>,
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_is_one_of_the_day_in_utc_also_before_1970() {
        let hours =
            [0, HOUR - 1, HOUR, 23 * HOUR, 24 * HOUR, -1].map(|ms| hour_of(Timestamp::from_millis(ms)));
        assert_eq!(hours, [0, 0, 1, 23, 0, 23]);
    }

    #[test]
    fn waits_lie_in_the_first_step_that_reaches_them() {
        let steps = [(0, 50), (50, 50), (51, 100), (900_000, 900_000), (u128::MAX, 900_000)];
        for (millis, step) in steps {
            assert_eq!(DeliveryTimes::step(millis), step, "{millis}");
        }
        let mut waits = DeliveryTimes::default();
        assert_eq!(waits.quantile(0.5), None);
        waits.0[2] = 2; // above 100 and up to 250
        assert_eq!(waits.quantile(0.5), Some(175.0));
    }
}
