//! Webhooks: endpoints that receive a tenant's events, and the outcomes of deliveries.

use std::time::Duration;

use crate::domain::handle::handle;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::outbound_url::OutboundUrl;
use crate::domain::secret::Sealed;
use crate::domain::time::Timestamp;
use crate::domain::webhooks::event::{EventId, EventKind, EventKinds};

/// The maximum number of endpoints of one tenant.
pub const MAX_WEBHOOKS: usize = 10;
/// The maximum number of a tenant's waiting deliveries. Events beyond it are not delivered.
pub const MAX_WAITING: i64 = 10_000;
/// The maximum length of a description, in bytes.
pub const MAX_DESCRIPTION: usize = 200;
/// How long an endpoint may fail without a success before it is disabled.
pub const GIVE_UP: Duration = Duration::from_secs(5 * 86_400);

/// An endpoint's row.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct WebhookId(pub i64);

handle!(
    /// The public name of an endpoint: `whk_` and 16 letters and digits. Not a secret.
    WebhookHandle, "whk_"
);

/// An endpoint.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// The row.
    pub id: WebhookId,
    /// The public name.
    pub handle: WebhookHandle,
    /// The tenant.
    pub tenant: TenantId,
    /// The URL.
    pub url: OutboundUrl,
    /// The owner's description; may be empty.
    pub description: String,
    /// The events that it receives.
    pub events: EventKinds,
    /// Whether events are sent to it.
    pub enabled: bool,
    /// Why it is disabled; `None` if its tenant disabled it, or if it is enabled.
    pub disabled_for: Option<DisabledFor>,
    /// The signing secrets, sealed.
    pub secrets: Sealed,
    /// When it was made.
    pub created_at: Timestamp,
    /// Number of deliveries that have not ended.
    pub waiting: i64,
    /// When it first failed after the last success.
    pub failing_since: Option<Timestamp>,
    /// Grows with every change by its tenant.
    pub revision: i64,
}

/// The reason for which an endpoint was disabled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DisabledFor {
    /// It responded with 410.
    Gone,
    /// It has failed for [`GIVE_UP`].
    Failing,
}

impl DisabledFor {
    /// Returns the word used in JSON and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Failing => "failing",
        }
    }

    /// Returns the reason that this word names, if any.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Gone, Self::Failing].into_iter().find(|reason| reason.as_str() == word)
    }
}

/// An endpoint's response to one try, or why there was none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WebhookResponse {
    /// The status code of the response.
    Status(u16),
    /// There was no response.
    None(WebhookDeliveryError),
}

impl WebhookResponse {
    /// Returns whether the response is a success: 2xx.
    pub fn is_success(self) -> bool {
        matches!(self, Self::Status(200..=299))
    }

    /// Returns whether the endpoint wants no more deliveries (410 Gone).
    pub fn is_gone(self) -> bool {
        self == Self::Status(410)
    }
}

/// The reason for which there was no response from an endpoint.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WebhookDeliveryError {
    /// The name did not resolve.
    HostNotFound,
    /// The address, the port or the scheme is not allowed.
    HostNotAllowed,
    /// The connection could not be made, or it broke.
    ConnectionFailed,
    /// There was no response in time.
    TimedOut,
    /// No TLS, or a certificate that does not match the host.
    TlsFailed,
    /// The response is not HTTP.
    ProtocolViolated,
    /// The signing secret could not be opened, so the event cannot be signed.
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

    /// Returns the word used in JSON and in the store.
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

/// The status of a webhook delivery.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WebhookDeliveryStatus {
    /// Waiting for its first or next try.
    Waiting,
    /// The endpoint accepted the event.
    Sent,
    /// All tries failed.
    Failed,
    /// Canceled because the endpoint was disabled first.
    Canceled,
}

impl WebhookDeliveryStatus {
    /// Every status.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Sent, Self::Failed, Self::Canceled];

    /// Returns the word used in JSON and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
        }
    }

    /// Returns the status that this word names, if any.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// The outcome of one try.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WebhookTry {
    /// The event.
    pub event: EventId,
    /// The endpoint's response.
    pub response: WebhookResponse,
    /// When the delivery is retried; `None` if it has ended, in success or failure.
    pub again_at: Option<Timestamp>,
}

/// A webhook delivery, as its tenant sees it.
#[derive(Clone, Debug)]
pub struct WebhookDelivery {
    /// The event.
    pub event: EventId,
    /// The kind of event.
    pub kind: EventKind,
    /// When the event happened.
    pub at: Timestamp,
    /// The challenge, if the event concerns one.
    pub challenge: Option<ChallengeId>,
    /// The status.
    pub status: WebhookDeliveryStatus,
    /// Number of tries so far.
    pub tries: u32,
    /// When the next try is due.
    pub due_at: Option<Timestamp>,
    /// When the delivery ended.
    pub ended_at: Option<Timestamp>,
    /// When the last try was made.
    pub last_at: Option<Timestamp>,
    /// The status code of the last response.
    pub last_status: Option<u16>,
    /// Why there was no response to the last try.
    pub last_error: Option<String>,
}
