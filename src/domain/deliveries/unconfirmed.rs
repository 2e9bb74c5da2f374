//! Tries whose fate is unknown: the other side may have taken the message, and most providers send
//! it twice, and charge for it twice, if they are asked twice.

use std::time::Duration;

use crate::domain::time::Timestamp;

/// A message that may have left already.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unconfirmed {
    /// The number of its tries whose fate is unknown, including those that a crash cut off.
    pub tries: u32,
    /// When the code was minted.
    pub minted_at: Timestamp,
    /// When the code expires.
    pub expires_at: Timestamp,
}

impl Unconfirmed {
    /// Returns whether the message may be sent at `moment`: once more after a try whose fate is
    /// unknown, and only while at least half of the code's life is left. Later, a second message
    /// would help nobody who is still waiting.
    pub fn may_be_sent(&self, moment: Timestamp) -> bool {
        match self.tries {
            0 => true,
            1 => {
                let life: Duration = self.expires_at.since(self.minted_at);
                moment <= self.minted_at + life / 2
            }
            _ => false,
        }
    }

    /// Returns the state after another such try.
    pub const fn after_another(self) -> Self {
        Self { tries: self.tries.saturating_add(1), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_may_have_left_is_sent_at_most_once_more_in_the_first_half_of_its_life() {
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1_000);
        let never = Unconfirmed { tries: 0, minted_at: at(0), expires_at: at(300) };
        let once = never.after_another();
        assert!(never.may_be_sent(at(299)));
        assert!(once.may_be_sent(at(150)) && !once.may_be_sent(at(151)));
        assert!(!once.after_another().may_be_sent(at(1)));
    }
}
