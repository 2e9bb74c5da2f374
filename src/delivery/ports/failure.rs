//! Why a try over one route failed.

use crate::domain::deliveries::delivery::{DeliveryError, SendOutcome};
use crate::domain::deliveries::reply::Reply;

/// A failed try over one route, in two levels: the class decides about retries, breakers and
/// statistics, and the word is the channel's own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RouteFailure {
    /// The class.
    pub class: DeliveryError,
    /// Whether the same may succeed later.
    pub later: Later,
    /// Whether another route may be asked at once.
    pub others: Others,
    /// Who is to be left alone after it.
    pub blame: Blame,
    /// What the other side answered to the message, if it answered.
    pub reply: Option<Reply>,
    /// The channel's own word, where it knows more than the class.
    pub word: Option<&'static str>,
}

/// Whether the same try may succeed later.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Later {
    /// It may.
    MaySucceed,
    /// It would fail again.
    FailsAgain,
}

/// Whether another route may be asked to deliver the message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Others {
    /// This one certainly has not delivered it, and nothing is wrong with the recipient or the message.
    MayTry,
    /// The message may have been taken, or no route would take it.
    MayNot,
}

/// Who is to be left alone after a failure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Blame {
    /// Nobody: the server works, it just does not want this message or this session.
    Nobody,
    /// The server: it failed before it knew whose route this is.
    Server,
    /// This route: what follows the login may differ from login to login, so one tenant's trouble
    /// must not keep another one from the same server.
    Route,
    /// This route, which needs more time than it has as one of several. Others may have it.
    Haste,
    /// It cannot be said.
    Unclear,
}

impl RouteFailure {
    /// A failure that may pass, for which nobody is to blame.
    pub const fn passing(class: DeliveryError) -> Self {
        Self {
            class,
            later: Later::MaySucceed,
            others: Others::MayNot,
            blame: Blame::Nobody,
            reply: None,
            word: None,
        }
    }

    /// A failure that will not pass, for which nobody is to blame.
    pub const fn lasting(class: DeliveryError) -> Self {
        Self { later: Later::FailsAgain, ..Self::passing(class) }
    }

    /// What it means for the message.
    pub const fn outcome(&self) -> SendOutcome {
        match self.later {
            Later::MaySucceed => SendOutcome::Retry(self.class),
            Later::FailsAgain => SendOutcome::Refused(self.class),
        }
    }
}
