//! Why there is no access token.

use crate::delivery::net::http::HttpError;
use crate::domain::tenants::oauth::TokenRefusal;

/// The error for a token that cannot be had.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TokenFailure {
    /// The issuer refuses for good.
    #[error("the token endpoint refuses: {}", .0.as_str())]
    Refused(TokenRefusal),
    /// The issuer could not be asked.
    #[error("the token endpoint cannot be asked: {}", .0.as_str())]
    Unreachable(HttpError),
    /// The issuer's response has neither a token nor a refusal.
    #[error("the token endpoint answered {0} without a token")]
    NoToken(u16),
    /// What is kept of the login could not be read or changed, so its secrets must not be used.
    #[error("what is kept of the login cannot be read or changed now")]
    NotKept,
    /// A refresh token that is not saved yet: using it might be the end of it.
    #[error("a refresh token is used only after it was saved")]
    NotSaved,
    /// The request cannot be made of this login.
    #[error("no token request can be made of the login")]
    Unusable,
}

impl TokenFailure {
    /// Returns the word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.as_str(),
            Self::Unreachable(_) | Self::NoToken(_) | Self::NotKept | Self::NotSaved | Self::Unusable => {
                "token_unavailable"
            }
        }
    }

    /// Returns what to change.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.advice(),
            Self::Unreachable(HttpError::HostNotAllowed) => {
                "the token endpoint may not be connected to: the operator can allow it in outbound.allow_hosts and \
                 outbound.webhook_ports"
            }
            Self::Unreachable(HttpError::TlsFailed) => {
                "no trusted TLS session with the token endpoint: check token_url"
            }
            Self::Unreachable(_) => {
                "the token endpoint cannot be reached: check token_url, or try again later"
            }
            Self::NoToken(_) => "the token endpoint gives no token: check token_url, or try again later",
            Self::NotKept => "the server cannot use its store at present: try again later",
            Self::NotSaved => {
                "save the account first, then test it: many refresh tokens can be used only once, and what replaces \
                 this one must be kept"
            }
            Self::Unusable => "the login cannot be used: give it its secrets again",
        }
    }
}
