//! Logins with OAuth as their owners write them, and their completion.

use secrecy::SecretString;

use crate::domain::outbound_url::OutboundUrl;
use crate::domain::random::Entropy;
use crate::domain::tenants::invalid_route::InvalidRoute;
use crate::domain::tenants::oauth::{LoginId, OAuthGrant, OAuthLogin};
use crate::domain::tenants::service_key::ServiceKey;

/// A new login lacks a secret.
const NO_SECRET: &str = "a new login needs it";
/// Something that the secret, or the token that it is exchanged for, is sent to has changed, but the
/// secret was not given again.
const SECRET_AGAIN: &str = "needed again when host, port, tls, username, token_url, the client or the grant change; a refresh token also \
     when scope or client_secret change";

/// A login with OAuth as its owner writes it. Secrets that stay the same are left out.
pub struct OAuthDraft {
    /// Where access tokens are issued.
    pub token_url: OutboundUrl,
    /// What the token may be used for.
    pub scope: String,
    /// What proves that a token may be given out.
    pub grant: GrantDraft,
}

/// A grant as its owner writes it; see [`OAuthGrant`].
pub enum GrantDraft {
    /// The app itself may send.
    ClientCredentials {
        /// The name of the app.
        client_id: String,
        /// Its secret; `None` keeps the existing one.
        client_secret: Option<SecretString>,
    },
    /// A user has let the app send.
    RefreshToken {
        /// The name of the app.
        client_id: String,
        /// Its secret. It is kept together with the refresh token, never alone.
        client_secret: Option<SecretString>,
        /// The user's consent; `None` keeps the existing one, and whatever has replaced it since.
        refresh_token: Option<SecretString>,
    },
    /// A service account may act for the mailbox.
    ServiceAccount {
        /// The name of the service account.
        client_email: String,
        /// Its key; `None` keeps the existing one.
        private_key: Option<ServiceKey>,
        /// The name of the key.
        key_id: Option<String>,
    },
}

/// The login that a draft may keep secrets of.
#[derive(Clone, Copy)]
pub enum PresentLogin<'a> {
    /// There is none: the route is new, or it logs in with a password.
    None,
    /// There is one, but its tokens went to another server or under another name.
    Elsewhere,
    /// This one.
    Same(&'a OAuthLogin),
}

impl OAuthDraft {
    /// Creates a draft that leaves a login unchanged.
    pub fn unchanged(login: &OAuthLogin) -> Self {
        let OAuthLogin { token_url, scope, grant, .. } = login.clone();
        let grant = match grant {
            OAuthGrant::ClientCredentials { client_id, .. } => {
                GrantDraft::ClientCredentials { client_id, client_secret: None }
            }
            OAuthGrant::RefreshToken { client_id, .. } => {
                GrantDraft::RefreshToken { client_id, client_secret: None, refresh_token: None }
            }
            OAuthGrant::ServiceAccount { client_email, key_id, .. } => {
                GrantDraft::ServiceAccount { client_email, private_key: None, key_id }
            }
        };
        Self { token_url, scope, grant }
    }

    /// Completes the draft. Secrets that were left out are those of `present`, if they go where they
    /// went before.
    pub fn complete(
        self,
        present: PresentLogin<'_>,
        entropy: &dyn Entropy,
    ) -> Result<OAuthLogin, InvalidRoute> {
        let Self { token_url, scope, grant } = self;
        let old = match present {
            PresentLogin::Same(old) if old.token_url == token_url => Some(old),
            _ => None,
        };
        let missing = |field| match present {
            PresentLogin::None => InvalidRoute::new(field, NO_SECRET),
            PresentLogin::Elsewhere | PresentLogin::Same(_) => InvalidRoute::new(field, SECRET_AGAIN),
        };
        let (grant, kept) = match grant.given() {
            Ok(given) => (given, None),
            Err(left_out) => left_out.kept(old, &scope).map_err(missing)?,
        };
        // Whatever was learned of a login ends with its first change.
        let id = kept.filter(|old| old.scope == scope && old.grant.key_id() == grant.key_id());
        let id = id.map_or_else(|| LoginId::draw(entropy), |old| old.id);
        Ok(OAuthLogin { id, token_url, scope, grant })
    }
}

impl GrantDraft {
    /// Returns the grant if its secret was given, else the draft.
    fn given(self) -> Result<OAuthGrant, Self> {
        match self {
            Self::ClientCredentials { client_id, client_secret: Some(client_secret) } => {
                Ok(OAuthGrant::ClientCredentials { client_id, client_secret })
            }
            Self::RefreshToken { client_id, client_secret, refresh_token: Some(refresh_token) } => {
                Ok(OAuthGrant::RefreshToken { client_id, client_secret, refresh_token })
            }
            Self::ServiceAccount { client_email, private_key: Some(private_key), key_id } => {
                Ok(OAuthGrant::ServiceAccount { client_email, private_key, key_id })
            }
            left_out => Err(left_out),
        }
    }

    /// Returns the grant with the secret of `old`, if that belongs to the same client, else the
    /// field of the secret.
    fn kept<'a>(
        self,
        old: Option<&'a OAuthLogin>,
        scope: &str,
    ) -> Result<(OAuthGrant, Option<&'a OAuthLogin>), &'static str> {
        let same = old.filter(|old| old.grant.client() == self.client()).map(|old| (old, &old.grant));
        let grant = match (self, same) {
            (
                Self::ClientCredentials { client_id, .. },
                Some((_, OAuthGrant::ClientCredentials { client_secret, .. })),
            ) => OAuthGrant::ClientCredentials { client_id, client_secret: client_secret.clone() },
            // The first refresh token may have been used up since, and what has replaced it is kept
            // with the unchanged login only.
            (
                Self::RefreshToken { client_secret: None, .. },
                Some((old, grant @ OAuthGrant::RefreshToken { .. })),
            ) if old.scope == scope => grant.clone(),
            (
                Self::ServiceAccount { client_email, key_id, .. },
                Some((_, OAuthGrant::ServiceAccount { private_key, .. })),
            ) => OAuthGrant::ServiceAccount { client_email, private_key: private_key.clone(), key_id },
            (Self::ClientCredentials { .. }, _) => return Err("oauth/client_secret"),
            (Self::RefreshToken { .. }, _) => return Err("oauth/refresh_token"),
            (Self::ServiceAccount { .. }, _) => return Err("oauth/private_key"),
        };
        Ok((grant, old))
    }

    fn client(&self) -> &str {
        match self {
            Self::ClientCredentials { client_id, .. } | Self::RefreshToken { client_id, .. } => client_id,
            Self::ServiceAccount { client_email, .. } => client_email,
        }
    }
}
