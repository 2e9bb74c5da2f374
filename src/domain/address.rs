//! Where a code can go.

use std::fmt;

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::mail_address::{InvalidMailAddress, MailAddress};

/// Where a code goes, whatever the channel: budgets and lockouts hang on it. `Debug` shows it masked.
#[derive(Clone, PartialEq, Eq)]
pub enum Address {
    /// A mail address.
    Mail(MailAddress),
}

/// Why a text is no address.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InvalidAddress {
    /// Not one of mail.
    #[error(transparent)]
    Mail(#[from] InvalidMailAddress),
}

impl Address {
    /// The address in a text.
    pub fn parse(text: &str) -> Result<Self, InvalidAddress> {
        Ok(Self::Mail(MailAddress::parse(text)?))
    }

    /// The address as it goes on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Mail(address) => address.as_str(),
        }
    }

    /// The word that keeps addresses of different kinds apart where they are counted. It is part of
    /// the keyed indexes in the store, so it never changes.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Mail(_) => "email",
        }
    }

    /// The form under which the address is counted: the same for every way to write it.
    pub fn canonical(&self) -> String {
        match self {
            Self::Mail(address) => address.canonical(),
        }
    }

    /// What it has in common with others whose deliveries fail together: the domain of a mail address.
    pub fn domain(&self) -> String {
        match self {
            Self::Mail(address) => address.domain(),
        }
    }

    /// The address with all but the hints hidden, for logs, audit and answers.
    pub fn masked(&self) -> String {
        match self {
            Self::Mail(address) => address.masked(),
        }
    }

    /// The channel that is used unless another one is asked for.
    pub const fn usual_channel(&self) -> ChannelKind {
        match self {
            Self::Mail(_) => ChannelKind::Email,
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_counted_under_one_form_and_shown_masked() {
        let (one, other) = (Address::parse("Jane@Example.com"), Address::parse(" jane@example.com"));
        let (one, other) = (one.unwrap(), other.unwrap());
        assert_eq!((one.kind(), one.canonical()), (other.kind(), other.canonical()));
        assert_eq!(format!("{one:?}"), "J***@e***.com");
    }
}
