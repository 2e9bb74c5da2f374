//! Histories: the moments by which sliding limits are counted.

use std::time::Duration;

use crate::domain::limits::rate::{LONGEST, MAX_WINDOW, Rate};
use crate::domain::time::Timestamp;

/// The moments of past events, oldest first: an exact sliding window, since only the last few are
/// ever needed.
///
/// A tenant's purposes may have windows of their own over the same history. So the history keeps
/// what the widest possible window can need, whichever window is being counted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct History(Vec<Timestamp>);

impl History {
    /// Returns the history of these moments, oldest first.
    pub fn of(moments: impl Iterator<Item = Timestamp>) -> Self {
        Self(moments.collect())
    }

    /// Returns how long to wait from `now` until one more event stays within `rates`; `None` if it
    /// may happen at once.
    pub fn wait(&self, rates: &[Rate], now: Timestamp) -> Option<Duration> {
        rates.iter().filter_map(|rate| self.wait_one(*rate, now)).max()
    }

    fn wait_one(&self, rate: Rate, now: Timestamp) -> Option<Duration> {
        // A moment further ahead than the window was recorded while the clock was wrong, and the
        // clock has been corrected since. Believing it would refuse the recipient until then,
        // possibly for years.
        let believable = self.0.partition_point(|moment| *moment <= now + rate.per);
        let position = believable.checked_sub(rate.max as usize)?;
        let free_at = self.0[position] + rate.per;
        (free_at > now).then(|| free_at.since(now))
    }

    /// Returns the number of events in the period of `per` that ends at `now`.
    pub fn within(&self, per: Duration, now: Timestamp) -> u32 {
        let is_within = |moment: &&Timestamp| **moment <= now && now < **moment + per;
        // At most MAX_WINDOW are kept.
        self.0.iter().filter(is_within).count() as u32
    }

    /// Adds an event at `now` and drops those that no window can reach any more.
    pub fn record(&mut self, now: Timestamp) {
        self.0.push(now);
        // If the clock was set back a little, the new moment is not the last one.
        self.0.sort_unstable();
        self.0.retain(|moment| *moment + LONGEST > now && *moment <= now + LONGEST);
        let surplus = self.0.len().saturating_sub(MAX_WINDOW as usize);
        // Moments of a clock that was ahead and has been corrected are dropped first: the new one
        // must stay.
        let ahead = self.0.len() - self.0.partition_point(|moment| *moment <= now);
        let ahead = surplus.min(ahead);
        self.0.truncate(self.0.len() - ahead);
        self.0.drain(..surplus - ahead);
    }

    /// Removes the event at this moment, or the latest one if there is none.
    pub fn forget(&mut self, moment: Timestamp) {
        match self.0.binary_search(&moment) {
            Ok(position) => {
                self.0.remove(position);
            }
            Err(_) => {
                self.0.pop();
            }
        }
    }

    /// Adds the events of another history of the same thing.
    pub fn merge(&mut self, other: &Self) {
        self.0.extend(&other.0);
        self.0.sort_unstable();
    }

    /// Moves all events back by `step`, for a clock that was set back by as much.
    pub fn earlier_by(self, step: Duration) -> Self {
        Self(self.0.into_iter().map(|moment| moment - step).collect())
    }

    /// Returns the latest event.
    pub fn latest(&self) -> Option<Timestamp> {
        self.0.last().copied()
    }

    /// Encodes the history for a column: eight bytes per event.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|moment| moment.as_millis().to_be_bytes()).collect()
    }

    /// Decodes a column; an incomplete event at the end is dropped.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let (moments, _) = bytes.as_chunks::<8>();
        Self(moments.iter().map(|raw| Timestamp::from_millis(i64::from_be_bytes(*raw))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn rates() -> Vec<Rate> {
        ["3/10m", "5/1h"].iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn a_window_slides_and_the_strictest_one_decides() {
        let mut sends = History::default();
        for second in [0, 10, 20] {
            assert_eq!(sends.wait(&rates(), at(second)), None);
            sends.record(at(second));
        }
        assert_eq!(sends.wait(&rates(), at(30)), Some(Duration::from_secs(570)));
        assert_eq!(sends.wait(&rates(), at(600)), None);
        sends.record(at(600));
        sends.record(at(610));
        assert_eq!(sends.wait(&rates(), at(1300)), Some(Duration::from_secs(2300)));
        assert_eq!(sends.wait(&rates(), at(3600)), None);
    }

    #[test]
    fn moments_that_a_wrong_clock_counted_are_not_believed() {
        let mut sends = History::default();
        for _ in 0..5 {
            sends.record(at(1_000_000));
        }
        assert_eq!(sends.wait(&rates(), at(0)), None);
        sends.record(at(0));
        assert_eq!(sends.latest(), Some(at(0)));
    }

    #[test]
    fn moments_of_a_clock_that_was_fast_do_not_push_the_new_ones_out() {
        let mut sends = History::default();
        for second in 0..60 {
            sends.record(at(20_000 + second));
        }
        for second in [0, 1, 2] {
            sends.record(at(second));
        }
        assert_eq!(sends.wait(&rates()[..1], at(3)), Some(Duration::from_secs(597)));
    }

    #[test]
    fn the_event_of_a_moment_is_taken_back() {
        let mut sends = History::default();
        for second in [1, 2, 3] {
            sends.record(at(second));
        }
        sends.forget(at(2));
        sends.forget(at(99));
        assert_eq!(sends, History(vec![at(1)]));
    }

    #[test]
    fn a_history_keeps_what_the_widest_window_needs_and_no_more() {
        let mut sends = History::default();
        for second in 0..100 {
            sends.record(at(second));
        }
        assert_eq!(sends.to_bytes().len(), 50 * 8);
        assert!(sends.wait(&["50/24h".parse().unwrap()], at(100)).is_some());
        assert_eq!(History::from_bytes(&sends.to_bytes()), sends);
        assert_eq!(History::from_bytes(&[1, 2, 3]), History::default());
        sends.record(at(100 + DAY));
        assert_eq!(sends, History(vec![at(100 + DAY)]));
    }
}
