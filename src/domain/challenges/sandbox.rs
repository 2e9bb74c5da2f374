//! Recipients that behave in a known way. In a sandbox only: to a live tenant they are addresses
//! like all others.

use crate::domain::address::Address;

/// Their domain. Nobody can have it (RFC 6761 §6.2).
pub const DOMAIN: &str = "otpmint.test";

/// What becomes of a message to a reserved recipient, whose code is always
/// [`Code::known`](crate::domain::challenges::code::Code::known).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reserved {
    /// It is sent.
    Delivered,
    /// It is refused for good, as if there were no such mailbox.
    Failed,
    /// Its first try fails, its second one does not.
    Retry,
    /// It is sent a few seconds later.
    Slow,
    /// It is sent, but the challenge has expired as soon as it is minted.
    Expired,
    /// The mint is refused: too many messages to this recipient.
    Limited,
}

impl Reserved {
    /// Every one.
    pub const ALL: [Self; 6] =
        [Self::Delivered, Self::Failed, Self::Retry, Self::Slow, Self::Expired, Self::Limited];

    /// The local part of its address.
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

    /// Which one this is, if it is one. What follows a `+` in the local part makes recipients that
    /// are counted each by itself and behave alike.
    pub fn of(recipient: &Address) -> Option<Self> {
        let address = recipient.canonical();
        let local = address.strip_suffix(DOMAIN)?.strip_suffix('@')?;
        let name = local.split_once('+').map_or(local, |(name, _)| name);
        Self::ALL.into_iter().find(|reserved| reserved.as_str() == name)
    }
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
        }
        for other in ["jane@otpmint.test", "delivered@example.com", "delivered@x.otpmint.test"] {
            assert_eq!(of(other), None, "{other}");
        }
        assert_eq!(of("delivered@nototpmint.test"), None);
        assert_eq!(of("undelivered@otpmint.test"), None);
    }
}
