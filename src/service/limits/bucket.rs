//! A token bucket that refills evenly, represented as one number (the generic cell rate algorithm
//! of ITU-T I.371).

use std::time::Duration;

use crate::domain::limits::rate::Rate;
use crate::domain::time::Timestamp;

/// The moment at which the bucket will be full again, in nanoseconds since the epoch.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Bucket(i64);

impl Bucket {
    /// Takes one token at `now`. Returns how many are left, or how long until there is one.
    pub(super) fn take(&mut self, rate: Rate, now: Timestamp) -> Result<u32, Duration> {
        let (now, window) = (nanos(now), window(rate));
        self.0 = self.clamped(now, window);
        let taken = self.0 + period(rate);
        let room = now + window - taken;
        if room < 0 {
            return Err(Duration::from_nanos(room.unsigned_abs()));
        }
        self.0 = taken;
        Ok(u32::try_from(room / period(rate)).unwrap_or(u32::MAX))
    }

    /// Returns an error if no token could be taken, without taking one.
    pub(super) fn check(mut self, rate: Rate, now: Timestamp) -> Result<(), Duration> {
        self.take(rate, now).map(|_| ())
    }

    /// Returns one token to the bucket.
    pub(super) fn put_back(&mut self, rate: Rate) {
        self.0 -= period(rate);
    }

    /// Returns whether the bucket is full, so that it can be dropped.
    pub(super) fn is_full(self, now: Timestamp) -> bool {
        self.0 <= nanos(now)
    }

    /// Returns the state, limited to that of an empty bucket. A bucket that seems emptier was used
    /// before the clock was set back; believing it would refuse everything until the clock catches
    /// up.
    fn clamped(self, now: i64, window: i64) -> i64 {
        self.0.clamp(now, now + window)
    }
}

/// Returns the time between two events when the bucket is empty.
fn period(rate: Rate) -> i64 {
    i64::try_from(rate.period().as_nanos()).unwrap_or(i64::MAX)
}

/// Returns how long an empty bucket takes to fill.
fn window(rate: Rate) -> i64 {
    period(rate).saturating_mul(i64::from(rate.max.max(1)))
}

fn nanos(moment: Timestamp) -> i64 {
    moment.as_millis().saturating_mul(1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(1_000_000 + millis)
    }

    #[test]
    fn a_bucket_empties_and_refills_evenly() {
        let rate: Rate = "3/1s".parse().unwrap();
        let mut bucket = Bucket::default();
        assert_eq!([0; 3].map(|_| bucket.take(rate, at(0)).unwrap()), [2, 1, 0]);
        assert_eq!(bucket.take(rate, at(0)), Err(Duration::from_nanos(333_333_333)));
        assert!(bucket.check(rate, at(333)).is_err() && bucket.check(rate, at(334)).is_ok());
        assert_eq!(bucket.take(rate, at(334)), Ok(0));
        assert_eq!(bucket.take(rate, at(2_000)), Ok(2));
        bucket.put_back(rate);
        assert!(bucket.is_full(at(2_000)));
    }

    #[test]
    fn a_clock_that_was_set_back_refuses_for_one_window_at_most() {
        let rate: Rate = "1/1s".parse().unwrap();
        let mut bucket = Bucket::default();
        assert!(bucket.take(rate, at(400_000_000_000)).is_ok());
        assert_eq!(bucket.take(rate, at(0)), Err(Duration::from_secs(1)));
        assert_eq!(bucket.take(rate, at(1_000)), Ok(0));
    }
}
