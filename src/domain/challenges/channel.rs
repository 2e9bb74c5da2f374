//! Channels: the media that a code can be sent over.

/// The medium of a delivery. The set is closed; the code that sends over each is in `delivery`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ChannelKind {
    /// Mail.
    Email,
    /// No medium: the tenant delivers the code itself.
    None,
}

impl ChannelKind {
    /// Every channel; the one without a medium comes last.
    pub const ALL: [Self; 2] = [Self::Email, Self::None];

    /// Returns the word used in JSON, logs, metrics and the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::None => "none",
        }
    }

    /// Returns the channel that this word names, if any.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.as_str() == word)
    }

    /// Returns the channels that this server sends over.
    pub fn media() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|channel| *channel != Self::None)
    }
}
