//! Route failures: why a try over one route failed.

use std::time::Duration;

use crate::domain::deliveries::delivery::{DeliveryError, TryOutcome};
use crate::domain::deliveries::reply::ReplyCodes;

/// A failed try over one route, described on two levels: the class decides about retries, breakers
/// and statistics, and the word is specific to the channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RouteFailure {
    /// The class.
    pub class: DeliveryError,
    /// Whether a retry may succeed.
    pub later: Later,
    /// Whether another route may be tried at once.
    pub others: Others,
    /// The circuit that is at fault.
    pub blame: Blame,
    /// The other side's reply to the message, if there was one.
    pub reply: Option<ReplyCodes>,
    /// The channel's own word, if it is more specific than the class.
    pub word: Option<&'static str>,
    /// The pause before the next try that the other side asks for.
    pub pause: Option<Duration>,
}

/// The prospects of a retry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Later {
    /// It may.
    MaySucceed,
    /// It would fail again.
    FailsAgain,
    /// The message may have been accepted, and a retry may send it a second time.
    OnceMore,
}

/// Permission to try another route after a failure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Others {
    /// This route has certainly not delivered the message, and neither the recipient nor the
    /// message is at fault.
    MayTry,
    /// The message may have been accepted, or no route would accept it.
    MayNot,
}

/// The circuit that is at fault after a failure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Blame {
    /// None: the server works, but refuses this message or this session.
    Nobody,
    /// The server: it failed before it knew whose route this is.
    Server,
    /// This route: what follows the login may differ from login to login, so one tenant's trouble
    /// must not keep another one from the same server.
    Route,
    /// This route, which needs more time than it has as one of several. Other routes to the server
    /// may have enough.
    Haste,
    /// This route, whose login could not be prepared. Its server was not asked.
    Login,
    /// It cannot be determined.
    Unclear,
}

impl RouteFailure {
    /// Creates a temporary failure that is nobody's fault.
    pub const fn passing(class: DeliveryError) -> Self {
        Self {
            class,
            later: Later::MaySucceed,
            others: Others::MayNot,
            blame: Blame::Nobody,
            reply: None,
            word: None,
            pause: None,
        }
    }

    /// Creates a permanent failure that is nobody's fault.
    pub const fn lasting(class: DeliveryError) -> Self {
        Self { later: Later::FailsAgain, ..Self::passing(class) }
    }

    /// Returns what the failure means for the message.
    pub const fn outcome(&self) -> TryOutcome {
        match self.later {
            Later::MaySucceed => TryOutcome::Retry(self.class),
            Later::FailsAgain => TryOutcome::Refused(self.class),
            Later::OnceMore => TryOutcome::Unknown(self.class),
        }
    }
}
