//! Deliveries: a message on its way, and the ways in which it can end.

use std::collections::HashMap;

use crate::domain::id::TenantId;
use crate::domain::time::Timestamp;

/// The status of a delivery.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DeliveryStatus {
    /// Waiting for its first or next try.
    Queued,
    /// Accepted by the channel's server.
    Sent,
    /// Reported by the provider to have arrived. A channel without such reports never gets this far.
    Delivered,
    /// Refused permanently, not accepted before the code expired, or reported not to have arrived.
    Failed,
}

impl DeliveryStatus {
    /// Every status, in the order in which a delivery goes through them.
    pub const ALL: [Self; 4] = [Self::Queued, Self::Sent, Self::Delivered, Self::Failed];

    /// Returns the word used in JSON, logs, metrics and the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }

    /// Returns the status that this word names, if any.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// The capacity that is available when deliveries are claimed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Room {
    /// The maximum number of deliveries to claim, over all tenants.
    pub limit: usize,
    /// Number of free places.
    pub free: usize,
    /// Number of places that each tenant holds.
    pub held: HashMap<TenantId, usize>,
    /// The tenant whose turn was last; claiming continues with the tenants after it.
    pub after: TenantId,
}

impl Room {
    /// Returns how many deliveries of this tenant may be claimed.
    pub fn of(&self, tenant: TenantId) -> usize {
        share(self.free, self.held.get(&tenant).copied().unwrap_or(0)).min(self.limit)
    }
}

/// Returns how many of the `free` places a holder of `held` places may still take: as many as leave
/// at least as many places free as it then holds, plus one.
pub fn share(free: usize, held: usize) -> usize {
    match free.checked_sub(held) {
        Some(more) if free > 0 => more / 2 + 1,
        _ => 0,
    }
}

/// The reason of a failed delivery try. Callers see a stable word; the details go to the log only.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum DeliveryError {
    /// The host name did not resolve.
    HostNotFound,
    /// The host is private or local, or the port is not allowed, and the operator has not made an
    /// exception.
    HostNotAllowed,
    /// The connection could not be made, or it broke.
    ConnectionFailed,
    /// The server did not respond in time.
    TimedOut,
    /// The server offers no TLS, or its certificate does not match the host.
    TlsFailed,
    /// The login was refused, or the server offers no usable login method.
    AuthenticationFailed,
    /// The tenant has no route to send over.
    NoRoute,
    /// The server refused the sender.
    SenderRefused,
    /// The server refused the recipient.
    RecipientRefused,
    /// The server refused the message.
    MessageRefused,
    /// The server did not speak the protocol.
    ProtocolViolated,
    /// The server has been failing and is not contacted for a while.
    ServerUnavailable,
    /// The code expired before the message was accepted.
    Expired,
    /// The challenge ended, or its caller disconnected, before the message was accepted.
    Canceled,
    /// The tenant or the operator does not send codes to the country of the phone number.
    CountryNotAllowed,
    /// The provider accepted the message and reported later that it did not arrive.
    NotArrived,
    /// The message may have left, and was not sent again so that nobody gets or pays for two.
    Unconfirmed,
}

impl DeliveryError {
    /// Every reason, in the order of declaration.
    pub const ALL: [Self; 17] = [
        Self::HostNotFound,
        Self::HostNotAllowed,
        Self::ConnectionFailed,
        Self::TimedOut,
        Self::TlsFailed,
        Self::AuthenticationFailed,
        Self::NoRoute,
        Self::SenderRefused,
        Self::RecipientRefused,
        Self::MessageRefused,
        Self::ProtocolViolated,
        Self::ServerUnavailable,
        Self::Expired,
        Self::Canceled,
        Self::CountryNotAllowed,
        Self::NotArrived,
        Self::Unconfirmed,
    ];

    /// Returns the stable word used in JSON, logs, metrics and the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HostNotFound => "host_not_found",
            Self::HostNotAllowed => "host_not_allowed",
            Self::ConnectionFailed => "connection_failed",
            Self::TimedOut => "timed_out",
            Self::TlsFailed => "tls_failed",
            Self::AuthenticationFailed => "authentication_failed",
            Self::NoRoute => "no_account",
            Self::SenderRefused => "sender_refused",
            Self::CountryNotAllowed => "country_not_allowed",
            Self::NotArrived => "not_arrived",
            Self::Unconfirmed => "unconfirmed",
            Self::RecipientRefused => "recipient_refused",
            Self::MessageRefused => "message_refused",
            Self::ProtocolViolated => "protocol_violated",
            Self::ServerUnavailable => "server_unavailable",
            Self::Expired => "expired",
            Self::Canceled => "canceled",
        }
    }

    /// Returns the reason that this word names, if any.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }

    /// Returns whether this error proves that the message was not sent. After a broken connection
    /// or a missing response the server may still have accepted it.
    pub const fn proves_unsent(self) -> bool {
        !matches!(
            self,
            Self::ConnectionFailed
                | Self::TimedOut
                | Self::ProtocolViolated
                | Self::Expired
                | Self::NotArrived
                | Self::Unconfirmed
        )
    }

    /// Returns what went wrong and what to change. It is safe to show to the tenant, because it
    /// contains nothing that a remote server sent.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::HostNotFound => {
                "the host name of the mail server or provider does not resolve; check the route's host"
            }
            Self::HostNotAllowed => {
                "the mail server or provider is on a private or local address, or on a port that is not allowed; \
                 the operator can allow it under [outbound]"
            }
            Self::ConnectionFailed => {
                "no connection to the mail server or provider; check the route's host and port"
            }
            Self::TimedOut => "the mail server or provider did not answer in time",
            Self::TlsFailed => {
                "no trusted TLS session with the mail server or provider; check that it offers TLS on this port \
                 and that its certificate names the route's host"
            }
            Self::NoRoute => "the tenant has no route for this channel: give it one",
            Self::AuthenticationFailed => {
                "the mail server or provider refused the login; check the route's credentials"
            }
            Self::SenderRefused => "the mail server or provider refused the sender; check the route's sender",
            Self::NotArrived => "the provider reported that the message did not arrive",
            Self::Unconfirmed => {
                "the provider may have taken the message, but did not say so; it is not sent again, so that nobody gets \
                 or pays for two"
            }
            Self::CountryNotAllowed => "the tenant or the operator does not send codes to this country",
            Self::RecipientRefused => "the mail server or provider refused the recipient",
            Self::MessageRefused => "the mail server or provider refused the message",
            Self::ProtocolViolated => "the server does not speak the route's protocol on this port",
            Self::ServerUnavailable => {
                "the mail server or provider has been failing and is being left alone for a moment"
            }
            Self::Expired => "the code expired before the message was accepted",
            Self::Canceled => "the challenge ended before the message was accepted",
        }
    }
}

/// The outcome of one delivery try. Retryable and permanent failures are different variants, so no
/// caller has to guess.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TryOutcome {
    /// The server took responsibility for the message.
    Accepted,
    /// Not accepted; another try may succeed.
    Retry(DeliveryError),
    /// Not accepted, and a retry would not help.
    Refused(DeliveryError),
    /// It may have been accepted, and every further try may send it a second time.
    Unknown(DeliveryError),
    /// Not tried yet: the message is due at this moment.
    NotYet(Timestamp),
}

impl TryOutcome {
    /// Returns why the message was not accepted, if it was tried and was not.
    pub const fn failure(self) -> Option<DeliveryError> {
        match self {
            Self::Accepted | Self::NotYet(_) => None,
            Self::Retry(reason) | Self::Refused(reason) | Self::Unknown(reason) => Some(reason),
        }
    }
}

impl TryOutcome {
    /// Returns the reason of a failure; `None` if the try did not fail.
    pub const fn reason(self) -> Option<DeliveryError> {
        match self {
            Self::Accepted | Self::NotYet(_) => None,
            Self::Retry(reason) | Self::Refused(reason) | Self::Unknown(reason) => Some(reason),
        }
    }
}

/// The state of a delivery after a try: it has ended or goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DeliveryEnd {
    /// Accepted by the server.
    Sent,
    /// Failed permanently.
    Failed(DeliveryError),
    /// To be retried at this moment.
    RetryAt(Timestamp, DeliveryError),
    /// Not tried, because no place was free. To be claimed again at this moment.
    Later(Timestamp),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_found_by_its_word() {
        for reason in DeliveryError::ALL {
            assert_eq!(DeliveryError::parse(reason.as_str()), Some(reason));
        }
    }
}
