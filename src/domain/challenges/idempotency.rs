//! Idempotency: requests that may be repeated without being carried out twice (`Idempotency-Key`).

use std::time::Duration;

use crate::domain::challenges::challenge::ChallengeStatus;
use crate::domain::factors::factor::{FactorChannel, FactorHandle};
use crate::domain::id::ChallengeId;
use crate::domain::node::Node;
use crate::domain::operator_token::TokenName;
use crate::domain::secret::{RequestDigest, Sealed};
use crate::domain::tenants::credential::KeyHandle;
use crate::domain::tenants::route::RouteHandle;
use crate::domain::tenants::tenant::TenantHandle;
use crate::domain::time::Timestamp;
use crate::domain::webhooks::event::EventId;
use crate::domain::webhooks::webhook::WebhookHandle;

/// The minimum time for which a request is remembered.
pub const LIFETIME: Duration = Duration::from_secs(24 * 3600);

/// How long a secret that a request has made is repeated. It is kept for that long only, sealed.
pub const SECRET_LIFETIME: Duration = Duration::from_secs(3600);

/// How long other nodes expect the node that decided about a request to store its response. It is longer than a
/// caller may wait for a message.
pub const HELD: Duration = Duration::from_secs(30);

/// The digests by which a tenant's repeated request is recognised.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Once {
    /// The digest of the route and the key that the caller chose.
    pub key: RequestDigest,
    /// The digest of the whole request: path and body.
    pub fingerprint: RequestDigest,
    /// Key and fingerprint under the other versions of the hashing key, because the request may
    /// have been carried out before a rotation.
    pub others: Vec<(RequestDigest, RequestDigest)>,
    /// A second name under which the request is remembered, with its fingerprint: that of the event behind it.
    pub event: Option<(RequestDigest, RequestDigest)>,
    /// The secret that it makes, for a repetition after a crash, and how long it is kept.
    pub secret: Option<(Sealed, Timestamp)>,
}

impl Once {
    /// Iterates over all keys under which the request may be remembered, the current one first.
    pub fn keys(&self) -> impl Iterator<Item = RequestDigest> {
        self.pairs().map(|(key, _)| key)
    }

    /// Iterates over the same keys with their fingerprints.
    pub fn pairs(&self) -> impl Iterator<Item = (RequestDigest, RequestDigest)> {
        let first = std::iter::once((self.key, self.fingerprint));
        first.chain(self.event).chain(self.others.iter().copied())
    }

    /// Returns the request under the name of an event as well: whichever is known, it is not carried out again.
    pub fn of_event(mut self, event: Self) -> Self {
        self.event = Some((event.key, event.fingerprint));
        self.others.extend(event.others);
        self
    }
}

/// The change that a request made. A request that changed nothing is not remembered, since deciding
/// it again does no harm.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RequestOutcome {
    /// It opened a challenge.
    Opened(ChallengeId),
    /// It sent a challenge's code again.
    Resent(ChallengeId),
    /// It gave the right code.
    Verified(ChallengeId),
    /// It made something else than a challenge or a factor.
    Made(Made),
    /// It added a factor.
    FactorAdded(FactorHandle),
    /// It confirmed a factor.
    FactorConfirmed(FactorHandle),
    /// It gave the right code of a factor.
    FactorChecked(FactorHandle, FactorChannel),
    /// It gave a wrong code, which was counted.
    Mismatched {
        /// Number of answers that could still be evaluated at that time.
        attempts_remaining: u8,
    },
}

impl RequestOutcome {
    /// Returns the challenge, where the outcome names one.
    pub fn challenge(&self) -> Option<ChallengeId> {
        match self {
            Self::Opened(id) | Self::Resent(id) | Self::Verified(id) => Some(*id),
            _ => None,
        }
    }

    /// Returns the name of what it is about, where that is not a challenge.
    pub fn name(&self) -> Option<String> {
        match self {
            Self::FactorAdded(factor) | Self::FactorConfirmed(factor) | Self::FactorChecked(factor, _) => {
                Some(factor.to_string())
            }
            Self::Made(made) => Some(made.name()),
            _ => None,
        }
    }

    /// Returns whether its answer had a secret that nobody can show again.
    pub const fn has_secret(&self) -> bool {
        match self {
            Self::FactorAdded(_) | Self::FactorConfirmed(_) => true,
            Self::Made(made) => !matches!(made, Made::Route(_) | Made::Event(_)),
            _ => false,
        }
    }

    /// Returns the word used in the store.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Opened(_) => "opened",
            Self::Resent(_) => "resent",
            Self::Verified(_) => ChallengeStatus::Verified.as_str(),
            Self::Made(made) => made.as_str(),
            Self::FactorAdded(_) => "factor_added",
            Self::FactorConfirmed(_) => "factor_confirmed",
            Self::FactorChecked(_, channel) => channel.as_str(),
            Self::Mismatched { .. } => "mismatched",
        }
    }

    /// Returns the outcome for this word and its columns, if they fit together.
    pub fn parse(
        word: &str,
        challenge: Option<ChallengeId>,
        name: Option<&str>,
        remaining: Option<u8>,
    ) -> Option<Self> {
        let factor = name.and_then(FactorHandle::parse);
        match word {
            "opened" => challenge.map(Self::Opened),
            "resent" => challenge.map(Self::Resent),
            "verified" => challenge.map(Self::Verified),
            "mismatched" => remaining.map(|attempts_remaining| Self::Mismatched { attempts_remaining }),
            "factor_added" => factor.map(Self::FactorAdded),
            "factor_confirmed" => factor.map(Self::FactorConfirmed),
            word => match FactorChannel::parse(word) {
                Some(by) => factor.map(|factor| Self::FactorChecked(factor, by)),
                None => Made::parse(word, name?).map(Self::Made),
            },
        }
    }
}

/// What a request made that manages a tenant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Made {
    /// A tenant.
    Tenant(TenantHandle),
    /// A secret key.
    Key(KeyHandle),
    /// A test key.
    TestKey(KeyHandle),
    /// A route.
    Route(RouteHandle),
    /// A webhook, or its next secret.
    Webhook(WebhookHandle),
    /// A delivery of this event to a webhook.
    Event(EventId),
    /// The recovery codes of a factor.
    RecoveryCodes(FactorHandle),
    /// An operator token.
    OperatorToken(TokenName),
}

impl Made {
    /// Returns the word used in the store.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Tenant(_) => "tenant",
            Self::Key(_) => "key",
            Self::TestKey(_) => "test_key",
            Self::Route(_) => "route",
            Self::Webhook(_) => "webhook",
            Self::Event(_) => "event",
            Self::RecoveryCodes(_) => "recovery_codes",
            Self::OperatorToken(_) => "operator_token",
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Tenant(handle) => handle.to_string(),
            Self::Key(handle) | Self::TestKey(handle) => handle.to_string(),
            Self::Route(handle) => handle.to_string(),
            Self::Webhook(handle) => handle.to_string(),
            Self::Event(event) => event.0.to_string(),
            Self::RecoveryCodes(factor) => factor.to_string(),
            Self::OperatorToken(name) => name.to_string(),
        }
    }

    fn parse(word: &str, name: &str) -> Option<Self> {
        match word {
            "tenant" => TenantHandle::parse(name).map(Self::Tenant),
            "key" => KeyHandle::parse(name).map(Self::Key),
            "test_key" => KeyHandle::parse(name).map(Self::TestKey),
            "route" => RouteHandle::parse(name).map(Self::Route),
            "webhook" => WebhookHandle::parse(name).map(Self::Webhook),
            "event" => name.parse().ok().map(EventId).map(Self::Event),
            "recovery_codes" => FactorHandle::parse(name).map(Self::RecoveryCodes),
            "operator_token" => TokenName::parse(name).map(Self::OperatorToken),
            _ => None,
        }
    }
}

/// The record of a request that was carried out before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Remembered {
    /// The fingerprint of the original request.
    pub fingerprint: RequestDigest,
    /// The outcome of the original request.
    pub outcome: RequestOutcome,
    /// The response body, without a receipt; `None` if the server died before it was stored.
    pub response: Option<Sealed>,
    /// The receipt or the secret in the response, kept for as long as it is repeated.
    pub receipt: Option<Sealed>,
    /// Whether there was one, which is not repeated any more.
    pub has_lost_receipt: bool,
    /// The node that has yet to store its response, and the time until which others wait for it.
    pub held: Option<(Node, Timestamp)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_is_found_by_its_word() {
        let id = ChallengeId(7);
        let mismatched = RequestOutcome::Mismatched { attempts_remaining: 2 };
        let factor = FactorHandle::parse("fct_2222222222222222").unwrap();
        let checked = FactorChannel::ALL.map(|by| RequestOutcome::FactorChecked(factor.clone(), by));
        let made = [
            Made::Tenant(TenantHandle::parse("tnt_2222222222222222").unwrap()),
            Made::Key(KeyHandle::parse("key_2222222222222222").unwrap()),
            Made::TestKey(KeyHandle::parse("key_2222222222222222").unwrap()),
            Made::Route(RouteHandle::parse("smtp_2222222222222222").unwrap()),
            Made::Webhook(WebhookHandle::parse("whk_2222222222222222").unwrap()),
            Made::Event(EventId(7)),
            Made::RecoveryCodes(factor.clone()),
        ];
        let others = [
            RequestOutcome::Opened(id),
            RequestOutcome::Resent(id),
            RequestOutcome::Verified(id),
            RequestOutcome::FactorAdded(factor.clone()),
            RequestOutcome::FactorConfirmed(factor.clone()),
            mismatched,
        ];
        for outcome in others.into_iter().chain(checked).chain(made.map(RequestOutcome::Made)) {
            let remaining = matches!(outcome, RequestOutcome::Mismatched { .. }).then_some(2);
            let (challenge, name) = (outcome.challenge(), outcome.name());
            let found = RequestOutcome::parse(outcome.as_str(), challenge, name.as_deref(), remaining);
            assert_eq!(found, Some(outcome));
        }
        assert_eq!(RequestOutcome::parse("opened", None, Some(factor.as_str()), None), None);
        assert_eq!(RequestOutcome::parse("totp", Some(id), None, None), None);
    }
}
