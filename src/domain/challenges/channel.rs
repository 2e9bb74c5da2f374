//! The media through which a code can travel.

/// The medium of a delivery. A closed set; what sends over it is in `delivery`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ChannelKind {
    /// Mail.
    Email,
    /// None: the tenant delivers the code by itself.
    None,
}

impl ChannelKind {
    /// Every one, the one without a medium last.
    pub const ALL: [Self; 2] = [Self::Email, Self::None];

    /// The word used in JSON, logs, metrics and the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::None => "none",
        }
    }

    /// The channel of this word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.as_str() == word)
    }

    /// Those over which something is sent.
    pub fn media() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|channel| *channel != Self::None)
    }
}
