//! Sids: the names that the Twilio Verify API gives to things, two letters and 32 hexadecimal digits.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The kind of a sid, which is its two letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SidKind {
    /// A tenant.
    Account,
    /// A secret key.
    Key,
    /// A service: a purpose of a tenant.
    Service,
    /// A verification: a challenge.
    Verification,
    /// An attempt to send a code: a message of a challenge.
    SendAttempt,
    /// A rate limit of a service: a named limit.
    RateLimit,
    /// A bucket of a rate limit: one of its windows.
    Bucket,
    /// An entity: an identity that factors belong to.
    Entity,
    /// A factor.
    Factor,
    /// An answer to a factor.
    FactorChallenge,
    /// A webhook.
    Webhook,
    /// The templates for messages of one kind and purpose.
    Template,
    /// A number on a tenant's safe list.
    SafeNumber,
}

impl SidKind {
    const ALL: [Self; 13] = [
        Self::Account,
        Self::Key,
        Self::Service,
        Self::Verification,
        Self::SendAttempt,
        Self::RateLimit,
        Self::Bucket,
        Self::Entity,
        Self::Factor,
        Self::FactorChallenge,
        Self::Webhook,
        Self::Template,
        Self::SafeNumber,
    ];

    /// Returns the two letters.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "AC",
            Self::Key => "SK",
            Self::Service => "VA",
            Self::Verification => "VE",
            Self::SendAttempt => "VL",
            Self::RateLimit => "RK",
            Self::Bucket => "BL",
            Self::Entity => "YE",
            Self::Factor => "YF",
            Self::FactorChallenge => "YC",
            Self::Webhook => "YW",
            Self::Template => "HJ",
            Self::SafeNumber => "GN",
        }
    }
}

/// A name of two letters and 32 hexadecimal digits. Not a secret: whoever knows one is authorised for nothing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Sid {
    kind: SidKind,
    number: u128,
}

impl Sid {
    /// The number of characters.
    pub const LENGTH: usize = 34;

    /// Creates the sid of this kind and number.
    pub const fn new(kind: SidKind, number: u128) -> Self {
        Self { kind, number }
    }

    /// Parses a sid of this kind.
    pub fn parse(kind: SidKind, text: &str) -> Option<Self> {
        let digits = text.strip_prefix(kind.as_str()).filter(|_| text.len() == Self::LENGTH)?;
        let are_digits = digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
        let number = are_digits.then(|| u128::from_str_radix(digits, 16).ok()).flatten()?;
        Some(Self { kind, number })
    }

    /// Returns the number.
    pub const fn number(self) -> u128 {
        self.number
    }
}

impl fmt::Display for Sid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:032x}", self.kind.as_str(), self.number)
    }
}

/// As its text.
impl Serialize for Sid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// From its text.
impl<'de> Deserialize<'de> for Sid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let sid = SidKind::ALL.into_iter().find_map(|kind| Self::parse(kind, &text));
        sid.ok_or_else(|| de::Error::custom("not a sid"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sid_is_its_text_and_back() {
        let sid = Sid::new(SidKind::Service, 7);
        assert_eq!(sid.to_string(), "VA00000000000000000000000000000007");
        assert_eq!(Sid::parse(SidKind::Service, &sid.to_string()), Some(sid));
        assert_eq!(Sid::parse(SidKind::Verification, &sid.to_string()), None);
        for kind in SidKind::ALL {
            let sid = Sid::new(kind, 7);
            let json = serde_json::to_string(&sid).unwrap();
            assert_eq!(serde_json::from_str::<Sid>(&json).unwrap(), sid);
        }
    }

    #[test]
    fn nothing_else_is_a_sid() {
        for text in [
            "",
            "VA",
            "VA0000000000000000000000000000000",
            "VA000000000000000000000000000000070",
            "VA+0000000000000000000000000000007",
            "VA0000000000000000000000000000000G",
            "VA0000000000000000000000000000000A",
            "va00000000000000000000000000000007",
            "VA000000000000000000000000000000é",
        ] {
            assert_eq!(Sid::parse(SidKind::Service, text), None, "{text}");
        }
    }
}
