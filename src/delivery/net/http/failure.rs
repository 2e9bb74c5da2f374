//! Why there is no response.

use crate::delivery::net::error::NetError;

/// The error for an exchange without a usable response.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{} ({})", .error.as_str(), .written.as_str())]
pub struct HttpFailure {
    /// What went wrong.
    pub error: HttpError,
    /// Whether the other side may have the request.
    pub written: Written,
}

/// How much of a request had been written when its exchange failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Written {
    /// Not all of it: the other side cannot have acted on it.
    InPart,
    /// All of it, so the other side may have acted on it.
    Whole,
}

impl Written {
    /// Returns the word used in logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InPart => "not sent",
            Self::Whole => "sent",
        }
    }
}

/// The reason for which there is no usable response.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HttpError {
    /// The name did not resolve.
    HostNotFound,
    /// The address, the port or the scheme is not allowed.
    HostNotAllowed,
    /// The connection could not be made, or it broke.
    ConnectionFailed,
    /// No TLS, or a certificate that does not match the host.
    TlsFailed,
    /// The response was not complete in time.
    TimedOut,
    /// The response is not HTTP.
    ProtocolViolated,
    /// The body of the response exceeds the limit.
    TooLarge,
}

impl HttpError {
    /// Returns the word used in JSON and in logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HostNotFound => "host_not_found",
            Self::HostNotAllowed => "host_not_allowed",
            Self::ConnectionFailed => "connection_failed",
            Self::TlsFailed => "tls_failed",
            Self::TimedOut => "timed_out",
            Self::ProtocolViolated => "protocol_violated",
            Self::TooLarge => "too_large",
        }
    }
}

impl From<NetError> for HttpError {
    fn from(error: NetError) -> Self {
        match error {
            NetError::HostNotFound(_) => Self::HostNotFound,
            NetError::HostNotAllowed => Self::HostNotAllowed,
            NetError::TimedOut => Self::TimedOut,
            NetError::Untrusted(_) => Self::TlsFailed,
            NetError::Broken(_) => Self::ConnectionFailed,
        }
    }
}

impl From<hyper::Error> for HttpError {
    fn from(error: hyper::Error) -> Self {
        if error.is_parse() { Self::ProtocolViolated } else { Self::ConnectionFailed }
    }
}
