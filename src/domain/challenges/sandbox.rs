//! Reserved recipients, which behave in a known way. They are special in a sandbox only: to a live
//! tenant they are ordinary addresses.

use crate::domain::address::Address;
use crate::domain::mail_address::RESERVED;

/// The reserved phone numbers begin so, and end in the place of their behaviour in [`Reserved::ALL`]. They
/// are among those that the North American plan keeps for fiction (555-0100 to 555-0199).
pub const NUMBERS: &str = "+1202555010";

/// The domain of reserved recipients.
pub const DOMAIN: &str = RESERVED;

/// The behaviour of a reserved recipient, whose code is always
/// [`Code::known`](crate::domain::challenges::code::Code::known).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reserved {
    /// The message is sent.
    Delivered,
    /// The message is refused permanently, as if the mailbox did not exist.
    Failed,
    /// The first try fails, the second one succeeds.
    Retry,
    /// The message is sent after a few seconds.
    Slow,
    /// The message is sent, but the challenge expires as soon as it is minted.
    Expired,
    /// The mint is refused: too many messages to this recipient.
    Limited,
}

impl Reserved {
    /// Every reserved recipient.
    pub const ALL: [Self; 6] =
        [Self::Delivered, Self::Failed, Self::Retry, Self::Slow, Self::Expired, Self::Limited];

    /// Returns the local part of the address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Retry => "retry",
            Self::Slow => "slow",
            Self::Expired => "expired",
            Self::Limited => "limited",
        }
    }

    /// Returns the phone number: from `+12025550100` to `+12025550105`.
    pub fn number(self) -> String {
        let place = Self::ALL.into_iter().take_while(|reserved| *reserved != self).count();
        format!("{NUMBERS}{place}")
    }

    /// Returns the reserved recipient at this address, if it is one.
    pub fn of(recipient: &Address) -> Option<Self> {
        match recipient {
            Address::Mail(address) => Self::of_mail(&address.canonical()),
            Address::Phone(number) => {
                Self::ALL.into_iter().find(|reserved| reserved.number() == number.as_str())
            }
        }
    }

    fn of_mail(address: &str) -> Option<Self> {
        let name = reserved_name(address)?;
        Self::ALL.into_iter().find(|reserved| reserved.as_str() == name)
    }
}

/// Returns the name of an address below [`DOMAIN`]. A tag after a `+` makes another one that behaves the same and is
/// counted separately.
pub fn reserved_name(address: &str) -> Option<&str> {
    let local = address.strip_suffix(DOMAIN)?.strip_suffix('@')?;
    Some(local.split_once('+').map_or(local, |(name, _)| name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reserved_recipient_is_known_in_every_spelling_and_with_every_tag() {
        let of = |text: &str| Reserved::of(&Address::parse(text).unwrap());
        for reserved in Reserved::ALL {
            let name = reserved.as_str();
            assert_eq!(of(&format!("{name}@otpmint.test")), Some(reserved));
            assert_eq!(of(&format!("{name}+17.a@otpmint.test")), Some(reserved));
            assert_eq!(of(&format!("{}@OtpMint.Test", name.to_uppercase())), Some(reserved));
            assert_eq!(of(&reserved.number()), Some(reserved));
        }
        for other in ["jane@otpmint.test", "delivered@example.com", "delivered@x.otpmint.test"] {
            assert_eq!(of(other), None, "{other}");
        }
        assert_eq!(of("delivered@nototpmint.test"), None);
        assert_eq!(of("undelivered@otpmint.test"), None);
        assert_eq!(Reserved::Failed.number(), "+12025550101");
        assert_eq!(of("+1 202 555 0106"), None);
    }
}
