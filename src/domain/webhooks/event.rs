//! Events that tenants can subscribe to, and their payloads.

use std::fmt;

use crate::domain::tenants::tenant::TenantHandle;
use crate::domain::time::Timestamp;

/// The number of an event. It grows with time and is unique within its tenant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct EventId(pub i64);

/// The kind of an event.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum EventKind {
    /// The right code was given.
    ChallengeVerified,
    /// The last attempt was wrong.
    ChallengeExhausted,
    /// A challenge expired.
    ChallengeExpired,
    /// A message was accepted.
    DeliverySent,
    /// A message was not delivered.
    DeliveryFailed,
    /// A message has arrived.
    DeliveryDelivered,
    /// A route can send nothing until its owner changes it.
    RouteFailed,
    /// Most of a budget of messages to phone numbers is spent.
    PhoneBudget,
    /// Few codes to the phone numbers of a country are entered.
    PhoneConversion,
    /// The first right code of a factor was given, or it was imported as confirmed.
    FactorConfirmed,
    /// A factor pauses after too many wrong codes in a row.
    FactorPaused,
    /// A recovery code was used.
    FactorRecovered,
    /// A factor was deleted.
    FactorRemoved,
    /// The cap on the tenant's mints began to refuse them.
    MintsCapped,
    /// A challenge was opened.
    ChallengeCreated,
    /// A challenge was canceled.
    ChallengeCanceled,
    /// A recipient has given so many wrong answers in a row that no more are evaluated.
    RecipientLockedOut,
    /// Another endpoint was disabled because it is gone or has failed for days.
    WebhookDisabled,
    /// A secret key ends soon.
    KeyExpiring,
    /// Somebody seems to guess at the codes of very many recipients.
    SpraySuspected,
    /// A test of an endpoint; nothing happened.
    Ping,
}

impl EventKind {
    /// The kinds that an endpoint can subscribe to.
    pub const ALL: [Self; 20] = [
        Self::ChallengeVerified,
        Self::ChallengeExhausted,
        Self::ChallengeExpired,
        Self::DeliverySent,
        Self::DeliveryFailed,
        Self::DeliveryDelivered,
        Self::RouteFailed,
        Self::PhoneBudget,
        Self::PhoneConversion,
        Self::FactorConfirmed,
        Self::FactorPaused,
        Self::FactorRecovered,
        Self::FactorRemoved,
        Self::MintsCapped,
        Self::ChallengeCreated,
        Self::ChallengeCanceled,
        Self::RecipientLockedOut,
        Self::WebhookDisabled,
        Self::KeyExpiring,
        Self::SpraySuspected,
    ];

    /// Returns the word used in JSON and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ChallengeVerified => "challenge.verified",
            Self::ChallengeExhausted => "challenge.exhausted",
            Self::ChallengeExpired => "challenge.expired",
            Self::DeliverySent => "delivery.sent",
            Self::DeliveryFailed => "delivery.failed",
            Self::DeliveryDelivered => "delivery.delivered",
            Self::RouteFailed => "route.failed",
            Self::PhoneBudget => "phone.budget",
            Self::PhoneConversion => "phone.conversion",
            Self::FactorConfirmed => "factor.confirmed",
            Self::FactorPaused => "factor.paused",
            Self::FactorRecovered => "factor.recovered",
            Self::FactorRemoved => "factor.removed",
            Self::MintsCapped => "tenant.mints_capped",
            Self::ChallengeCreated => "challenge.created",
            Self::ChallengeCanceled => "challenge.canceled",
            Self::RecipientLockedOut => "recipient.locked_out",
            Self::WebhookDisabled => "webhook.disabled",
            Self::KeyExpiring => "key.expiring",
            Self::SpraySuspected => "tenant.spray_suspected",
            Self::Ping => "ping",
        }
    }

    /// Says what has happened, for people.
    pub const fn about(self) -> &'static str {
        match self {
            Self::ChallengeVerified => "The right code was given.",
            Self::ChallengeExhausted => "The last attempt was wrong.",
            Self::ChallengeExpired => "The time of a challenge ran out.",
            Self::DeliverySent => "The mail server or provider accepted a message.",
            Self::DeliveryFailed => "A message was not delivered.",
            Self::DeliveryDelivered => "The provider reported that the latest message has arrived.",
            Self::RouteFailed => "A route can send nothing until you change or test it.",
            Self::PhoneBudget => "Most of a budget of messages to phone numbers is spent.",
            Self::PhoneConversion => "Few codes to the phone numbers of a country are entered.",
            Self::FactorConfirmed => "A factor became active, by its first right code or an import.",
            Self::FactorPaused => "A factor pauses after too many wrong codes in a row.",
            Self::FactorRecovered => "A recovery code was used.",
            Self::FactorRemoved => "A factor was deleted.",
            Self::MintsCapped => "The cap on your mints began to refuse them.",
            Self::ChallengeCreated => "A challenge was opened.",
            Self::ChallengeCanceled => "A challenge was canceled.",
            Self::RecipientLockedOut => {
                "A recipient has given so many wrong answers in a row that no more are evaluated."
            }
            Self::WebhookDisabled => {
                "Another of your webhooks was disabled, because it is gone or has failed for days."
            }
            Self::KeyExpiring => "A secret key ends soon.",
            Self::SpraySuspected => "Somebody seems to guess at the codes of very many of your users.",
            Self::Ping => "You have tested the endpoint; nothing happened.",
        }
    }

    /// Returns the kind that this word names, if any.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().chain([Self::Ping]).find(|kind| kind.as_str() == word)
    }

    /// Returns its bit in [`EventKinds`].
    pub const fn bit(self) -> i64 {
        1 << self as i64
    }
}

/// A set of kinds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct EventKinds(i64);

impl EventKinds {
    /// Decodes the stored bits.
    pub const fn from_bits(bits: i64) -> Self {
        Self(bits)
    }

    /// Encodes the set for storage.
    pub const fn bits(self) -> i64 {
        self.0
    }

    /// Returns the set of all kinds, including those of later versions.
    pub const fn all() -> Self {
        Self(i64::MAX)
    }

    /// Returns the empty set.
    pub const fn none() -> Self {
        Self(0)
    }

    /// Returns whether `kind` is in the set.
    pub const fn has(self, kind: EventKind) -> bool {
        self.0 & kind.bit() != 0
    }

    /// Returns the kinds of both sets.
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Iterates over the kinds in order of declaration.
    pub fn iter(self) -> impl Iterator<Item = EventKind> {
        EventKind::ALL.into_iter().filter(move |kind| self.has(*kind))
    }
}

impl FromIterator<EventKind> for EventKinds {
    fn from_iter<I: IntoIterator<Item = EventKind>>(kinds: I) -> Self {
        Self(kinds.into_iter().fold(0, |bits, kind| bits | kind.bit()))
    }
}

impl fmt::Debug for EventKinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(EventKind::as_str)).finish()
    }
}

const PREFIX: &str = "evt_";
const DIGITS: usize = 16;

/// Returns the public name of an event, unique among all tenants: `evt_`, the tenant's own letters,
/// and the event's number.
pub fn name(tenant: &TenantHandle, event: EventId) -> String {
    format!("{PREFIX}{}{:0DIGITS$x}", own(tenant), event.0)
}

/// Parses the name of an event of this tenant.
pub fn parse_name(tenant: &TenantHandle, text: &str) -> Option<EventId> {
    let digits = text.strip_prefix(PREFIX)?.strip_prefix(own(tenant))?;
    let is_ours = digits.len() == DIGITS && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    is_ours.then(|| i64::from_str_radix(digits, 16).ok()).flatten().map(EventId)
}

fn own(tenant: &TenantHandle) -> &str {
    tenant.as_str().split_once('_').map_or("", |(_, own)| own)
}

/// Returns the body of an event: byte for byte the same on every try, even if a later version would
/// write it differently. The caller supplies the name to complete a snapshot: the field `key` of a challenge, or
/// the field `id` of a relayed message.
pub fn body(kind: EventKind, at: Timestamp, name: Option<(&str, &str)>, snapshot: Option<&str>) -> String {
    let data = match (name, snapshot) {
        (Some((field, name)), Some(snapshot)) => {
            format!("{{\"{field}\":\"{name}\",{}", snapshot.strip_prefix('{').unwrap_or("}"))
        }
        (None, Some(snapshot)) => snapshot.to_owned(),
        (_, None) => "{}".to_owned(),
    };
    format!("{{\"type\":\"{}\",\"timestamp\":\"{at}\",\"data\":{data}}}", kind.as_str())
}

#[cfg(test)]
mod tests {
    use crate::domain::tenants::oauth::TokenRefusal;
    use crate::domain::tenants::route::RouteHandle;
    use crate::domain::webhooks::snapshot::route_snapshot;

    use super::*;

    #[test]
    fn kinds_are_words_and_bits_and_back() {
        for kind in EventKind::ALL.into_iter().chain([EventKind::Ping]) {
            assert_eq!(EventKind::parse(kind.as_str()), Some(kind));
        }
        let some: EventKinds = [EventKind::DeliverySent, EventKind::ChallengeExpired].into_iter().collect();
        assert_eq!(
            format!("{:?}", EventKinds::from_bits(some.bits())),
            r#"["challenge.expired", "delivery.sent"]"#
        );
    }

    #[test]
    fn an_event_is_named_for_its_own_tenant_only() {
        let ours = TenantHandle::parse("tnt_23456789abcdefgh").unwrap();
        let other = TenantHandle::parse("tnt_23456789abcdefgj").unwrap();
        let text = name(&ours, EventId(0x1234));
        assert_eq!(text, "evt_23456789abcdefgh0000000000001234");
        assert_eq!(parse_name(&ours, &text), Some(EventId(0x1234)));
        assert_eq!(parse_name(&other, &text), None);
        for wrong in ["evt_23456789abcdefgh+000000000001234", "evt_23456789abcdefgh12", "", "evt_"] {
            assert_eq!(parse_name(&ours, wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_body_has_the_key_first_in_its_data() {
        let at = Timestamp::from_millis(0);
        let told = body(EventKind::DeliverySent, at, Some(("key", "AbC")), Some(r#"{"status":"pending"}"#));
        let expected = r#"{"type":"delivery.sent","timestamp":"1970-01-01T00:00:00Z","data":{"key":"AbC","status":"pending"}}"#;
        assert_eq!(told, expected);
        let ping = r#"{"type":"ping","timestamp":"1970-01-01T00:00:00Z","data":{}}"#;
        assert_eq!(body(EventKind::Ping, at, None, None), ping);
        let route = RouteHandle::parse("smtp_2222222222222222").unwrap();
        let snapshot = route_snapshot(&route, TokenRefusal::InvalidGrant);
        let told = body(EventKind::RouteFailed, at, None, Some(&snapshot));
        let data = r#""data":{"id":"smtp_2222222222222222","error":"invalid_grant"}}"#;
        assert!(told.ends_with(data), "{told}");
    }
}
