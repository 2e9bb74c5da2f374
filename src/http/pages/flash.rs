//! Flashes: a sentence about the visitor's last action. Its word is in the address.

use crate::domain::limits::limit::{Limit, LimitHit};
use crate::service::{FactorRefusal, Refusal};

use crate::http::shared::problems::audience::{Audience, hide_rule};

/// Whether a rule against toll fraud has refused. A visitor does not learn which.
fn is_not_sent_there(hit: LimitHit) -> bool {
    hide_rule(hit, Audience::Public).limit == Limit::NotSentThere
}

/// A sentence above the form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Flash {
    /// The code was wrong.
    Wrong,
    /// The input is not a code and was not counted.
    NotACode,
    /// The input cannot be a code of an authenticator app, and was not counted.
    NotOfTheApp,
    /// The input is not an address of a kind that the page asks for.
    NotAnAddress,
    /// Nothing is sent to this number at the moment.
    NotThere,
    /// The code was sent again.
    Sent,
    /// The action is not possible at the moment.
    Later,
}

impl Flash {
    const ALL: [Self; 7] = [
        Self::Wrong,
        Self::NotACode,
        Self::NotOfTheApp,
        Self::NotAnAddress,
        Self::NotThere,
        Self::Sent,
        Self::Later,
    ];

    /// The flash for a refusal; `None` if the page itself shows the reason.
    pub(crate) fn of(refusal: &Refusal) -> Option<Self> {
        match refusal {
            Refusal::Mismatched { .. } => Some(Self::Wrong),
            Refusal::NotACode => Some(Self::NotACode),
            Refusal::Factor(FactorRefusal::Invalid { .. }) => Some(Self::NotOfTheApp),
            Refusal::Factor(FactorRefusal::Unknown | FactorRefusal::AlreadyConfirmed) => None,
            Refusal::InvalidRecipient => Some(Self::NotAnAddress),
            Refusal::SendUnderWay => Some(Self::Sent),
            Refusal::Ended(_) | Refusal::UnknownChallenge | Refusal::SendsSpent | Refusal::NoRecipient => {
                None
            }
            Refusal::Unreachable(_) => Some(Self::NotThere),
            Refusal::Limited(hit) if is_not_sent_there(*hit) => Some(Self::NotThere),
            _ => Some(Self::Later),
        }
    }

    /// Its word in the address.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Wrong => "wrong",
            Self::NotACode => "not_a_code",
            Self::NotOfTheApp => "not_of_the_app",
            Self::NotAnAddress => "not_an_address",
            Self::NotThere => "not_there",
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
            Self::NotOfTheApp => "enrol-not-a-code",
            Self::NotAnAddress => "page-not-an-address",
            Self::NotThere => "page-not-there",
            Self::Sent => "page-sent-again",
            Self::Later => "page-later",
        }
    }

    /// Whether the visitor has to do something.
    pub(crate) const fn is_error(self) -> bool {
        !matches!(self, Self::Sent)
    }
}
