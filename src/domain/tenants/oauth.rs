//! Logins with OAuth 2.0 (RFC 6749): what an access token is asked for with.

use std::fmt;

use secrecy::SecretString;

use crate::domain::outbound_url::OutboundUrl;
use crate::domain::random::Entropy;
use crate::domain::tenants::service_key::ServiceKey;
use crate::domain::time::Timestamp;

/// One state of a login. It is drawn when the owner of a route writes the login, so that nothing
/// that was learned of a former state applies to the present one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LoginId(pub i64);

impl LoginId {
    /// Draws an identity.
    pub fn draw(entropy: &dyn Entropy) -> Self {
        Self(i64::from_le_bytes(entropy.bytes()) & i64::MAX)
    }
}

/// A login with an access token.
#[derive(Clone)]
pub struct OAuthLogin {
    /// Which state of the login this is.
    pub id: LoginId,
    /// Where access tokens are issued.
    pub token_url: OutboundUrl,
    /// What the token may be used for, as the issuer writes it; may be empty.
    pub scope: String,
    /// What proves to the issuer that a token may be given out.
    pub grant: OAuthGrant,
}

/// What proves to an issuer that a token may be given out.
#[derive(Clone)]
pub enum OAuthGrant {
    /// The app itself may send (RFC 6749 §4.4).
    ClientCredentials {
        /// The name of the app.
        client_id: String,
        /// Its secret.
        client_secret: SecretString,
    },
    /// A user has let the app send (RFC 6749 §6).
    RefreshToken {
        /// The name of the app.
        client_id: String,
        /// Its secret, unless it is a public client.
        client_secret: Option<SecretString>,
        /// The user's consent. The issuer may replace it at each use.
        refresh_token: SecretString,
    },
    /// A service account that may act for the mailbox (RFC 7523 §2.1).
    ServiceAccount {
        /// The name of the service account, which looks like a mail address.
        client_email: String,
        /// Its key.
        private_key: ServiceKey,
        /// The name of the key, if the issuer wants it.
        key_id: Option<String>,
    },
}

/// The kinds of grant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GrantKind {
    /// The app itself may send.
    ClientCredentials,
    /// A user has let the app send.
    RefreshToken,
    /// A service account may act for the mailbox.
    ServiceAccount,
}

impl GrantKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::ClientCredentials, Self::RefreshToken, Self::ServiceAccount];

    /// Returns the word used in JSON and in the sealed column.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientCredentials => "client_credentials",
            Self::RefreshToken => "refresh_token",
            Self::ServiceAccount => "service_account",
        }
    }

    /// Returns the kind that this word names, if any.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

impl OAuthGrant {
    /// Returns the kind of this grant.
    pub const fn kind(&self) -> GrantKind {
        match self {
            Self::ClientCredentials { .. } => GrantKind::ClientCredentials,
            Self::RefreshToken { .. } => GrantKind::RefreshToken,
            Self::ServiceAccount { .. } => GrantKind::ServiceAccount,
        }
    }

    /// Returns the name under which the issuer knows the app or the service account.
    pub fn client(&self) -> &str {
        match self {
            Self::ClientCredentials { client_id, .. } | Self::RefreshToken { client_id, .. } => client_id,
            Self::ServiceAccount { client_email, .. } => client_email,
        }
    }

    /// Returns the name of the service account's key, if it has one.
    pub fn key_id(&self) -> Option<&str> {
        match self {
            Self::ServiceAccount { key_id, .. } => key_id.as_deref(),
            Self::ClientCredentials { .. } | Self::RefreshToken { .. } => None,
        }
    }
}

impl fmt::Debug for OAuthLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OAuthLogin({:?}, {})", self.token_url, self.grant.kind().as_str())
    }
}

/// The error codes with which an issuer refuses for good (RFC 6749 §5.2): the same request fails
/// again until its owner or the issuer's administrator changes something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenRefusal {
    /// The consent, the refresh token or the assertion is not valid, or no longer.
    InvalidGrant,
    /// The app is unknown, or its secret is wrong or has expired.
    InvalidClient,
    /// The app may not get tokens in this way.
    UnauthorizedClient,
    /// The scope is unknown or not granted.
    InvalidScope,
    /// The request lacks something, or names something that does not exist.
    InvalidRequest,
    /// The issuer does not know this kind of grant.
    UnsupportedGrantType,
}

impl TokenRefusal {
    /// Every code.
    pub const ALL: [Self; 6] = [
        Self::InvalidGrant,
        Self::InvalidClient,
        Self::UnauthorizedClient,
        Self::InvalidScope,
        Self::InvalidRequest,
        Self::UnsupportedGrantType,
    ];

    /// Returns the issuer's word, which is also used in JSON and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidGrant => "invalid_grant",
            Self::InvalidClient => "invalid_client",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidRequest => "invalid_request",
            Self::UnsupportedGrantType => "unsupported_grant_type",
        }
    }

    /// Returns the code that this word names, if any.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|refusal| refusal.as_str() == word)
    }

    /// Returns what the owner of the login should change.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::InvalidGrant => {
                "the consent has ended or is not valid: sign in again for a new refresh token, or check the service \
                 account's key and that it may act for the mailbox; then give the account its secret again"
            }
            Self::InvalidClient => {
                "the app is unknown or its secret is wrong or has expired: check client_id and directory, make a new \
                 client secret and give it to the account"
            }
            Self::UnauthorizedClient => {
                "the app may not get tokens in this way: have an administrator consent to its permissions, then test \
                 the account"
            }
            Self::InvalidScope => {
                "the scope is unknown or not granted: check scope and the app's permissions"
            }
            Self::InvalidRequest => {
                "the token request is refused: check token_url, the directory and client_id"
            }
            Self::UnsupportedGrantType => {
                "the token endpoint does not know this grant: check token_url and grant"
            }
        }
    }
}

/// A refusal that stops a login until its owner changes or tests it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StoppedLogin {
    /// The login.
    pub login: LoginId,
    /// Why.
    pub refusal: TokenRefusal,
    /// Since when.
    pub since: Timestamp,
}
