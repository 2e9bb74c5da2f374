//! Checking a route, step by step, and what its owner is shown of it.

use crate::domain::address::Address;
use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::time::Timestamp;

/// A step on the way to a sent message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CheckStep {
    /// From the host's name to an address that may be connected to.
    Resolve,
    /// A connection to the port.
    Connect,
    /// The server's greeting and its answer to ours.
    Greeting,
    /// TLS, with a certificate that proves the host.
    Tls,
    /// The login.
    Login,
    /// A test mail.
    Mail,
}

impl CheckStep {
    /// Every step.
    pub const ALL: [Self; 6] =
        [Self::Resolve, Self::Connect, Self::Greeting, Self::Tls, Self::Login, Self::Mail];

    /// The word used in JSON and in output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Resolve => "resolve",
            Self::Connect => "connect",
            Self::Greeting => "greeting",
            Self::Tls => "tls",
            Self::Login => "login",
            Self::Mail => "mail",
        }
    }
}

/// A step that was taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CheckedStep {
    /// Which.
    pub step: CheckStep,
    /// What came of it.
    pub result: Result<String, FailedStep>,
}

/// Why a step failed. Nothing that a server said is in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FailedStep {
    /// The stable word.
    pub reason: DeliveryError,
    /// What to change.
    pub advice: &'static str,
}

/// What a hint is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Topic {
    /// Where answers and bounces go.
    Mx,
    /// Which servers may send for the domain (RFC 7208).
    Spf,
    /// Signatures (RFC 6376).
    Dkim,
    /// What receivers are to do with mail that fails the two (RFC 7489).
    Dmarc,
}

impl Topic {
    /// Every topic.
    pub const ALL: [Self; 4] = [Self::Mx, Self::Spf, Self::Dkim, Self::Dmarc];

    /// The word used in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mx => "mx",
            Self::Spf => "spf",
            Self::Dkim => "dkim",
            Self::Dmarc => "dmarc",
        }
    }
}

/// Something that DNS says about the sender's domain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hint {
    /// What it is about.
    pub topic: Topic,
    /// Whether it looks right; `None` where DNS cannot tell.
    pub ok: Option<bool>,
    /// What was found, and what to change.
    pub text: &'static str,
}

/// What came of checking a route.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RouteCheck {
    /// The steps that were taken, in order; the last one may have failed.
    pub steps: Vec<CheckedStep>,
    /// What DNS says about the sender's domain; nothing where it does not answer.
    pub hints: Vec<Hint>,
}

impl RouteCheck {
    /// Whether all steps were taken well.
    pub fn is_ok(&self) -> bool {
        self.steps.iter().all(|step| step.result.is_ok())
    }
}

/// A message that says that it is a test, and no more.
#[derive(Clone, Debug)]
pub struct TestMessage {
    /// Unique: the left side of the `Message-ID`.
    pub id: String,
    /// Where it goes.
    pub to: Address,
    /// The `Date`.
    pub at: Timestamp,
}
