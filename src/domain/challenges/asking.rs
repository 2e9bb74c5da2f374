//! What a page asks its visitor for, if the challenge has no recipient.

use serde::{Deserialize, Serialize};

use crate::domain::address::{Address, InvalidAddress};
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::phone::country::Country;
use crate::domain::phone::number::PhoneNumber;

/// The kinds of address that a visitor may give.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ask {
    /// A mail address.
    #[default]
    Email,
    /// A phone number.
    Phone,
    /// One of both.
    Either,
}

/// The settings of a challenge whose page asks for the recipient.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Asking {
    /// What it asks for.
    #[serde(rename = "for", default)]
    pub ask: Ask,
    /// The length of the code, which is drawn only after the recipient is given.
    pub length: usize,
}

impl Ask {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Email, Self::Phone, Self::Either];

    /// Returns the word used in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Either => "either",
        }
    }

    /// Returns the kind that this word names, if any.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ask| ask.as_str() == word)
    }

    /// Returns whether a visitor may give a mail address.
    pub const fn takes_mail(self) -> bool {
        matches!(self, Self::Email | Self::Either)
    }

    /// Returns whether a visitor may give a phone number.
    pub const fn takes_numbers(self) -> bool {
        matches!(self, Self::Phone | Self::Either)
    }

    /// Returns the channel that a challenge shows until its visitor has given an address.
    pub const fn expected_channel(self) -> ChannelKind {
        match self {
            Self::Email | Self::Either => ChannelKind::Email,
            Self::Phone => ChannelKind::Sms,
        }
    }

    /// Reads what a visitor typed; a phone number may be a national one of `region`.
    pub fn read(self, text: &str, region: Option<Country>) -> Result<Address, InvalidAddress> {
        match self {
            Self::Email => Ok(Address::mail(text)?),
            Self::Phone => Ok(Address::Phone(PhoneNumber::parse(text, region)?)),
            Self::Either => Address::parse_in(region, text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visitor_gives_what_was_asked_for_and_nothing_else() {
        let region = Country::parse("DE");
        let kind = |ask: Ask, text: &str| ask.read(text, region).ok().map(|address| address.kind());
        for (text, given) in [
            ("jane@example.com", [Some("email"), None, Some("email")]),
            ("0151 23456789", [None, Some("phone"), Some("phone")]),
            ("+44 7400 123456", [None, Some("phone"), Some("phone")]),
            ("jane", [None; 3]),
            ("", [None; 3]),
        ] {
            assert_eq!(Ask::ALL.map(|ask| kind(ask, text)), given, "{text}");
        }
        for ask in Ask::ALL {
            assert_eq!(Ask::parse(ask.as_str()), Some(ask));
        }
        assert_eq!(Ask::parse("fax"), None);
    }
}
