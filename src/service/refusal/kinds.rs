//! Why requests about one kind of thing fail.

use std::net::IpAddr;

use crate::domain::limits::limit::LimitHit;
use crate::domain::operator::Power;
use crate::domain::time::Timestamp;

/// Why a request about the deletion of a tenant fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DeletionRefusal {
    /// The tenant is not disabled.
    StillActive,
    /// A sandbox is deleted with its tenant.
    Sandbox,
    /// The tenant is to be deleted, so it stays disabled.
    ToBeDeleted,
    /// Nobody has decided that the tenant is deleted.
    NotScheduled,
    /// The deletion has begun.
    Begun,
}

/// Why the use or the change of a secret key is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyRefusal {
    /// The key may not be used from this address.
    NotAllowedFrom(Option<IpAddr>),
    /// The tenant has the maximum number of keys.
    TooMany,
    /// The tenant has a key of this name.
    NameTaken,
    /// Without this key the tenant could no longer manage itself.
    LastManager,
    /// The end of the key is not ahead, or too far ahead.
    WrongEnd,
    /// The caller could not use its own key any more from this address.
    ExcludesCaller(IpAddr),
}

/// Why a request about a relayed code, or about a hook that relays them, fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RelayRefusal {
    /// A call cannot read this code out.
    Unsayable,
    /// The tenant has no such relayed message.
    UnknownMessage,
    /// There is no such hook, or the tenant has set no secret for it.
    UnknownHook,
    /// The text is not a secret with which the product of a hook signs.
    WrongSecret,
}

/// Why a request about a factor fails.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FactorRefusal {
    /// The tenant has no such factor.
    Unknown,
    /// The identity or the tenant has the maximum number of factors.
    TooMany,
    /// The factor waits for its first right code.
    Unconfirmed,
    /// The factor is active already.
    AlreadyConfirmed,
    /// A field of the request is invalid.
    Invalid {
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// The code is right, but was used before.
    CodeUsed,
    /// The factor pauses after too many wrong codes.
    Paused {
        /// The end of the pause.
        until: Timestamp,
        /// The limit.
        hit: LimitHit,
    },
}

/// Why a request about a service of the tenant fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ServiceRefusal {
    /// The tenant has no such service.
    Unknown,
    /// The tenant has the maximum number of services.
    TooMany,
    /// The service always exists.
    IsDefault,
    /// The tenant may not draw the codes of this service itself.
    DrawsCodes,
    /// Codes of this service are bound to an amount and a payee.
    BoundMissing,
    /// The service has the maximum number of named limits.
    TooManyLimits,
    /// The service has a named limit of this name.
    LimitExists,
    /// The named limit is one of all purposes.
    LimitOfAll,
    /// The named limit has the maximum number of windows.
    TooManyWindows,
    /// The named limit has a window of this length.
    WindowExists,
    /// There are more messages than can be looked at for one request.
    TooManyAttempts,
    /// The tenant vouches for the maximum number of phone numbers.
    TooManySafeNumbers,
    /// The text is no phone number with its country code.
    NoNumber,
}

/// The reason for which an operator's use case failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OperatorRefusal {
    /// The operator's role does not allow an action that takes this power.
    RoleNotAllowed(Power),
    /// There is no such token.
    UnknownToken,
    /// There is a token of this name.
    TokenExists,
    /// There is the maximum number of tokens.
    TooManyTokens,
    /// The token is the one of the settings or its file, which cannot be revoked.
    TokenOfSettings,
}
