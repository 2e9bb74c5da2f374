//! Fallback: the channels over which a code follows when its message does not arrive.

use std::fmt;
use std::time::Duration;

use super::channel::ChannelKind;

/// A code with less time left does not follow over another channel: its reader could not use it.
pub const LEAST_LEFT: Duration = Duration::from_secs(60);

/// The next channels of a challenge, in the order in which they are used.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Fallback(Vec<Hop>);

/// A message over the next channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hop {
    /// The channel.
    pub channel: ChannelKind,
    /// How long after the former message was sent, unless that one is reported to have arrived. A
    /// message that fails is followed at once.
    pub after: Duration,
}

impl Fallback {
    /// Creates a fallback of these messages, in this order.
    pub fn new(hops: Vec<Hop>) -> Self {
        Self(hops)
    }

    /// Returns whether nothing follows.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the next message.
    pub fn next(&self) -> Option<Hop> {
        self.0.first().copied()
    }

    /// Returns the channels.
    pub fn channels(&self) -> impl Iterator<Item = ChannelKind> {
        self.0.iter().map(|hop| hop.channel)
    }

    /// Returns what follows a message over `channel`: what stands behind it here, or everything if it
    /// does not.
    #[must_use]
    pub fn behind(&self, channel: ChannelKind) -> Self {
        let place = self.0.iter().position(|hop| hop.channel == channel);
        Self(self.0[place.map_or(0, |place| place + 1)..].to_vec())
    }

    /// Returns the same without the messages over `channel`.
    #[must_use]
    pub fn without(&self, channel: ChannelKind) -> Self {
        Self(self.0.iter().filter(|hop| hop.channel != channel).copied().collect())
    }

    /// Parses the words of the store: `sms@30 voice@45`, with the seconds to wait.
    pub fn parse(text: &str) -> Option<Self> {
        let hop = |word: &str| {
            let (channel, seconds) = word.split_once('@')?;
            let after = Duration::from_secs(seconds.parse().ok()?);
            Some(Hop { channel: ChannelKind::parse(channel)?, after })
        };
        text.split_ascii_whitespace().map(hop).collect::<Option<_>>().map(Self)
    }
}

impl fmt::Display for Fallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, hop) in self.0.iter().enumerate() {
            let space = if at > 0 { " " } else { "" };
            write!(f, "{space}{}@{}", hop.channel.as_str(), hop.after.as_secs())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_and_read_as_words_and_shrinks_from_its_front() {
        let all = Fallback::parse("whatsapp@30 sms@45 voice@45").unwrap();
        assert_eq!(all.to_string(), "whatsapp@30 sms@45 voice@45");
        let first = Hop { channel: ChannelKind::Whatsapp, after: Duration::from_secs(30) };
        assert_eq!(all.next(), Some(first));
        assert_eq!(all.behind(ChannelKind::Sms).to_string(), "voice@45");
        assert!(all.behind(ChannelKind::Voice).is_empty());
        assert_eq!(all.behind(ChannelKind::Telegram), all);
        assert_eq!(all.without(ChannelKind::Sms).to_string(), "whatsapp@30 voice@45");
        for broken in ["sms", "sms@", "fax@3", "sms@-1"] {
            assert_eq!(Fallback::parse(broken), None, "{broken}");
        }
        assert_eq!(Fallback::parse(""), Some(Fallback::default()));
    }
}
