//! Limit hits: how often limits refused requests, hour by hour.

use crate::domain::id::TenantId;
use crate::domain::limits::limit::Limit;
use crate::domain::reports::course::HOURS;
use crate::domain::time::Timestamp;

const HOUR: i64 = 3_600_000;

/// The source of a limit hit: the limit, and the tenant that it refused.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct HitSource {
    /// The limit.
    pub limit: Limit,
    /// The authenticated tenant; `None` if the request was not authenticated.
    pub tenant: Option<TenantId>,
}

/// Counts of a limit's refusals in each of the last 24 hours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HitCounts {
    /// The latest refusal.
    pub latest: Timestamp,
    /// One count per hour, at the index of hours since the epoch modulo 24.
    counts: [u64; HOURS],
}

impl HitCounts {
    /// Creates counts that are all zero.
    pub const fn none(now: Timestamp) -> Self {
        Self { latest: now, counts: [0; HOURS] }
    }

    /// Returns whether the limit refused anything in the 24 hours that end with the current one.
    pub fn is_recent(&self, now: Timestamp) -> bool {
        self.by_hour(now).iter().any(|count| *count > 0)
    }

    /// Counts one refusal.
    pub fn count(&mut self, now: Timestamp) {
        // The slots of the hours between the latest refusal and now hold counts of the day before,
        // so they are cleared.
        let (since, until) = (hour(self.latest), hour(now));
        for passed in (since + 1..=until).rev().take(HOURS) {
            self.counts[place(passed)] = 0;
        }
        self.latest = self.latest.max(now);
        self.counts[place(hour(self.latest))] += 1;
    }

    /// Returns the counts of the 24 hours that end with the current one, oldest first.
    pub fn by_hour(&self, now: Timestamp) -> [u64; HOURS] {
        let (latest, last) = (hour(self.latest), hour(now).max(hour(self.latest)));
        std::array::from_fn(|at| {
            let asked = last - (HOURS - 1 - at) as i64;
            let is_known = asked <= latest && asked > latest - HOURS as i64;
            if is_known { self.counts[place(asked)] } else { 0 }
        })
    }
}

fn hour(moment: Timestamp) -> i64 {
    moment.as_millis().div_euclid(HOUR)
}

fn place(hour: i64) -> usize {
    hour.rem_euclid(HOURS as i64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_millis(hours * HOUR)
    }

    /// Returns the counts that are not zero, with how many hours ago they were.
    fn hours(hits: &HitCounts, now: Timestamp) -> Vec<(usize, u64)> {
        let counts = hits.by_hour(now).into_iter().rev().enumerate();
        counts.filter(|(_, count)| *count > 0).collect()
    }

    #[test]
    fn the_last_day_is_remembered_hour_by_hour_and_nothing_older() {
        let mut hits = HitCounts::none(at(100));
        for hours in [100, 100, 101, 123] {
            hits.count(at(hours));
        }
        assert_eq!(hours(&hits, at(123)), [(0, 1), (22, 1), (23, 2)]);
        assert_eq!(hours(&hits, at(124)), [(1, 1), (23, 1)]);
        assert_eq!(hours(&hits, at(147)), []);
        hits.count(at(124));
        assert_eq!(hours(&hits, at(124)), [(0, 1), (1, 1), (23, 1)]);
        hits.count(at(1_000_000));
        assert_eq!(hours(&hits, at(1_000_000)), [(0, 1)]);
    }

    #[test]
    fn a_clock_that_stands_behind_counts_in_the_latest_hour() {
        let mut hits = HitCounts::none(at(100));
        hits.count(at(100));
        hits.count(at(90));
        assert_eq!(hours(&hits, at(90)), [(0, 2)]);
    }
}
