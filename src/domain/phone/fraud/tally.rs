//! Tallies: the messages of a tenant, of the whole server, or to one country of a tenant.

use std::time::Duration;

use crate::domain::time::Timestamp;

use super::rules::{Budget, ConversionAlarm, Unverified};
use super::slots::{Sends, Slots, Span};

/// The messages of an hour, of a day and of 14 days. A few hundred bytes, however many there are.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Tally {
    hour: Slots,
    day: Slots,
    fortnight: Slots,
    /// When its tenant was last told about the hour, and about the day.
    told: [Timestamp; 2],
}

/// A warning that a budget is nearly spent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BudgetWarning {
    /// The word of the period.
    pub period: &'static str,
    /// Messages in it.
    pub used: u32,
    /// The budget.
    pub of: u32,
}

/// The share of a budget from which its tenant is told, of a hundred.
const WARNED_AT: u64 = 80;

impl Tally {
    /// Counts a message.
    pub fn record_send(&mut self, now: Timestamp) {
        self.add(Sends { sent: 1, verified: 0 }, now);
    }

    /// Counts that a challenge with so many messages was verified.
    pub fn record_verified(&mut self, messages: u32, now: Timestamp) {
        self.add(Sends { sent: 0, verified: messages }, now);
    }

    fn add(&mut self, sends: Sends, now: Timestamp) {
        for (span, slots) in self.spans_mut() {
            slots.add(span, sends, now);
        }
    }

    fn spans_mut(&mut self) -> [(Span, &mut Slots); 3] {
        [(Span::Hour, &mut self.hour), (Span::Day, &mut self.day), (Span::Fortnight, &mut self.fortnight)]
    }

    /// Returns the messages within 24 hours.
    pub fn of_a_day(&self, now: Timestamp) -> Sends {
        self.day.within(Span::Day, now)
    }

    /// Returns the messages within an hour.
    pub fn of_an_hour(&self, now: Timestamp) -> Sends {
        self.hour.within(Span::Hour, now)
    }

    fn budgets(&self, budget: Budget) -> impl Iterator<Item = (usize, Span, &Slots, u32)> {
        let all = [(0, Span::Hour, &self.hour, budget.hour), (1, Span::Day, &self.day, budget.day)];
        all.into_iter().filter_map(|(place, span, slots, most)| Some((place, span, slots, most?)))
    }

    /// Returns how long to wait until one more message stays within the budget; `None` if it may be
    /// sent at once.
    pub fn over_budget(&self, budget: Budget, now: Timestamp) -> Option<Duration> {
        let waits = self.budgets(budget).filter_map(|(_, span, slots, most)| {
            let sent = slots.within(span, now).sent;
            let surplus = sent.checked_sub(most)?.saturating_add(1);
            Some(slots.free_after(span, now, surplus, |sends| sends.sent))
        });
        waits.max()
    }

    /// Returns the budgets of which so much is spent that the tenant is told, once in each period.
    pub fn warn(&mut self, budget: Budget, now: Timestamp) -> Vec<BudgetWarning> {
        let due: Vec<_> = self
            .budgets(budget)
            .filter_map(|(place, span, slots, of)| {
                let used = slots.within(span, now).sent;
                let (period, length) = period(span);
                let is_due =
                    u64::from(used) * 100 >= u64::from(of) * WARNED_AT && self.told[place] + length <= now;
                is_due.then_some((place, BudgetWarning { period, used, of }))
            })
            .collect();
        for (place, _) in &due {
            self.told[*place] = now;
        }
        due.into_iter().map(|(_, warning)| warning).collect()
    }

    /// Returns how long to wait because too many codes are not entered, if one more were sent.
    ///
    /// Suspicious are more, within 24 hours, than the floor, a fifth of the best day of 14 and a fifth
    /// of what was verified; within an hour, than the floor, a sixth of that bound, and a fifth of what
    /// was verified.
    pub fn too_many_unverified(&self, floor: Unverified, now: Timestamp) -> Option<Duration> {
        let (hour, day) = (self.of_an_hour(now), self.of_a_day(now));
        let best = self.fortnight.most_verified(Span::Fortnight, now);
        // Thirtieths, of which there is a whole number in a fifth and in a sixth of a fifth.
        let of = |parts: u64, number: u32| parts * u64::from(number);
        let day_bound = of(30, floor.day).max(of(6, best)).max(of(6, day.verified));
        let hour_bound = of(30, floor.hour).max(day_bound / 6).max(of(6, hour.verified));
        let is_over = |sends: Sends, bound: u64| of(30, sends.unverified().saturating_add(1)) > bound;
        let waits = [
            is_over(hour, hour_bound).then(|| self.hour.free_after(Span::Hour, now, 1, Sends::unverified)),
            is_over(day, day_bound).then(|| self.day.free_after(Span::Day, now, 1, Sends::unverified)),
        ];
        waits.into_iter().flatten().max()
    }

    /// Notes that a budget refuses. Returns whether that is to be told: once an hour.
    pub fn refuse(&mut self, now: Timestamp) -> bool {
        let is_due = self.told[0] + period(Span::Hour).1 <= now;
        if is_due {
            self.told[0] = now;
        }
        is_due
    }

    /// Returns the messages of the last hour if so few of them led to a verified challenge that the
    /// tenant is told, once an hour.
    pub fn alarm(&mut self, alarm: ConversionAlarm, now: Timestamp) -> Option<Sends> {
        let hour = self.of_an_hour(now);
        let is_low = u64::from(hour.verified) * 100 < u64::from(hour.sent) * u64::from(alarm.percent);
        let is_due = self.told[0] + period(Span::Hour).1 <= now;
        (hour.sent >= alarm.messages && is_low && is_due).then(|| {
            self.told[0] = now;
            hour
        })
    }

    /// Returns the day of the last count, as the number of days since the epoch.
    pub fn last_day(&self) -> i64 {
        self.fortnight.last().unwrap_or_default()
    }

    /// Takes all messages whose codes nobody entered out of the counts.
    pub fn forgive(&mut self) {
        for (_, slots) in self.spans_mut() {
            slots.forgive();
        }
    }

    /// Moves all counts back by `step`, for a clock that was set back by as much.
    #[must_use]
    pub fn earlier_by(mut self, step: Duration) -> Self {
        for (span, slots) in self.spans_mut() {
            slots.earlier_by(span, step);
        }
        self.told = self.told.map(|told| told - step);
        self
    }

    /// Encodes the tally for a column.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes: Vec<u8> = self.told.iter().flat_map(|told| told.as_millis().to_be_bytes()).collect();
        for slots in [&self.hour, &self.day, &self.fortnight] {
            slots.write(&mut bytes);
        }
        bytes
    }

    /// Decodes a column; what is incomplete counts nothing.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let moment = |place: usize| {
            let raw = bytes.get(place..).and_then(<[u8]>::first_chunk);
            Timestamp::from_millis(raw.copied().map_or(0, i64::from_be_bytes))
        };
        let told = [moment(0), moment(8)];
        let (hour, rest) = Slots::read(bytes.get(16..).unwrap_or_default());
        let (day, rest) = Slots::read(rest);
        Self { hour, day, fortnight: Slots::read(rest).0, told }
    }
}

/// Returns the word and the length of a period.
const fn period(span: Span) -> (&'static str, Duration) {
    match span {
        Span::Hour => ("hour", Duration::from_secs(3_600)),
        Span::Day => ("day", Duration::from_secs(86_400)),
        Span::Fortnight => ("fortnight", Duration::from_secs(14 * 86_400)),
    }
}

#[cfg(test)]
mod tests;
