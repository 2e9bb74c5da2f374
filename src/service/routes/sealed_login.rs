//! Logins with OAuth, as sealed with their routes.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::domain::outbound_url::OutboundUrl;
use crate::domain::tenants::oauth::{GrantKind, LoginId, OAuthGrant, OAuthLogin};
use crate::domain::tenants::service_key::ServiceKey;

/// A login that is written.
#[derive(Serialize)]
pub(super) struct SealedLogin<'a> {
    id: i64,
    token_url: &'a str,
    scope: &'a str,
    grant: &'static str,
    /// The app or the service account.
    client: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    private_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_id: Option<&'a str>,
}

/// A login that is read back.
#[derive(Deserialize)]
pub(super) struct OpenedLogin {
    id: i64,
    token_url: String,
    scope: String,
    grant: String,
    client: String,
    client_secret: Option<SecretString>,
    refresh_token: Option<SecretString>,
    private_key: Option<SecretString>,
    key_id: Option<String>,
}

impl<'a> SealedLogin<'a> {
    pub(super) fn of(login: &'a OAuthLogin) -> Self {
        let OAuthLogin { id, token_url, scope, grant } = login;
        let (client_secret, refresh_token, private_key) = match grant {
            OAuthGrant::ClientCredentials { client_secret, .. } => (Some(client_secret), None, None),
            OAuthGrant::RefreshToken { client_secret, refresh_token, .. } => {
                (client_secret.as_ref(), Some(refresh_token), None)
            }
            OAuthGrant::ServiceAccount { private_key, .. } => (None, None, Some(private_key.pem())),
        };
        Self {
            id: id.0,
            token_url: token_url.as_str(),
            scope,
            grant: grant.kind().as_str(),
            client: grant.client(),
            client_secret: client_secret.map(ExposeSecret::expose_secret),
            refresh_token: refresh_token.map(ExposeSecret::expose_secret),
            private_key: private_key.map(ExposeSecret::expose_secret),
            key_id: grant.key_id(),
        }
    }
}

impl OpenedLogin {
    pub(super) fn into_login(self) -> Option<OAuthLogin> {
        let Self { id, token_url, scope, grant, client, client_secret, refresh_token, private_key, key_id } =
            self;
        let grant = match GrantKind::parse(&grant)? {
            GrantKind::ClientCredentials => {
                OAuthGrant::ClientCredentials { client_id: client, client_secret: client_secret? }
            }
            GrantKind::RefreshToken => {
                OAuthGrant::RefreshToken { client_id: client, client_secret, refresh_token: refresh_token? }
            }
            GrantKind::ServiceAccount => OAuthGrant::ServiceAccount {
                client_email: client,
                private_key: ServiceKey::parse(&private_key?)?,
                key_id,
            },
        };
        Some(OAuthLogin { id: LoginId(id), token_url: OutboundUrl::kept(&token_url)?, scope, grant })
    }
}
