//! Route checks: the steps of checking a route, and their results.

use crate::domain::address::Address;
use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::time::Timestamp;

/// A step towards sending a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CheckStep {
    /// Getting an access token, if the login uses one.
    Token,
    /// Resolving the host name to an address that may be contacted.
    Resolve,
    /// Connecting to the port.
    Connect,
    /// The server's greeting, and its reply to ours.
    Greeting,
    /// TLS, with a certificate that matches the host.
    Tls,
    /// The login.
    Login,
    /// A test mail.
    Mail,
    /// A test message over another channel.
    Message,
}

impl CheckStep {
    /// Every step.
    pub const ALL: [Self; 8] = [
        Self::Token,
        Self::Resolve,
        Self::Connect,
        Self::Greeting,
        Self::Tls,
        Self::Login,
        Self::Mail,
        Self::Message,
    ];

    /// Returns the word used in JSON and in output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Resolve => "resolve",
            Self::Connect => "connect",
            Self::Greeting => "greeting",
            Self::Tls => "tls",
            Self::Login => "login",
            Self::Mail => "mail",
            Self::Message => "message",
        }
    }
}

/// A step that was carried out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CheckedStep {
    /// The step.
    pub step: CheckStep,
    /// The result.
    pub result: Result<String, FailedStep>,
}

/// The failure of a step. It contains nothing that a server sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FailedStep {
    /// The stable word.
    pub reason: DeliveryError,
    /// What to change.
    pub advice: &'static str,
}

/// The topic of a hint.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Topic {
    /// Where replies and bounces go.
    Mx,
    /// Which servers may send for the domain (RFC 7208).
    Spf,
    /// Signatures (RFC 6376).
    Dkim,
    /// What receivers should do with mail that fails SPF and DKIM (RFC 7489).
    Dmarc,
}

impl Topic {
    /// Every topic.
    pub const ALL: [Self; 4] = [Self::Mx, Self::Spf, Self::Dkim, Self::Dmarc];

    /// Returns the word used in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mx => "mx",
            Self::Spf => "spf",
            Self::Dkim => "dkim",
            Self::Dmarc => "dmarc",
        }
    }
}

/// A finding in the DNS records of the sender's domain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hint {
    /// The topic.
    pub topic: Topic,
    /// Whether the records look right; `None` if DNS cannot tell.
    pub ok: Option<bool>,
    /// What was found, and what to change.
    pub text: &'static str,
}

/// The result of checking a route.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RouteCheck {
    /// The steps that were carried out, in order; the last one may have failed.
    pub steps: Vec<CheckedStep>,
    /// Findings in the DNS records of the sender's domain; empty if DNS does not respond.
    pub hints: Vec<Hint>,
}

impl RouteCheck {
    /// Returns whether all steps succeeded.
    pub fn is_ok(&self) -> bool {
        self.steps.iter().all(|step| step.result.is_ok())
    }
}

/// A test message, which says only that it is a test.
#[derive(Clone, Debug)]
pub struct TestMessage {
    /// A unique identifier: the left side of the `Message-ID`.
    pub id: String,
    /// The recipient.
    pub to: Address,
    /// The `Date`.
    pub at: Timestamp,
}
