//! Statistics: how many challenges ended in which way, by day and kind, and how fast they were verified.

use std::fmt;

use crate::domain::id::TenantId;
use crate::domain::reports::histogram;
use crate::domain::time::Timestamp;

const DAY: i64 = 86_400_000;

/// The upper bounds of the steps of [`VerificationTimes`], in seconds. The last one is the maximum lifetime of
/// a code.
pub const VERIFICATION_TIME_BOUNDS: [u32; 17] =
    [1, 2, 3, 5, 8, 12, 20, 30, 45, 60, 90, 120, 180, 300, 450, 600, 900];

/// The word under which everything beyond the limit of distinct values is counted.
pub const OTHER: &str = "other";

/// The domain of challenges whose pages were never given a recipient; the domain and the locale of factors, and the
/// purpose of all that happens to them but checks.
pub const NONE: &str = "none";

/// A day in UTC, as the number of days since the epoch.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Day(i64);

impl Day {
    /// Returns the day of a moment.
    pub const fn of(moment: Timestamp) -> Self {
        Self(moment.as_millis().div_euclid(DAY))
    }

    /// Creates the day with this number.
    pub const fn from_number(number: i64) -> Self {
        Self(number)
    }

    /// Returns the first moment of the day.
    pub const fn begins_at(self) -> Timestamp {
        Timestamp::from_millis(self.0.saturating_mul(DAY))
    }

    /// Days since the epoch.
    pub const fn number(self) -> i64 {
        self.0
    }

    /// Parses a day such as `2026-11-21`, and nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let date = jiff::civil::Date::strptime("%Y-%m-%d", text).ok()?;
        let midnight = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        let day = Self::of(Timestamp::from_millis(midnight.timestamp().as_millisecond()));
        (day.to_string() == text).then_some(day)
    }
}

/// Formats as an RFC 3339 date: `2026-11-21`.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0.saturating_mul(DAY)) {
            Ok(midnight) => write!(f, "{}", midnight.to_zoned(jiff::tz::TimeZone::UTC).date()),
            Err(_) => write!(f, "day {}", self.0),
        }
    }
}

impl std::ops::Add<i64> for Day {
    type Output = Self;

    fn add(self, days: i64) -> Self {
        Self(self.0.saturating_add(days))
    }
}

impl std::ops::Sub<i64> for Day {
    type Output = Self;

    fn sub(self, days: i64) -> Self {
        Self(self.0.saturating_sub(days))
    }
}

/// A dimension by which statistics are grouped.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Dimension {
    /// The tenant. Only the operator sees more than one.
    Tenant,
    /// The day on which the challenge was minted.
    Day,
    /// The purpose of the code.
    Purpose,
    /// The channel.
    Channel,
    /// The language of the messages.
    Locale,
    /// The domain of the recipient.
    Domain,
}

impl Dimension {
    /// Every dimension, in the order in which groups are sorted.
    pub const ALL: [Self; 6] =
        [Self::Tenant, Self::Day, Self::Purpose, Self::Channel, Self::Locale, Self::Domain];

    /// Returns the word used in queries, in JSON and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tenant => "tenant",
            Self::Day => "day",
            Self::Purpose => "purpose",
            Self::Channel => "channel",
            Self::Locale => "locale",
            Self::Domain => "domain",
        }
    }

    /// Returns the dimension that this word names, if any.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dimension| dimension.as_str() == word)
    }
}

/// The value of one group in one dimension.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Mark {
    /// The tenant.
    Tenant(TenantId),
    /// The day.
    Day(Day),
    /// A purpose, channel, locale or domain.
    Word(Dimension, String),
}

/// The counts of a group.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Counts {
    /// Challenges that were opened.
    pub minted: u64,
    /// Messages beyond the first one of each challenge.
    pub resent: u64,
    /// Messages that a server accepted.
    pub sent: u64,
    /// Messages that a provider reported to have arrived.
    pub delivered: u64,
    /// Messages that were not sent, or reported not to have arrived.
    pub failed: u64,
    /// Messages that a rule against toll fraud refused.
    pub refused: u64,
    /// Wrong answers.
    pub mismatched: u64,
    /// Challenges that were verified.
    pub verified: u64,
    /// Challenges whose attempts were used up.
    pub exhausted: u64,
    /// Challenges that expired.
    pub expired: u64,
    /// Challenges that were canceled.
    pub canceled: u64,
    /// Codes that their tenants have made and check themselves. They are not among the minted ones.
    pub relayed: u64,
    /// How long verification took.
    pub times: VerificationTimes,
    /// What happened to factors.
    pub factors: FactorCounts,
}

/// The counts of a group's factors, each on the day on which it happened.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct FactorCounts {
    /// Factors that were added.
    pub added: u64,
    /// Factors that became active.
    pub confirmed: u64,
    /// Right codes of active factors.
    pub checked: u64,
    /// Recovery codes that were used.
    pub recovered: u64,
    /// Wrong answers.
    pub mismatched: u64,
    /// Pauses after too many of them.
    pub paused: u64,
    /// Factors that were deleted.
    pub removed: u64,
}

impl std::ops::AddAssign for FactorCounts {
    fn add_assign(&mut self, other: Self) {
        self.added += other.added;
        self.confirmed += other.confirmed;
        self.checked += other.checked;
        self.recovered += other.recovered;
        self.mismatched += other.mismatched;
        self.paused += other.paused;
        self.removed += other.removed;
    }
}

impl Counts {
    /// Returns how many challenges have not ended, or whose end is not recorded yet.
    pub fn pending(&self) -> u64 {
        let ended = self.verified + self.exhausted + self.expired + self.canceled;
        self.minted.saturating_sub(ended)
    }

    /// Returns the proportion of challenges that were verified; `None` if there are none.
    pub fn conversion(&self) -> Option<f64> {
        (self.minted > 0).then(|| self.verified as f64 / self.minted as f64)
    }
}

/// A filter for statistics.
#[derive(Clone, Debug)]
pub struct StatisticsQuery {
    /// Only this tenant's; `None` for all tenants.
    pub tenant: Option<TenantId>,
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// Only challenges with these purposes, channels, locales or domains.
    pub only: Vec<(Dimension, String)>,
    /// The dimensions to group by.
    pub group_by: Vec<Dimension>,
    /// The maximum number of groups to return.
    pub limit: usize,
}

/// The numbers of a group.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StatisticsGroup {
    /// The group, by its values in the order of [`Dimension::ALL`].
    pub marks: Vec<Mark>,
    /// The counts.
    pub counts: Counts,
}

/// A histogram of the times from mint to verification: the number in each step of [`VERIFICATION_TIME_BOUNDS`].
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct VerificationTimes(pub [u64; VERIFICATION_TIME_BOUNDS.len()]);

impl VerificationTimes {
    /// Returns the step that contains this many milliseconds.
    pub fn step(millis: u128) -> u32 {
        histogram::step(&VERIFICATION_TIME_BOUNDS, millis.div_ceil(1_000))
    }

    /// Returns the time in seconds within which `part` of all lie, interpolated linearly within a
    /// step; `None` if the histogram is empty.
    pub fn quantile(&self, part: f64) -> Option<f64> {
        histogram::quantile(&VERIFICATION_TIME_BOUNDS, &self.0, part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_utc_and_is_written_as_a_date() {
        let midnight = 20_413 * DAY;
        assert_eq!(Day::of(Timestamp::from_millis(midnight)).to_string(), "2025-11-21");
        assert_eq!(Day::of(Timestamp::from_millis(midnight - 1)).to_string(), "2025-11-20");
        assert_eq!(Day::parse("2025-11-21"), Some(Day(20_413)));
        assert_eq!(Day::parse("2024-02-29").map(|day| day.to_string()).as_deref(), Some("2024-02-29"));
        assert_eq!(Day::of(Timestamp::from_millis(-1)).to_string(), "1969-12-31");
    }

    #[test]
    fn nothing_else_is_a_day() {
        for bad in
            ["", "2026-2-1", "2026-02-30", "2026-13-01", "20260201", "2026-02-01T00:00:00Z", " 2026-02-01"]
        {
            assert_eq!(Day::parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn times_lie_in_the_first_step_that_reaches_them() {
        let steps = [(0, 1), (1_000, 1), (1_001, 2), (46_000, 60), (900_000, 900), (9_000_000, 900)];
        for (millis, step) in steps {
            assert_eq!(VerificationTimes::step(millis), step, "{millis}");
        }
    }

    #[test]
    fn quantiles_are_spread_evenly_over_their_step() {
        let mut times = VerificationTimes::default();
        assert_eq!(times.quantile(0.5), None);
        times.0[4] = 2; // above 5 and up to 8 seconds
        assert_eq!(times.quantile(0.5), Some(6.5));
        times.0[5] = 2; // up to 12
        assert_eq!((times.quantile(0.5), times.quantile(0.75)), (Some(8.0), Some(10.0)));
        assert_eq!(times.quantile(1.0), Some(12.0));
    }

    #[test]
    fn what_has_not_ended_is_pending() {
        let counts =
            Counts { minted: 9, verified: 3, exhausted: 1, expired: 2, canceled: 1, ..Counts::default() };
        assert_eq!((counts.pending(), counts.conversion()), (2, Some(3.0 / 9.0)));
        assert_eq!(Counts::default().conversion(), None);
    }
}
