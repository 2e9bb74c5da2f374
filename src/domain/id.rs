//! Row identities: numbers that grow with time, so that new rows go to the end of a table.

use std::sync::atomic::{AtomicI64, Ordering};

use crate::domain::time::Timestamp;

/// Bits below the millisecond: a million identities in each.
const SEQUENCE_BITS: u32 = 20;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(pub i64);
    };
}

id!(
    /// A tenant's row.
    TenantId
);
id!(
    /// A challenge's row. Outside it is only ever seen encrypted, as a shareable key.
    ChallengeId
);

impl ChallengeId {
    /// No challenge has it: for a key that is none, to be looked up as any other.
    pub const NONE: Self = Self(-1);
}

/// The moment at which an identity was handed out, unless the clock had gone back before.
pub const fn moment(id: i64) -> Timestamp {
    Timestamp::from_millis(id >> SEQUENCE_BITS)
}

/// The smallest identity that can have been handed out at `moment`.
pub const fn first_at(moment: Timestamp) -> i64 {
    moment.as_millis().saturating_mul(1 << SEQUENCE_BITS)
}

/// Hands out identities that never repeat and never fall, as long as `floor` is honoured at start.
#[derive(Debug)]
pub struct IdGenerator {
    last: AtomicI64,
}

impl IdGenerator {
    /// A generator that starts above `floor`, the greatest identity already in use, so that a
    /// clock which went back between two runs cannot hand out one of them again.
    pub fn above(floor: i64) -> Self {
        Self { last: AtomicI64::new(floor) }
    }

    /// The next identity at `now`.
    pub fn next(&self, now: Timestamp) -> i64 {
        let from_clock = now.as_millis() << SEQUENCE_BITS;
        let step = |last: i64| Some(from_clock.max(last + 1));
        match self.last.fetch_update(Ordering::Relaxed, Ordering::Relaxed, step) {
            Ok(last) | Err(last) => from_clock.max(last + 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_grow_even_when_the_clock_goes_back() {
        let ids = IdGenerator::above(0);
        let first = ids.next(Timestamp::from_millis(1_000));
        let second = ids.next(Timestamp::from_millis(1_000));
        let third = ids.next(Timestamp::from_millis(500));
        assert!(first < second && second < third);
        assert!(ids.next(Timestamp::from_millis(1_001)) > third);
    }

    #[test]
    fn identities_start_above_what_is_in_use() {
        let now = Timestamp::from_millis(1_000);
        let in_use = IdGenerator::above(0).next(Timestamp::from_millis(9_000));
        assert!(IdGenerator::above(in_use).next(now) > in_use);
    }
}
