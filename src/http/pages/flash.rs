//! Flashes: a sentence about the visitor's last action. Its word is in the address.

use crate::service::Refusal;

/// A sentence above the form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Flash {
    /// The code was wrong.
    Wrong,
    /// The input is not a code and was not counted.
    NotACode,
    /// The input is not an address.
    NotAnAddress,
    /// The code was sent again.
    Sent,
    /// The action is not possible at the moment.
    Later,
}

impl Flash {
    const ALL: [Self; 5] = [Self::Wrong, Self::NotACode, Self::NotAnAddress, Self::Sent, Self::Later];

    /// The flash for a refusal; `None` if the page itself shows the reason.
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

    /// The id of its text.
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::Wrong => "page-wrong",
            Self::NotACode => "page-not-a-code",
            Self::NotAnAddress => "page-not-an-address",
            Self::Sent => "page-sent-again",
            Self::Later => "page-later",
        }
    }

    /// Whether the visitor has to do something.
    pub(crate) const fn is_error(self) -> bool {
        !matches!(self, Self::Sent)
    }
}
