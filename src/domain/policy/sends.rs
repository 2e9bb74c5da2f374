//! Send policies: how often one code may be sent.

use std::time::Duration;

use crate::domain::time::Timestamp;

/// The maximum number of messages of one challenge.
pub const MAX_SENDS: u8 = 10;

/// The longest pause between two messages of a challenge.
pub const MAX_PAUSE: Duration = Duration::from_secs(900);

/// The number of messages of one code, and the pauses between them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SendPolicy {
    /// The maximum number of messages of one challenge, the first included: 1 to [`MAX_SENDS`].
    pub max_sends: u8,
    /// The pause after the first message, after the second, and so on; the last pause repeats.
    pub cooldowns: Vec<Duration>,
}

impl SendPolicy {
    /// Returns the policy with at most this many messages, if a number is given.
    #[must_use]
    pub fn at_most(&self, max_sends: Option<u8>) -> Self {
        let max_sends = max_sends.map_or(self.max_sends, |most| most.clamp(1, self.max_sends));
        Self { max_sends, cooldowns: self.cooldowns.clone() }
    }

    /// Returns when the next message may be sent, after `sends` messages of which the latest was
    /// sent at `now`; `None` if that was the last one.
    pub fn resend_at(&self, sends: u8, now: Timestamp) -> Option<Timestamp> {
        let at = usize::from(sends.saturating_sub(1)).min(self.cooldowns.len().saturating_sub(1));
        let pause = self.cooldowns.get(at).copied().unwrap_or_default();
        (sends < self.max_sends).then(|| now + pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_grows_and_the_sends_end() {
        let policy =
            SendPolicy { max_sends: 4, cooldowns: vec![Duration::from_secs(30), Duration::from_secs(60)] };
        let at = |seconds: i64| Some(Timestamp::from_millis(seconds * 1_000));
        let after = |sends| policy.resend_at(sends, Timestamp::from_millis(0));
        assert_eq!([after(1), after(2), after(3), after(4)], [at(30), at(60), at(60), None]);
    }
}
