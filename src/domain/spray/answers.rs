//! What is counted for a tenant, to tell guesses from people who mistype.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

use super::luck::Luck;

/// Challenges of a tenant and the answers to them, of some period. Sums of sums: what several lanes have counted is
/// added up.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Answers {
    /// Challenges opened.
    pub opened: i64,
    /// Challenges verified.
    pub verified: i64,
    /// Challenges whose attempts were used up.
    pub exhausted: i64,
    /// Wrong answers.
    pub wrong: i64,
    /// Those of them whose challenge was verified afterwards: whoever gave them had the code.
    pub explained: i64,
    /// Recipients for whom the first wrong answer of a day came.
    pub recipients: i64,
    /// The luck of the wrong answers, without the explained ones.
    pub luck: Luck,
}

impl Answers {
    /// Returns what a wrong answer counts, whose code was drawn from `space` codes.
    pub fn wrong(space: i64) -> Self {
        Self { wrong: 1, luck: Luck::of_guess(space), ..Self::default() }
    }

    /// Returns what the right answer to a challenge counts after so many wrong ones: it takes back what they counted.
    pub fn explained(space: i64, wrong_before: u8) -> Self {
        let explained = i64::from(wrong_before);
        Self { explained, luck: Luck::of_guess(space).times(-explained), ..Self::default() }
    }

    /// Returns the wrong answers that no right one explains.
    pub fn unexplained(&self) -> i64 {
        self.wrong - self.explained
    }
}

impl AddAssign for Answers {
    fn add_assign(&mut self, other: Self) {
        self.opened += other.opened;
        self.verified += other.verified;
        self.exhausted += other.exhausted;
        self.wrong += other.wrong;
        self.explained += other.explained;
        self.recipients += other.recipients;
        self.luck += other.luck;
    }
}

/// What was counted for the challenges that were minted in one hour. A wrong answer and the right one that explains it
/// count in the same hour, so that both leave the window together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hour {
    /// Hours since the epoch.
    pub number: i64,
    /// The counts.
    pub answers: Answers,
}

/// The length of an hour, in milliseconds.
pub const HOUR: i64 = 3_600_000;

/// The hours that are looked at besides the present one.
pub const HOURS: i64 = 24;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_answers_rightly_in_the_end_was_no_guesser() {
        let mut sum = Answers::default();
        for _ in 0..3 {
            sum += Answers::wrong(1_000_000);
        }
        assert_eq!((sum.wrong, sum.luck), (3, Luck(3_000_000)));
        assert_eq!(sum.unexplained(), 3);
        sum += Answers::explained(1_000_000, 3);
        assert_eq!((sum.wrong, sum.unexplained(), sum.luck), (3, 0, Luck(0)));
    }
}
