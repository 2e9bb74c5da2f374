//! Addresses: where a code can be sent.

use std::fmt;

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::mail_address::{InvalidMailAddress, MailAddress};
use crate::domain::phone::country::Country;
use crate::domain::phone::number::{InvalidPhoneNumber, PhoneNumber};
use crate::domain::tenants::page_mask::PageMask;

/// A destination for codes, whatever the channel. Budgets and lockouts are counted per address.
/// `Debug` shows it masked.
#[derive(Clone, PartialEq, Eq)]
pub enum Address {
    /// A mail address.
    Mail(MailAddress),
    /// A phone number.
    Phone(PhoneNumber),
}

/// The error for a text that is not an address.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InvalidAddress {
    /// It is not a valid mail address.
    #[error(transparent)]
    Mail(#[from] InvalidMailAddress),
    /// It is not a valid phone number.
    #[error(transparent)]
    Phone(#[from] InvalidPhoneNumber),
}

impl Address {
    /// Parses a mail address or an international phone number.
    pub fn parse(text: &str) -> Result<Self, InvalidAddress> {
        Self::parse_in(None, text)
    }

    /// Parses a mail address or a phone number, which may be a national one of `region`.
    pub fn parse_in(region: Option<Country>, text: &str) -> Result<Self, InvalidAddress> {
        // A text with neither is most likely a mail address that somebody has not finished.
        let is_mail = text.contains('@') || !text.contains(char::is_numeric);
        match is_mail {
            true => Ok(Self::mail(text)?),
            false => Ok(Self::Phone(PhoneNumber::parse(text, region)?)),
        }
    }

    /// Parses a mail address.
    pub fn mail(text: &str) -> Result<Self, InvalidMailAddress> {
        MailAddress::parse(text).map(Self::Mail)
    }

    /// Returns the address as it is sent on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Mail(address) => address.as_str(),
            Self::Phone(number) => number.as_str(),
        }
    }

    /// Returns the word that keeps addresses of different kinds apart where they are counted. It is
    /// part of the keyed indexes in the store, so it never changes.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Mail(_) => "email",
            Self::Phone(_) => "phone",
        }
    }

    /// Returns the canonical form, which names the same address: what proves something compares it.
    pub fn canonical(&self) -> String {
        match self {
            Self::Mail(address) => address.canonical(),
            Self::Phone(number) => number.as_str().to_owned(),
        }
    }

    /// Returns the form under which the recipient is counted: see [`MailAddress::mailbox`].
    pub fn mailbox(&self) -> String {
        match self {
            Self::Mail(address) => address.mailbox(),
            Self::Phone(number) => number.as_str().to_owned(),
        }
    }

    /// Returns what groups addresses whose deliveries tend to fail together: the domain of a mail
    /// address, the country of a phone number.
    pub fn domain(&self) -> String {
        match self {
            Self::Mail(address) => address.domain(),
            Self::Phone(number) => number.country().as_str().to_owned(),
        }
    }

    /// Returns the country of a phone number.
    pub fn country(&self) -> Option<Country> {
        self.phone().map(PhoneNumber::country)
    }

    /// Returns the address masked except for a few hints, for logs, audit and responses.
    pub fn masked(&self) -> String {
        match self {
            Self::Mail(address) => address.masked(),
            Self::Phone(number) => number.masked(),
        }
    }

    /// Returns the address as its page shows it. Of a phone number the country and the last two digits are enough.
    pub fn shown(&self, mask: PageMask) -> String {
        match (mask, self) {
            (PageMask::None, _) => self.as_str().to_owned(),
            (PageMask::Light, Self::Mail(address)) => address.lightly_masked(),
            (PageMask::Light, Self::Phone(_)) | (PageMask::Strong, _) => self.masked(),
        }
    }

    /// Returns the phone number, if it is one.
    pub const fn phone(&self) -> Option<&PhoneNumber> {
        match self {
            Self::Mail(_) => None,
            Self::Phone(number) => Some(number),
        }
    }

    /// Returns the channel that is used unless the caller asks for another one.
    pub const fn usual_channel(&self) -> ChannelKind {
        match self {
            Self::Mail(_) => ChannelKind::Email,
            Self::Phone(_) => ChannelKind::Sms,
        }
    }
}

impl ChannelKind {
    /// Returns whether addresses of this kind are reached over the channel.
    pub const fn suits(self, address: &Address) -> bool {
        match (self, address) {
            (Self::None, _) | (Self::Email, Address::Mail(_)) => true,
            (Self::Email, Address::Phone(_)) => false,
            (_, Address::Phone(_)) => true,
            (_, Address::Mail(_)) => false,
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
        for (one, other, masked) in [
            ("Jane@Example.com", " jane@example.com", "J***@e***.com"),
            ("+49 (0)1512 3456789", "004915123456789", "+49 *** ***89"),
        ] {
            let (one, other) = (Address::parse(one).unwrap(), Address::parse(other).unwrap());
            assert_eq!((one.kind(), one.canonical()), (other.kind(), other.canonical()));
            assert_eq!(format!("{one:?}"), masked);
        }
    }

    #[test]
    fn an_error_says_what_the_text_was_taken_for() {
        for (text, mail) in
            [("jane", true), ("", true), ("jane@", true), ("jane2@x", true), ("0151 1", false)]
        {
            let refused = Address::parse(text).unwrap_err();
            assert_eq!(matches!(refused, InvalidAddress::Mail(_)), mail, "{text:?}");
        }
    }

    #[test]
    fn a_channel_suits_one_kind_of_address() {
        let (mail, phone) =
            (Address::parse("a@b.example").unwrap(), Address::parse("+4915123456789").unwrap());
        for channel in ChannelKind::media() {
            assert_ne!(channel.suits(&mail), channel.suits(&phone), "{channel:?}");
        }
        assert!(ChannelKind::None.suits(&mail) && ChannelKind::None.suits(&phone));
    }
}
