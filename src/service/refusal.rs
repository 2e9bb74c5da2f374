//! Refusals: why a use case failed.

mod kinds;

use crate::domain::challenges::challenge::ChallengeStatus;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::limits::limit::LimitHit;
use crate::domain::limits::named::LimitName;
use crate::domain::phone::country::Country;
use crate::domain::policy::InvalidSetting;
use crate::domain::tenants::credential::Scope;
use crate::domain::tenants::smtp::InvalidSmtp;
use crate::domain::tenants::template::Finding;
use crate::store::StoreError;

pub use kinds::{DeletionRefusal, FactorRefusal, KeyRefusal, OperatorRefusal, RelayRefusal, ServiceRefusal};

/// The reason for which a use case failed. The set is closed: `http` maps each refusal to a status,
/// a stable word and a sentence, and a new one does not compile until it is mapped.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// Registration is disabled.
    RegistrationClosed,
    /// This needs an operator token, which is missing, wrong or over.
    OperatorTokenNeeded,
    /// The SMTP account is invalid.
    InvalidSmtp(InvalidSmtp),
    /// Tenants may not use this port.
    PortNotAllowed(u16),
    /// Tenants may not use this address.
    HostNotAllowed,
    /// The chosen secret key is taken, too short or guessable. It does not say which.
    UnusableSecretKey,
    /// No active tenant has this secret key.
    UnknownSecretKey,
    /// The secret key may not be used for this.
    MissingScope(Scope),
    /// Something about operators and their tokens.
    Operator(OperatorRefusal),
    /// The tenant has no such secret key.
    UnknownKey,
    /// There is no such tenant.
    UnknownTenant,
    /// The tenant has no such template.
    UnknownTemplate,
    /// The tenant has the maximum number of templates.
    TooManyTemplates,
    /// The template has errors.
    InvalidTemplate(Vec<Finding>),
    /// A setting of the tenant is invalid.
    InvalidSetting(InvalidSetting),
    /// The tenant is a sandbox, which has no sandbox of its own.
    AlreadySandbox,
    /// The tenant has no sandbox yet.
    NoSandbox,
    /// Only a sandbox supports this.
    NotSandbox,
    /// The recipient is invalid.
    InvalidRecipient,
    /// The input cannot be a code, so it does not count as an attempt.
    NotACode,
    /// The code is wrong.
    Mismatched {
        /// Answers that may still be evaluated.
        attempts_remaining: u8,
    },
    /// The challenge has ended.
    Ended(ChallengeStatus),
    /// There is no such challenge for this caller.
    UnknownChallenge,
    /// A limit refused the request.
    Limited(LimitHit),
    /// The tenant's own limit of this name refused the request.
    LimitedByName(LimitName, LimitHit),
    /// The server has no hosted pages.
    NoPages,
    /// The return URL is not in the tenant's list.
    ReturnUrlNotAllowed,
    /// No origin that the tenant allows has the host of the page that should take the code.
    OriginNotAllowed,
    /// The tenant allows no origin whose pages could show a hosted page in a frame.
    NobodyEmbeds,
    /// The tenant has no such result, or it was fetched before, or has expired.
    UnknownResult,
    /// The page of the challenge has not been given a recipient, so there is no code.
    NoRecipient,
    /// The tenant delivers the code itself.
    NothingToResend,
    /// The challenge has sent its maximum number of messages.
    SendsSpent,
    /// The challenge's last message is still being sent.
    SendUnderWay,
    /// The outbox is full.
    QueueFull,
    /// The message was not accepted, and the challenge was canceled.
    NotDelivered(DeliveryError),
    /// A request with the same idempotency key is being carried out.
    StillRunning,
    /// The idempotency key was used for another request before.
    KeyReused,
    /// The tenant has no route for this channel.
    NoRoute(ChannelKind),
    /// The recipient cannot be reached so.
    Unreachable(Unreachable),
    /// The tenant has no such route.
    UnknownRoute,
    /// The tenant has the maximum number of routes of this transport.
    TooManyRoutes,
    /// The tenant was changed since the caller read it, although the request required that it was not.
    ChangedMeanwhile,
    /// Somebody else changed the tenant concurrently.
    TenantChanged,
    /// One of the tenant's routes is being checked.
    TestUnderWay,
    /// A sandbox does not support this.
    LiveOnly,
    /// The tenant has no such webhook.
    UnknownWebhook,
    /// There is no such event for this webhook.
    UnknownEvent,
    /// The tenant has the maximum number of webhooks.
    TooManyWebhooks,
    /// The webhook is disabled, so nothing is sent to it.
    WebhookDisabled,
    /// The request concerns the deletion of a tenant.
    Deletion(DeletionRefusal),
    /// The use or the change of a secret key is refused.
    Key(KeyRefusal),
    /// The request concerns a relayed code.
    Relay(RelayRefusal),
    /// The request concerns a factor.
    Factor(FactorRefusal),
    /// The request concerns a service of the tenant.
    Service(ServiceRefusal),
    /// Too many requests are already waiting for the store.
    Overloaded,
    /// The store failed.
    Store(StoreError),
}

/// Why a recipient cannot be reached over a channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unreachable {
    /// The channel does not reach the kind of address that the code was sent to.
    Address(ChannelKind),
    /// The channel does not reach this kind of line, or that would cost too much.
    Line(ChannelKind),
    /// The tenant or the operator has not listed the country of the number.
    Country(Country),
    /// The tenant has listed no country, so that no number can be reached.
    Nowhere,
}

impl From<OperatorRefusal> for Refusal {
    fn from(refusal: OperatorRefusal) -> Self {
        Self::Operator(refusal)
    }
}

impl From<ServiceRefusal> for Refusal {
    fn from(refusal: ServiceRefusal) -> Self {
        Self::Service(refusal)
    }
}

impl From<KeyRefusal> for Refusal {
    fn from(refusal: KeyRefusal) -> Self {
        Self::Key(refusal)
    }
}

impl From<FactorRefusal> for Refusal {
    fn from(refusal: FactorRefusal) -> Self {
        Self::Factor(refusal)
    }
}

impl From<DeletionRefusal> for Refusal {
    fn from(refusal: DeletionRefusal) -> Self {
        Self::Deletion(refusal)
    }
}

impl From<RelayRefusal> for Refusal {
    fn from(refusal: RelayRefusal) -> Self {
        Self::Relay(refusal)
    }
}

impl From<LimitHit> for Refusal {
    fn from(hit: LimitHit) -> Self {
        Self::Limited(hit)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unmet => Self::ChangedMeanwhile,
            StoreError::Repeated => Self::StillRunning,
            StoreError::Busy | StoreError::Unavailable => Self::Store(error),
        }
    }
}
