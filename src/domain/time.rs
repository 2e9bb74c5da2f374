//! Time as a value. Nothing below `app` reads the system clock.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde::{Serialize, Serializer};

/// A moment, in milliseconds since the Unix epoch.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Creates the moment `millis` milliseconds after the Unix epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Parses an RFC 3339 moment in any time zone.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok().map(|moment: jiff::Timestamp| Self(moment.as_millisecond()))
    }

    /// Returns the milliseconds since the Unix epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Returns the time since `earlier`; zero if that is not earlier.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

impl From<SystemTime> for Timestamp {
    fn from(moment: SystemTime) -> Self {
        match moment.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => Self::default() + after,
            Err(before) => Self::default() - before.duration(),
        }
    }
}

/// A moment before the Unix epoch becomes the epoch.
impl From<Timestamp> for SystemTime {
    fn from(moment: Timestamp) -> Self {
        Self::UNIX_EPOCH + moment.since(Timestamp::default())
    }
}

impl std::ops::Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(millis(span)))
    }
}

impl std::ops::Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(millis(span)))
    }
}

/// As its text.
impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Formats as RFC 3339 in UTC, to the second: `2026-11-21T08:30:00Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_second(self.0.div_euclid(1000)) {
            Ok(moment) => write!(f, "{moment}"),
            Err(_) => write!(f, "{}ms", self.0),
        }
    }
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

/// Returns the whole seconds of `span`, rounded up and at least one: the value of a `Retry-After`
/// header (RFC 9110 §10.2.3), where zero would invite an immediate retry.
pub fn retry_seconds(span: Duration) -> u64 {
    u64::try_from(span.as_millis().div_ceil(1000)).unwrap_or(u64::MAX).max(1)
}

/// A source of the time.
pub trait Clock: Send + Sync {
    /// Returns the present moment, by which everything is decided.
    fn now(&self) -> Timestamp;

    /// Returns how far [`now`](Self::now) is ahead of the machine's own clock; zero if it is not.
    fn ahead(&self) -> Duration {
        Duration::ZERO
    }

    /// Returns the time since a fixed but arbitrary moment. Where nobody can set the clock, it is the clock's.
    fn elapsed(&self) -> Duration {
        self.now().since(Timestamp::default())
    }

    /// Returns the time of the machine's own clock, for values that others compare with their clocks.
    fn wall(&self) -> Timestamp {
        self.now() - self.ahead()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_rfc_3339_and_survives_the_edges() {
        assert_eq!(Timestamp::from_millis(1_000_000_000_999).to_string(), "2001-09-09T01:46:40Z");
        assert_eq!(Timestamp::from_millis(i64::MAX).to_string(), format!("{}ms", i64::MAX));
        assert_eq!(Timestamp::from_millis(i64::MAX) + Duration::MAX, Timestamp::from_millis(i64::MAX));
    }

    #[test]
    fn a_retry_is_never_announced_for_now() {
        assert_eq!(retry_seconds(Duration::ZERO), 1);
        assert_eq!(retry_seconds(Duration::from_millis(1)), 1);
        assert_eq!(retry_seconds(Duration::from_millis(1001)), 2);
    }

    #[test]
    fn moments_of_the_system_keep_their_milliseconds() {
        let moment = Timestamp::from_millis(1_000_000_000_999);
        assert_eq!(Timestamp::from(SystemTime::from(moment)), moment);
        let before = SystemTime::UNIX_EPOCH - Duration::from_millis(5);
        assert_eq!(Timestamp::from(before), Timestamp::from_millis(-5));
        assert_eq!(SystemTime::from(Timestamp::from_millis(-5)), SystemTime::UNIX_EPOCH);
    }

    #[test]
    fn since_never_goes_below_zero() {
        let early = Timestamp::from_millis(1000);
        let late = Timestamp::from_millis(3000);
        assert_eq!(late.since(early), Duration::from_secs(2));
        assert_eq!(early.since(late), Duration::ZERO);
    }
}
