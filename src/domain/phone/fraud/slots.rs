//! Counts over a period that slides in steps.

use std::time::Duration;

use crate::domain::time::Timestamp;

/// A period, and the steps in which it slides.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Span {
    /// An hour, in steps of five minutes.
    Hour,
    /// 24 hours, in steps of an hour.
    Day,
    /// 14 days, in steps of a day.
    Fortnight,
}

/// Messages, and how many of them led to a verified challenge.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Sends {
    /// Messages.
    pub sent: u32,
    /// Messages of challenges that were verified.
    pub verified: u32,
}

/// The sends of a period, by step. A period that ends now includes the step in which it began, so
/// that no moment of it is forgotten early.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Slots(Vec<Slot>);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Slot {
    /// Steps since the epoch.
    number: i64,
    sends: Sends,
}

/// The bytes of an encoded step.
const SLOT: usize = 16;

impl Span {
    /// The length of a step, in milliseconds.
    const fn step(self) -> i64 {
        match self {
            Self::Hour => 300_000,
            Self::Day => 3_600_000,
            Self::Fortnight => 86_400_000,
        }
    }

    /// The steps of the period.
    const fn steps(self) -> i64 {
        match self {
            Self::Hour => 12,
            Self::Day => 24,
            Self::Fortnight => 14,
        }
    }

    fn number(self, moment: Timestamp) -> i64 {
        moment.as_millis().div_euclid(self.step())
    }
}

impl Sends {
    /// Returns the messages whose codes nobody entered.
    pub const fn unverified(self) -> u32 {
        self.sent.saturating_sub(self.verified)
    }

    const fn plus(self, other: Self) -> Self {
        Self {
            sent: self.sent.saturating_add(other.sent),
            verified: self.verified.saturating_add(other.verified),
        }
    }
}

impl Slots {
    /// Adds sends at `now`, and drops what the period has left behind.
    pub fn add(&mut self, span: Span, sends: Sends, now: Timestamp) {
        let number = span.number(now);
        match self.0.binary_search_by_key(&number, |slot| slot.number) {
            Ok(place) => self.0[place].sends = self.0[place].sends.plus(sends),
            Err(place) => self.0.insert(place, Slot { number, sends }),
        }
        self.0.retain(|slot| (number - span.steps()..=number).contains(&slot.number));
    }

    /// Returns the sends of the period that ends at `now`.
    pub fn within(&self, span: Span, now: Timestamp) -> Sends {
        self.present(span, now).fold(Sends::default(), |sum, slot| sum.plus(slot.sends))
    }

    /// Returns the most messages of verified challenges in one step.
    pub fn most_verified(&self, span: Span, now: Timestamp) -> u32 {
        self.present(span, now).map(|slot| slot.sends.verified).max().unwrap_or(0)
    }

    /// Returns how long it takes until at least `surplus` of what `count` counts has left the period.
    pub fn free_after(
        &self,
        span: Span,
        now: Timestamp,
        surplus: u32,
        count: impl Fn(Sends) -> u32,
    ) -> Duration {
        let mut left = 0;
        for slot in self.present(span, now) {
            left += u64::from(count(slot.sends));
            if left >= u64::from(surplus) {
                let out = (slot.number + span.steps() + 1).saturating_mul(span.step());
                return Timestamp::from_millis(out).since(now);
            }
        }
        Duration::from_millis(span.step().unsigned_abs())
    }

    fn present(&self, span: Span, now: Timestamp) -> impl Iterator<Item = &Slot> {
        let last = span.number(now);
        self.0.iter().filter(move |slot| (last - span.steps()..=last).contains(&slot.number))
    }

    /// Returns the number of the last step in which anything was counted.
    pub fn last(&self) -> Option<i64> {
        self.0.last().map(|slot| slot.number)
    }

    /// Takes all messages whose codes nobody entered out of the counts.
    pub fn forgive(&mut self) {
        for slot in &mut self.0 {
            slot.sends.sent = slot.sends.sent.min(slot.sends.verified);
        }
    }

    /// Moves all counts back by `step`, for a clock that was set back by as much.
    pub fn earlier_by(&mut self, span: Span, step: Duration) {
        let steps = i64::try_from(step.as_millis()).unwrap_or(i64::MAX) / span.step();
        for slot in &mut self.0 {
            slot.number = slot.number.saturating_sub(steps);
        }
    }

    /// Appends the encoded counts: their number, and sixteen bytes for each step.
    pub fn write(&self, bytes: &mut Vec<u8>) {
        // There are never more steps than in a period.
        bytes.push(u8::try_from(self.0.len()).unwrap_or(u8::MAX));
        for slot in self.0.iter().take(usize::from(u8::MAX)) {
            bytes.extend(slot.number.to_be_bytes());
            bytes.extend(slot.sends.sent.to_be_bytes());
            bytes.extend(slot.sends.verified.to_be_bytes());
        }
    }

    /// Decodes counts, and returns the bytes behind them; what is incomplete counts nothing.
    pub fn read(bytes: &[u8]) -> (Self, &[u8]) {
        let Some((count, rest)) = bytes.split_first() else { return (Self::default(), bytes) };
        let (own, rest) = rest.split_at(rest.len().min(usize::from(*count) * SLOT));
        let (raw, _) = own.as_chunks::<SLOT>();
        (Self(raw.iter().map(Slot::read).collect()), rest)
    }
}

impl Slot {
    fn read(raw: &[u8; SLOT]) -> Self {
        let [a, b, c, d, e, f, g, h, sent @ .., i, j, k, l] = *raw;
        let number = i64::from_be_bytes([a, b, c, d, e, f, g, h]);
        let sends = Sends { sent: u32::from_be_bytes(sent), verified: u32::from_be_bytes([i, j, k, l]) };
        Self { number, sends }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ONE: Sends = Sends { sent: 1, verified: 0 };

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    #[test]
    fn a_period_slides_in_steps_and_forgets_nothing_early() {
        let mut slots = Slots::default();
        slots.add(Span::Hour, ONE, at(299));
        assert_eq!(slots.within(Span::Hour, at(299 + 3_600)).sent, 1);
        assert_eq!(slots.free_after(Span::Hour, at(299), 1, |sends| sends.sent), Duration::from_secs(3_601));
        assert_eq!(slots.within(Span::Hour, at(3_899)).sent, 1);
        assert_eq!(slots.within(Span::Hour, at(3_900)).sent, 0);
    }

    #[test]
    fn what_was_encoded_reads_back_and_less_counts_less() {
        let mut slots = Slots::default();
        for hour in 0..40 {
            slots.add(Span::Day, Sends { sent: 2, verified: 1 }, at(hour * 3_600));
        }
        let mut bytes = Vec::new();
        slots.write(&mut bytes);
        assert_eq!(bytes.len(), 1 + 25 * SLOT);
        assert_eq!(Slots::read(&bytes), (slots.clone(), &[][..]));
        for cut in 0..bytes.len() {
            assert!(Slots::read(&bytes[..cut]).0.0.len() <= 24);
        }
        slots.forgive();
        assert_eq!(slots.within(Span::Day, at(39 * 3_600)).unverified(), 0);
    }

    proptest! {
        #[test]
        fn no_message_of_the_period_is_missed(
            mut seconds in prop::collection::vec(0..8_000_i64, 0..60),
            asked in 0..8_000_i64,
        ) {
            seconds.sort_unstable();
            seconds.retain(|second| *second <= asked);
            let mut slots = Slots::default();
            for second in &seconds {
                slots.add(Span::Hour, ONE, at(*second));
            }
            let exact = seconds.iter().filter(|second| **second > asked - 3_600).count() as u32;
            let counted = slots.within(Span::Hour, at(asked)).sent;
            prop_assert!(counted >= exact, "{counted} of {exact}");
            if counted > 0 {
                let wait = slots.free_after(Span::Hour, at(asked), 1, |sends| sends.sent);
                prop_assert!(slots.within(Span::Hour, at(asked) + wait).sent < counted);
            }
        }
    }
}
