//! Luck: how many accounts guesses are expected to open.

use std::ops::{Add, AddAssign, Sub};

use serde::{Deserialize, Serialize};

/// The accounts that guesses are expected to open, in trillionths. One wrong answer is worth one in as many codes as
/// its own was drawn from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Luck(pub i64);

/// One account.
const ACCOUNT: i64 = 1_000_000_000_000;

impl Luck {
    /// Returns the luck of one guess at a code that was drawn from `space` codes; nothing where there is no code.
    pub const fn of_guess(space: i64) -> Self {
        // Rounded up, so that no guess is for free.
        if space > 0 { Self((ACCOUNT + space - 1) / space) } else { Self(0) }
    }

    /// Returns the luck that opens one account in this many days, within one of them.
    pub const fn of_days(days: u32) -> Self {
        Self(if days > 0 { ACCOUNT / days as i64 } else { ACCOUNT })
    }

    /// Returns the luck of so many of them.
    #[must_use]
    pub const fn times(self, count: i64) -> Self {
        Self(self.0.saturating_mul(count))
    }

    /// Returns one part of so many.
    #[must_use]
    pub const fn part(self, of: i64) -> Self {
        Self(self.0 / of)
    }

    /// Returns the share `part` / `of` of it, rounded down.
    #[must_use]
    pub fn share(self, part: i64, of: i64) -> Self {
        let share = i128::from(self.0) * i128::from(part) / i128::from(of.max(1));
        Self(i64::try_from(share).unwrap_or(i64::MAX))
    }

    /// Returns the accounts, for people.
    pub fn accounts(self) -> f64 {
        // To a millionth, which is a guess at six digits.
        (self.0 as f64 / 1e6).round() / 1e6
    }
}

impl Add for Luck {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Luck {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl AddAssign for Luck {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guess_is_worth_one_in_as_many_codes() {
        assert_eq!(Luck::of_guess(1_000_000).times(1_000_000).accounts(), 1.0);
        assert_eq!(Luck::of_guess(100_000_000), Luck(10_000));
        assert_eq!(Luck::of_guess(0), Luck(0), "a relayed code");
        assert!(Luck::of_guess(31_i64.pow(10)) > Luck(0), "no guess is for free");
        assert_eq!(Luck::of_days(100), Luck::of_guess(1_000_000).times(10_000));
        assert_eq!(Luck::of_days(100).share(50, 100), Luck::of_days(100).part(2));
        assert_eq!(Luck(i64::MAX).share(i64::MAX, 0), Luck(i64::MAX));
    }
}
