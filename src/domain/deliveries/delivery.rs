//! A message on its way, and how its way can end.

use std::collections::HashMap;

use crate::domain::id::TenantId;
use crate::domain::time::Timestamp;

/// Where a delivery stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DeliveryStatus {
    /// Waiting for its first or next try.
    Queued,
    /// Accepted by the channel's server.
    Sent,
    /// Refused for good, or not accepted before the code expired.
    Failed,
}

impl DeliveryStatus {
    /// The word used in JSON, logs, metrics and the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Failed => "failed",
        }
    }

    /// The status of this word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Queued, Self::Sent, Self::Failed].into_iter().find(|status| status.as_str() == word)
    }
}

/// What there is room for when deliveries are taken up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Room {
    /// So many at once, of all tenants together.
    pub limit: usize,
    /// Places that are free.
    pub free: usize,
    /// Places that tenants hold.
    pub held: HashMap<TenantId, usize>,
    /// Whose turn was last; the tenants behind it come next.
    pub after: TenantId,
}

impl Room {
    /// How many deliveries of this tenant there is room for.
    pub fn of(&self, tenant: TenantId) -> usize {
        share(self.free, self.held.get(&tenant).copied().unwrap_or(0)).min(self.limit)
    }
}

/// How many places whoever holds `held` may still take of `free` ones: no more than leaves as many
/// free as it then holds, but for the last.
pub fn share(free: usize, held: usize) -> usize {
    match free.checked_sub(held) {
        Some(more) if free > 0 => more / 2 + 1,
        _ => 0,
    }
}

/// Why a try at delivering failed: a stable word outside, the details only in the log.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum DeliveryError {
    /// The host name did not resolve.
    HostNotFound,
    /// The host is private or local, or the port is not allowed, and the operator did not allow it.
    HostNotAllowed,
    /// No connection, or it broke.
    ConnectionFailed,
    /// The server did not answer in time.
    TimedOut,
    /// No TLS, or a certificate that does not prove the host.
    TlsFailed,
    /// The login was refused, or no way to log in was offered.
    AuthenticationFailed,
    /// The tenant has no account to send with.
    NoAccount,
    /// The server refused the sender.
    SenderRefused,
    /// The server refused the recipient.
    RecipientRefused,
    /// The server refused the message.
    MessageRefused,
    /// The server did not speak the protocol.
    ProtocolViolated,
    /// The server is failing, and is left alone for a while.
    ServerUnavailable,
    /// The code expired before the message was accepted.
    Expired,
    /// The challenge ended, or its caller gave up, before the message was accepted.
    Canceled,
}

impl DeliveryError {
    /// Every reason, in the order of declaration.
    pub const ALL: [Self; 14] = [
        Self::HostNotFound,
        Self::HostNotAllowed,
        Self::ConnectionFailed,
        Self::TimedOut,
        Self::TlsFailed,
        Self::AuthenticationFailed,
        Self::NoAccount,
        Self::SenderRefused,
        Self::RecipientRefused,
        Self::MessageRefused,
        Self::ProtocolViolated,
        Self::ServerUnavailable,
        Self::Expired,
        Self::Canceled,
    ];

    /// The stable word used in JSON, logs, metrics and the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HostNotFound => "host_not_found",
            Self::HostNotAllowed => "host_not_allowed",
            Self::ConnectionFailed => "connection_failed",
            Self::TimedOut => "timed_out",
            Self::TlsFailed => "tls_failed",
            Self::AuthenticationFailed => "authentication_failed",
            Self::NoAccount => "no_account",
            Self::SenderRefused => "sender_refused",
            Self::RecipientRefused => "recipient_refused",
            Self::MessageRefused => "message_refused",
            Self::ProtocolViolated => "protocol_violated",
            Self::ServerUnavailable => "server_unavailable",
            Self::Expired => "expired",
            Self::Canceled => "canceled",
        }
    }

    /// The reason of this word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }

    /// Whether a message that met this certainly did not go out. After a broken connection or a
    /// missing answer the server may have it all the same.
    pub const fn proves_unsent(self) -> bool {
        !matches!(self, Self::ConnectionFailed | Self::TimedOut | Self::ProtocolViolated | Self::Expired)
    }

    /// What went wrong and what to change, safe to show to the tenant: nothing a remote server
    /// said is in it.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::HostNotFound => "the mail server's host name does not resolve; check smtp_host",
            Self::HostNotAllowed => {
                "the mail server is on a private or local address, or on a port that is not allowed; \
                 the operator can allow it under [outbound]"
            }
            Self::ConnectionFailed => "no connection to the mail server; check smtp_host and smtp_port",
            Self::TimedOut => "the mail server did not answer in time",
            Self::TlsFailed => {
                "no trusted TLS session with the mail server; check that it offers TLS on this port \
                 and that its certificate names smtp_host"
            }
            Self::NoAccount => "the tenant has no mail account: give it one",
            Self::AuthenticationFailed => {
                "the mail server refused the login; check smtp_mail and smtp_password"
            }
            Self::SenderRefused => "the mail server refused the sender; check smtp_mail",
            Self::RecipientRefused => "the mail server refused the recipient",
            Self::MessageRefused => "the mail server refused the message",
            Self::ProtocolViolated => "the mail server does not speak SMTP on this port",
            Self::ServerUnavailable => {
                "the mail server has been failing and is being left alone for a moment"
            }
            Self::Expired => "the code expired before the mail server accepted the message",
            Self::Canceled => "the challenge ended before the mail server accepted the message",
        }
    }
}

/// What came of one try at delivering. "Again" and "never again" are different variants, so no
/// caller has to guess.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SendOutcome {
    /// The server took responsibility for the message.
    Accepted,
    /// Not accepted; another try may succeed.
    Retry(DeliveryError),
    /// Not accepted, and no further try would change that.
    Refused(DeliveryError),
    /// Not tried: its time comes at this moment.
    NotYet(Timestamp),
}

impl SendOutcome {
    /// Why it failed, if it did.
    pub const fn reason(self) -> Option<DeliveryError> {
        match self {
            Self::Accepted | Self::NotYet(_) => None,
            Self::Retry(reason) | Self::Refused(reason) => Some(reason),
        }
    }
}

/// How a delivery ended, or that it goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DeliveryEnd {
    /// Accepted by the server.
    Sent,
    /// Failed for good.
    Failed(DeliveryError),
    /// To be tried again at this moment.
    RetryAt(Timestamp, DeliveryError),
    /// Not tried: there was no room for it. To be taken up again at this moment.
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
