//! Token requests (RFC 6749 §4.4.2, §6; RFC 7523 §2.1).

use form_urlencoded::Serializer;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::assertion::Claims;
use crate::domain::tenants::oauth::{OAuthGrant, OAuthLogin};
use crate::domain::time::Timestamp;

/// The grant type of assertions.
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// What a token is asked for with.
pub(super) struct Ask<'a> {
    /// The login.
    pub(super) login: &'a OAuthLogin,
    /// The refresh token that has replaced the login's own.
    pub(super) refresh_token: Option<&'a SecretString>,
    /// The mailbox.
    pub(super) mailbox: &'a str,
    /// The present moment by the machine's clock.
    pub(super) now: Timestamp,
}

impl Ask<'_> {
    /// Returns the body of the request; `None` if the key of a service account cannot sign. The
    /// secret of an app goes into the body, which Microsoft and Google expect.
    pub(super) fn body(&self) -> Option<Zeroizing<String>> {
        let OAuthLogin { token_url, scope, grant, .. } = self.login;
        let mut form = Serializer::new(String::new());
        match grant {
            OAuthGrant::ClientCredentials { client_id, client_secret } => {
                form.append_pair("grant_type", "client_credentials");
                form.append_pair("client_id", client_id);
                form.append_pair("client_secret", client_secret.expose_secret());
            }
            OAuthGrant::RefreshToken { client_id, client_secret, refresh_token } => {
                form.append_pair("grant_type", "refresh_token");
                form.append_pair("client_id", client_id);
                if let Some(secret) = client_secret {
                    form.append_pair("client_secret", secret.expose_secret());
                }
                let token = self.refresh_token.unwrap_or(refresh_token);
                form.append_pair("refresh_token", token.expose_secret());
            }
            OAuthGrant::ServiceAccount { client_email, private_key, key_id } => {
                let claims = Claims::new(client_email, self.mailbox, scope, token_url.as_str(), self.now);
                let assertion = Zeroizing::new(claims.sign(private_key, key_id.as_deref())?);
                form.append_pair("grant_type", JWT_BEARER);
                form.append_pair("assertion", &assertion);
                // The scope is in the assertion.
                return Some(Zeroizing::new(form.finish()));
            }
        }
        if !scope.is_empty() {
            form.append_pair("scope", scope);
        }
        Some(Zeroizing::new(form.finish()))
    }
}
