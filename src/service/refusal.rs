//! Why a use case says no.

use crate::domain::challenges::challenge::ChallengeStatus;
use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::limits::limit::LimitHit;
use crate::domain::policy::InvalidSetting;
use crate::domain::tenants::credential::Scope;
use crate::domain::tenants::smtp::InvalidSmtp;
use crate::domain::tenants::template::Finding;
use crate::store::StoreError;

/// Why a use case said no. A closed set: `http` maps each to a status, a stable word and a
/// sentence, and a new one does not compile until it is mapped.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// Registration is switched off.
    RegistrationClosed,
    /// This needs the operator token, and it was not given or not right.
    OperatorTokenNeeded,
    /// The SMTP account cannot be right.
    InvalidSmtp(InvalidSmtp),
    /// Tenants may not name this port.
    PortNotAllowed(u16),
    /// Tenants may not name this address.
    HostNotAllowed,
    /// The chosen secret key is taken, or too short, or guessable. It does not say which.
    UnusableSecretKey,
    /// No active tenant has this secret key.
    UnknownSecretKey,
    /// The secret key may not be used for this.
    MissingScope(Scope),
    /// The tenant has no such secret key.
    UnknownKey,
    /// There is no such tenant.
    UnknownTenant,
    /// The tenant has no such template.
    UnknownTemplate,
    /// The tenant has as many templates as it may.
    TooManyTemplates,
    /// A template with errors.
    InvalidTemplate(Vec<Finding>),
    /// The tenant has as many secret keys as it may have.
    TooManyKeys,
    /// The tenant has a secret key of this name.
    KeyNameTaken,
    /// Without this secret key the tenant could not look after itself any more.
    LastManageKey,
    /// A setting of the tenant cannot be as it is.
    InvalidSetting(InvalidSetting),
    /// The tenant is a sandbox, which has no sandbox of its own.
    AlreadySandbox,
    /// The tenant has no sandbox yet.
    NoSandbox,
    /// Only a sandbox has this.
    NotSandbox,
    /// Not a recipient.
    InvalidRecipient,
    /// Not a code, so not an attempt.
    NotACode,
    /// A wrong code.
    Mismatched {
        /// Answers that may still be evaluated.
        attempts_remaining: u8,
    },
    /// The challenge has ended.
    Ended(ChallengeStatus),
    /// No such challenge for this caller.
    UnknownChallenge,
    /// A limit refused.
    Limited(LimitHit),
    /// There are no hosted pages here.
    NoPages,
    /// The tenant's list does not have this return URL.
    ReturnUrlNotAllowed,
    /// The tenant's list has no page that could show another in a frame.
    NobodyEmbeds,
    /// The tenant has no such result, or it was fetched before, or too late.
    UnknownResult,
    /// The page of the challenge has not been given a recipient, so there is no code.
    NoRecipient,
    /// The tenant delivers the code by itself.
    NothingToResend,
    /// The challenge has sent as many messages as it may.
    SendsSpent,
    /// The challenge's last message is still on its way.
    SendUnderWay,
    /// As many messages wait as the outbox takes.
    QueueFull,
    /// The message was not accepted, and the challenge is called off.
    NotDelivered(DeliveryError),
    /// A request with the same idempotency key is being carried out.
    StillRunning,
    /// The idempotency key came with another request before.
    KeyReused,
    /// The tenant has no mail account to send with.
    NoAccount,
    /// The tenant has no such mail account.
    UnknownAccount,
    /// The tenant was changed since the caller looked, which it made a condition.
    ChangedMeanwhile,
    /// Somebody else changed the tenant at the same moment.
    TenantChanged,
    /// One of the tenant's accounts is being tried.
    TestUnderWay,
    /// A sandbox does not have this.
    LiveOnly,
    /// The tenant has no such webhook.
    UnknownWebhook,
    /// The webhook is not to be told such an event.
    UnknownEvent,
    /// The tenant has as many webhooks as it may.
    TooManyWebhooks,
    /// The webhook is disabled, so nothing is sent to it.
    WebhookDisabled,
    /// Too many requests wait for the store already.
    Overloaded,
    /// The store cannot record.
    Store(StoreError),
}

impl From<LimitHit> for Refusal {
    fn from(hit: LimitHit) -> Self {
        Self::Limited(hit)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
