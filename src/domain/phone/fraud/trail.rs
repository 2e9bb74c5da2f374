//! Trails: the last messages to one range of numbers, or for one end user.

use std::time::Duration;

use crate::domain::limits::history::History;
use crate::domain::limits::rate::{MAX_WINDOW, Rate};
use crate::domain::time::Timestamp;

use super::rules::NEIGHBOUR;

/// What distinguishes the messages of a trail: the last digits of the number, or its country.
pub type Mark = [u8; 3];

/// The last few messages, oldest first: twelve bytes each. An exact sliding window.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Trail(Vec<Step>);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Step {
    at: Timestamp,
    mark: Mark,
    is_verified: bool,
}

/// The bytes of an encoded message.
const STEP: usize = 12;

/// How long a message is remembered: the longest window.
const DAY: Duration = Duration::from_secs(86_400);

/// Returns the mark of a number by its last four digits.
pub const fn number_mark(last: u16) -> Mark {
    let [high, low] = last.to_be_bytes();
    [0, high, low]
}

impl Trail {
    /// Counts a message, and drops what no window can reach any more.
    pub fn record(&mut self, mark: Mark, now: Timestamp) {
        self.0.push(Step { at: now, mark, is_verified: false });
        self.0.sort_by_key(|step| step.at);
        self.0.retain(|step| step.at + DAY > now && step.at <= now + DAY);
        let surplus = self.0.len().saturating_sub(MAX_WINDOW as usize);
        self.0.drain(..surplus);
    }

    /// Records that a challenge with this mark was verified.
    pub fn verify(&mut self, mark: Mark) {
        self.0.iter_mut().filter(|step| step.mark == mark).for_each(|step| step.is_verified = true);
    }

    /// Returns how long to wait until one more message stays within `rates`; `None` if it may be sent
    /// at once.
    pub fn wait(&self, rates: &[Rate], now: Timestamp) -> Option<Duration> {
        History::of(self.0.iter().map(|step| step.at)).wait(rates, now)
    }

    /// Returns how long to wait until one more mark is among at most `max` without a verified
    /// challenge within a day.
    pub fn wait_for_mark(&self, mark: Mark, max: u32, now: Timestamp) -> Option<Duration> {
        let recent = || self.recent(DAY, now);
        let is_verified = |mark: Mark| recent().any(|step| step.mark == mark && step.is_verified);
        let open = latest_by_mark(recent().filter(|step| !is_verified(step.mark)));
        let is_known = open.iter().any(|(known, _)| *known == mark) || is_verified(mark);
        if is_known || open.len() < max as usize {
            return None;
        }
        open.iter().map(|(_, latest)| (*latest + DAY).since(now)).min()
    }

    /// Returns how long to wait because the number with these last digits would complete a run of
    /// `run.max` numbers within `run.per`, each close to the next.
    pub fn wait_for_neighbours(&self, last: u16, run: Rate, now: Timestamp) -> Option<Duration> {
        let latest = latest_by_mark(self.recent(run.per, now));
        let number = |[_, high, low]: Mark| u16::from_be_bytes([high, low]);
        let mut numbers: Vec<_> = latest.into_iter().map(|(mark, at)| (number(mark), at)).collect();
        numbers.sort_unstable();
        let run_of = chain(&numbers, last);
        let others = run_of.iter().filter(|(number, _)| *number != last);
        let is_complete = others.clone().count() + 1 >= run.max as usize;
        let frees = others.map(|(_, latest)| (*latest + run.per).since(now)).min();
        is_complete.then(|| frees.unwrap_or(run.per))
    }

    /// Returns when the latest message was counted.
    pub fn latest(&self) -> Option<Timestamp> {
        self.0.last().map(|step| step.at)
    }

    /// Returns how many messages there were within a day, and how many of verified challenges.
    pub fn of_a_day(&self, now: Timestamp) -> (usize, usize) {
        let add = |(sent, verified): (usize, usize), step: &Step| {
            (sent + 1, verified + usize::from(step.is_verified))
        };
        self.recent(DAY, now).fold((0, 0), add)
    }

    /// Returns the messages of the period that ends at `now`.
    fn recent(&self, per: Duration, now: Timestamp) -> impl Iterator<Item = &Step> {
        self.0.iter().filter(move |step| step.at <= now && now < step.at + per)
    }

    /// Adds the messages of another trail of the same thing.
    pub fn merge(&mut self, other: &Self) {
        self.0.extend(&other.0);
        self.0.sort_by_key(|step| step.at);
    }

    /// Moves all messages back by `step`, for a clock that was set back by as much.
    #[must_use]
    pub fn earlier_by(self, step: Duration) -> Self {
        Self(self.0.into_iter().map(|one| Step { at: one.at - step, ..one }).collect())
    }

    /// Encodes the trail for a column.
    pub fn to_bytes(&self) -> Vec<u8> {
        let one = |step: &Step| {
            let [a, b, c] = step.mark;
            step.at.as_millis().to_be_bytes().into_iter().chain([a, b, c, step.is_verified.into()])
        };
        self.0.iter().flat_map(one).collect()
    }

    /// Decodes a column; an incomplete message at the end is dropped.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let (steps, _) = bytes.as_chunks::<STEP>();
        let one = |raw: &[u8; STEP]| {
            let [at @ .., a, b, c, verified] = *raw;
            let at = Timestamp::from_millis(i64::from_be_bytes(at));
            Step { at, mark: [a, b, c], is_verified: verified != 0 }
        };
        Self(steps.iter().map(one).collect())
    }
}

/// Returns each mark with the latest of its messages.
fn latest_by_mark<'a>(steps: impl Iterator<Item = &'a Step>) -> Vec<(Mark, Timestamp)> {
    let mut latest: Vec<(Mark, Timestamp)> = Vec::new();
    for step in steps {
        match latest.iter_mut().find(|(known, _)| *known == step.mark) {
            Some((_, at)) => *at = step.at,
            None => latest.push((step.mark, step.at)),
        }
    }
    latest
}

/// Returns the sorted numbers that are connected to `last`, each close to the next.
fn chain(numbers: &[(u16, Timestamp)], last: u16) -> Vec<(u16, Timestamp)> {
    let from = numbers.partition_point(|(number, _)| *number < last);
    let connected = |numbers: &mut dyn Iterator<Item = &(u16, Timestamp)>| {
        let mut end = last;
        let mut found = Vec::new();
        for (number, latest) in numbers {
            if number.abs_diff(end) > NEIGHBOUR {
                break;
            }
            end = *number;
            found.push((*number, *latest));
        }
        found
    };
    let mut found = connected(&mut numbers[..from].iter().rev());
    found.extend(connected(&mut numbers[from..].iter()));
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn run() -> Rate {
        "4/10m".parse().unwrap()
    }

    fn of(numbers: &[(u16, i64)]) -> Trail {
        let mut trail = Trail::default();
        numbers.iter().for_each(|(number, second)| trail.record(number_mark(*number), at(*second)));
        trail
    }

    #[test]
    fn a_run_of_neighbours_is_refused_when_it_would_be_complete() {
        for (numbers, last, is_refused) in [
            (&[100, 101, 102][..], 103, true),
            (&[100, 101], 102, false),
            // A chain, in any order, with the new one in the middle.
            (&[120, 100, 130], 110, true),
            (&[121, 100, 131], 110, false),
            // The same number again is no neighbour of its own.
            (&[100, 100, 100, 101], 102, false),
            (&[100, 101, 102], 102, false),
            (&[0, 9_999, 5], 9, false),
        ] {
            let numbers: Vec<_> = numbers.iter().map(|number| (*number, 0)).collect();
            let wait = of(&numbers).wait_for_neighbours(last, run(), at(1));
            assert_eq!(wait.is_some(), is_refused, "{numbers:?}, {last}");
        }
        let run_of = of(&[(100, 0), (101, 100), (102, 200)]);
        assert_eq!(run_of.wait_for_neighbours(103, run(), at(300)), Some(Duration::from_secs(300)));
        assert_eq!(run_of.wait_for_neighbours(103, run(), at(600)), None);
    }

    #[test]
    fn a_country_counts_until_a_code_there_was_entered() {
        let mut trail = Trail::default();
        for (second, country) in [*b"DE ", *b"AT ", *b"FR "].into_iter().enumerate() {
            assert_eq!(trail.wait_for_mark(country, 3, at(second as i64)), None);
            trail.record(country, at(second as i64));
        }
        assert_eq!(trail.wait_for_mark(*b"DE ", 3, at(10)), None, "it is one of the three");
        assert_eq!(trail.wait_for_mark(*b"GB ", 3, at(10)), Some(Duration::from_secs(86_390)));
        let mut entered = trail.clone();
        entered.verify(*b"DE ");
        assert_eq!(entered.wait_for_mark(*b"GB ", 3, at(10)), None);
        assert_eq!(trail.wait_for_mark(*b"GB ", 3, at(86_400)), None);
    }

    #[test]
    fn a_trail_is_bounded_and_reads_back() {
        let mut trail = Trail::default();
        (0..200).for_each(|second| trail.record(number_mark(second), at(i64::from(second))));
        assert_eq!(trail.to_bytes().len(), 50 * STEP);
        trail.verify(number_mark(199));
        assert_eq!(trail.of_a_day(at(200)), (50, 1));
        assert_eq!(Trail::from_bytes(&trail.to_bytes()), trail);
        assert_eq!(Trail::from_bytes(&[1; 11]), Trail::default());
        let moved = trail.clone().earlier_by(Duration::from_secs(100));
        assert_eq!(moved.of_a_day(at(100)), (50, 1));
    }

    proptest! {
        #[test]
        fn whatever_is_asked_for_no_window_and_no_run_is_exceeded(
            asked in prop::collection::vec((0..40_u16, 0..120_i64), 0..200),
        ) {
            let rates: Vec<Rate> = vec!["5/10m".parse().unwrap(), "20/24h".parse().unwrap()];
            let (mut trail, mut sent, mut now) = (Trail::default(), Vec::<(u16, Timestamp)>::new(), at(0));
            for (last, pause) in asked {
                now = now + Duration::from_secs(pause.unsigned_abs());
                let last = last * 7;
                let is_refused = trail.wait(&rates, now).is_some()
                    || trail.wait_for_neighbours(last, run(), now).is_some();
                if !is_refused {
                    trail.record(number_mark(last), now);
                    sent.push((last, now));
                }
                let recent = |per: u64| {
                    let since = now - Duration::from_secs(per);
                    sent.iter().filter(move |(_, at)| *at > since).map(|(last, _)| *last)
                };
                prop_assert!(recent(600).count() <= 5 && recent(86_400).count() <= 20);
                let mut numbers: Vec<u16> = recent(600).collect();
                numbers.sort_unstable();
                numbers.dedup();
                let is_run = numbers.windows(4).any(|four| four.windows(2).all(|two| two[1] - two[0] <= NEIGHBOUR));
                prop_assert!(!is_run, "{numbers:?}");
            }
        }
    }
}
