//! Addresses: where a code can be sent.

use std::fmt;

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::mail_address::{InvalidMailAddress, MailAddress};

/// A destination for codes, whatever the channel. Budgets and lockouts are counted per address.
/// `Debug` shows it masked.
#[derive(Clone, PartialEq, Eq)]
pub enum Address {
    /// A mail address.
    Mail(MailAddress),
}

/// The error for a text that is not an address.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InvalidAddress {
    /// It is not a valid mail address.
    #[error(transparent)]
    Mail(#[from] InvalidMailAddress),
}

impl Address {
    /// Parses an address.
    pub fn parse(text: &str) -> Result<Self, InvalidAddress> {
        Ok(Self::Mail(MailAddress::parse(text)?))
    }

    /// Returns the address as it is sent on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Mail(address) => address.as_str(),
        }
    }

    /// Returns the word that keeps addresses of different kinds apart where they are counted. It is
    /// part of the keyed indexes in the store, so it never changes.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Mail(_) => "email",
        }
    }

    /// Returns the canonical form, under which the address is counted: the same for every spelling.
    pub fn canonical(&self) -> String {
        match self {
            Self::Mail(address) => address.canonical(),
        }
    }

    /// Returns what groups addresses whose deliveries tend to fail together: the domain of a mail
    /// address.
    pub fn domain(&self) -> String {
        match self {
            Self::Mail(address) => address.domain(),
        }
    }

    /// Returns the address masked except for a few hints, for logs, audit and responses.
    pub fn masked(&self) -> String {
        match self {
            Self::Mail(address) => address.masked(),
        }
    }

    /// Returns the channel that is used unless the caller asks for another one.
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
