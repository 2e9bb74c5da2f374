//! Summaries of many measurements.

use std::time::Duration;

use serde::Serialize;

/// Latencies of requests, in milliseconds.
#[derive(Clone, Copy, PartialEq, Default, Debug, Serialize)]
pub(crate) struct Latency {
    pub(crate) p50: f64,
    pub(crate) p90: f64,
    pub(crate) p99: f64,
    #[serde(rename = "p99.9")]
    pub(crate) p999: f64,
    pub(crate) max: f64,
}

/// Every single duration, in microseconds: exact percentiles at four bytes per request.
#[derive(Default)]
pub(crate) struct Samples(Vec<u32>);

impl Samples {
    pub(crate) fn add(&mut self, took: Duration) {
        // A request that takes longer than an hour is recorded as one hour.
        self.0.push(u32::try_from(took.as_micros()).unwrap_or(u32::MAX));
    }

    pub(crate) fn append(&mut self, mut other: Self) {
        self.0.append(&mut other.0);
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn latency(mut self) -> Latency {
        self.0.sort_unstable();
        let at = |per_mille| f64::from(nearest_rank(&self.0, per_mille)) / 1_000.0;
        Latency { p50: at(500), p90: at(900), p99: at(990), p999: at(999), max: at(1_000) }
    }
}

/// The smallest value that at least `per_mille` of `sorted` do not exceed; zero if it is empty.
fn nearest_rank(sorted: &[u32], per_mille: usize) -> u32 {
    let rank = (sorted.len() * per_mille).div_ceil(1_000);
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(0)
}

/// The median; of an even number, the greater of the two.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

/// `part` per `whole`; zero if `whole` is zero.
pub(crate) fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn latency(micros: impl IntoIterator<Item = u64>) -> Latency {
        let mut samples = Samples::default();
        micros.into_iter().for_each(|micros| samples.add(Duration::from_micros(micros)));
        samples.latency()
    }

    #[test]
    fn a_percentile_is_a_value_that_was_measured() {
        let thousand = latency((1..=1_000).rev().map(|n| n * 1_000));
        let expected = Latency { p50: 500.0, p90: 900.0, p99: 990.0, p999: 999.0, max: 1_000.0 };
        assert_eq!(thousand, expected);
        let three = latency([2_000, 1_000, 3_000]);
        assert_eq!((three.p50, three.p90, three.max), (2.0, 3.0, 3.0));
    }

    #[test]
    fn one_stall_in_ten_thousand_shows_in_the_maximum_alone() {
        let stalled = latency((0..9_999).map(|_| 1_000).chain([2_000_000]));
        assert_eq!((stalled.p999, stalled.max), (1.0, 2_000.0));
    }

    #[test]
    fn of_nothing_everything_is_zero() {
        assert_eq!(latency([]), Latency::default());
        assert_eq!(ratio(5.0, 0.0), 0.0);
        assert_eq!(ratio(5.0, 2.0), 2.5);
    }
}
