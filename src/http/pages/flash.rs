//! What a visitor is told about what was tried last. It travels in the address, as one of these words.

use crate::service::Refusal;

/// Something to be said above the form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Flash {
    /// The code was wrong.
    Wrong,
    /// What was typed is no code, and was not counted.
    NotACode,
    /// What was typed is no address.
    NotAnAddress,
    /// The code is on its way again.
    Sent,
    /// Not now.
    Later,
}

impl Flash {
    const ALL: [Self; 5] = [Self::Wrong, Self::NotACode, Self::NotAnAddress, Self::Sent, Self::Later];

    /// What is said of a refusal; nothing where the page itself shows it.
    pub(crate) fn of(refusal: &Refusal) -> Option<Self> {
        match refusal {
            Refusal::Mismatched { .. } => Some(Self::Wrong),
            Refusal::NotACode => Some(Self::NotACode),
            Refusal::InvalidRecipient => Some(Self::NotAnAddress),
            Refusal::SendUnderWay => Some(Self::Sent),
            Refusal::Ended(_) | Refusal::UnknownChallenge | Refusal::SendsSpent | Refusal::NoRecipient => {
                None
            }
            _ => Some(Self::Later),
        }
    }

    /// Its word in the address.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Wrong => "wrong",
            Self::NotACode => "not_a_code",
            Self::NotAnAddress => "not_an_address",
            Self::Sent => "sent",
            Self::Later => "later",
        }
    }

    /// The flash of a word.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|flash| flash.word() == word)
    }

    /// The name of its text.
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::Wrong => "page-wrong",
            Self::NotACode => "page-not-a-code",
            Self::NotAnAddress => "page-not-an-address",
            Self::Sent => "page-sent-again",
            Self::Later => "page-later",
        }
    }

    /// Whether something has to be done about it.
    pub(crate) const fn is_error(self) -> bool {
        !matches!(self, Self::Sent)
    }
}
