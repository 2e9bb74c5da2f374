//! Webhooks: where a tenant is told of events, and what came of telling it.

use std::time::Duration;

use crate::domain::handle::handle;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::secret::Sealed;
use crate::domain::time::Timestamp;
use crate::domain::webhooks::event::{EventId, EventKind, EventKinds};
use crate::domain::webhooks::url::WebhookUrl;

/// The most endpoints of one tenant.
pub const MAX_WEBHOOKS: usize = 10;
/// The most deliveries of one tenant that wait: what happens beyond it is not told.
pub const MAX_WAITING: i64 = 10_000;
/// The most bytes of a description.
pub const MAX_DESCRIPTION: usize = 200;
/// An endpoint that has failed for so long without a success is disabled.
pub const GIVE_UP: Duration = Duration::from_secs(5 * 86_400);

/// An endpoint's row.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct WebhookId(pub i64);

handle!(
    /// An endpoint's name towards the outside: `whk_` and 16 letters and digits. Not a secret.
    WebhookHandle, "whk_"
);

/// An endpoint.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// Its row.
    pub id: WebhookId,
    /// Its name towards the outside.
    pub handle: WebhookHandle,
    /// Whose.
    pub tenant: TenantId,
    /// Where it is.
    pub url: WebhookUrl,
    /// What its owner calls it; may be empty.
    pub description: String,
    /// What it is told.
    pub events: EventKinds,
    /// Whether it is told anything.
    pub enabled: bool,
    /// Why it is not, unless its tenant did it.
    pub disabled_for: Option<DisabledFor>,
    /// Its signing secrets, sealed.
    pub secrets: Sealed,
    /// When it was made.
    pub created_at: Timestamp,
    /// Deliveries that have not ended.
    pub waiting: i64,
    /// The first failure after the last success.
    pub failing_since: Option<Timestamp>,
}

/// Why an endpoint was disabled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DisabledFor {
    /// It answered 410.
    Gone,
    /// It has failed for [`GIVE_UP`].
    Failing,
}

impl DisabledFor {
    /// The word used in JSON and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Failing => "failing",
        }
    }

    /// The reason of this word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Gone, Self::Failing].into_iter().find(|reason| reason.as_str() == word)
    }
}

/// What an endpoint answered to one try, or why there is no answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// A status of HTTP.
    Status(u16),
    /// None.
    None(WebhookDeliveryError),
}

impl Answer {
    /// Whether it is a success: 2xx.
    pub fn is_success(self) -> bool {
        matches!(self, Self::Status(200..=299))
    }

    /// Whether the endpoint wants nothing more (410 Gone).
    pub fn is_gone(self) -> bool {
        self == Self::Status(410)
    }
}

/// Why an endpoint gave no answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WebhookDeliveryError {
    /// The name did not resolve.
    HostNotFound,
    /// The address, the port or the scheme is not allowed.
    HostNotAllowed,
    /// No connection, or it broke.
    ConnectionFailed,
    /// No answer in time.
    TimedOut,
    /// No TLS, or a certificate that does not prove the host.
    TlsFailed,
    /// What it sent is not HTTP.
    ProtocolViolated,
    /// Its secret does not open, so nothing can be signed.
    NotSigned,
}

impl WebhookDeliveryError {
    /// Every reason.
    pub const ALL: [Self; 7] = [
        Self::HostNotFound,
        Self::HostNotAllowed,
        Self::ConnectionFailed,
        Self::TimedOut,
        Self::TlsFailed,
        Self::ProtocolViolated,
        Self::NotSigned,
    ];

    /// The word used in JSON and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HostNotFound => "host_not_found",
            Self::HostNotAllowed => "host_not_allowed",
            Self::ConnectionFailed => "connection_failed",
            Self::TimedOut => "timed_out",
            Self::TlsFailed => "tls_failed",
            Self::ProtocolViolated => "protocol_violated",
            Self::NotSigned => "not_signed",
        }
    }
}

/// Where telling an event stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WebhookDeliveryStatus {
    /// Waiting for its first or next try.
    Waiting,
    /// The endpoint has taken it.
    Sent,
    /// Tried as often as it is.
    Failed,
    /// The endpoint was disabled before.
    Canceled,
}

impl WebhookDeliveryStatus {
    /// Every status.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Sent, Self::Failed, Self::Canceled];

    /// The word used in JSON and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
        }
    }

    /// The status of this word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// What came of one try.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tried {
    /// The event.
    pub event: EventId,
    /// What the endpoint said.
    pub answer: Answer,
    /// When it is tried again; `None` when it has ended, well or not.
    pub again_at: Option<Timestamp>,
}

/// Telling one event, as its tenant sees it.
#[derive(Clone, Debug)]
pub struct WebhookDelivery {
    /// The event.
    pub event: EventId,
    /// What happened.
    pub kind: EventKind,
    /// When.
    pub at: Timestamp,
    /// To which challenge.
    pub challenge: Option<ChallengeId>,
    /// Where it stands.
    pub status: WebhookDeliveryStatus,
    /// Tries so far.
    pub tries: u32,
    /// The next one.
    pub due_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// The last try.
    pub last_at: Option<Timestamp>,
    /// What was answered to it.
    pub last_status: Option<u16>,
    /// Why nothing was.
    pub last_error: Option<String>,
}
