//! The media through which a code can travel.

/// The medium of a delivery. A closed set: a new one is a new variant and a new file in `delivery`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ChannelKind {
    /// Mail, through the tenant's own SMTP server.
    Email,
    /// None: the tenant delivers the code by itself.
    None,
}

impl ChannelKind {
    /// The word used in JSON, logs, metrics and the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::None => "none",
        }
    }

    /// The channel of this word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "email" => Some(Self::Email),
            "none" => Some(Self::None),
            _ => None,
        }
    }
}
