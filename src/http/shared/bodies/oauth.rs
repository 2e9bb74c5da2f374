//! A login with OAuth in a request.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::outbound_url::{InvalidUrl, MAX_URL, OutboundUrl};
use crate::domain::tenants::oauth::GrantKind;
use crate::domain::tenants::oauth_draft::{GrantDraft, OAuthDraft};
use crate::domain::tenants::oauth_preset::OAuthPreset;
use crate::domain::tenants::service_key::ServiceKey;

use crate::http::shared::problems::rejection::{Flaws, Rejection};

const MAX_CLIENT: usize = 320;
const MAX_SECRET: usize = 2_048;
const MAX_TOKEN: usize = 8_192;
const MAX_SCOPE: usize = 1_000;
const MAX_KEY_ID: usize = 200;

/// A login with an access token instead of a password (OAuth 2.0).
#[derive(Deserialize, ToSchema)]
#[schema(as = OAuthLoginRequest)]
#[serde(deny_unknown_fields)]
pub(crate) struct OAuthBody {
    provider: Option<OAuthProvider>,
    /// The directory (tenant) at Microsoft: its id or one of its domains.
    #[schema(min_length = 1, max_length = 253, example = "contoso.onmicrosoft.com")]
    directory: Option<String>,
    /// Where access tokens are issued; absent with `provider`.
    #[schema(format = "uri", max_length = 2000, example = "https://login.example.com/oauth2/token")]
    token_url: Option<String>,
    /// What the token is for, as the issuer writes it; `provider` knows what sending mail needs.
    #[schema(max_length = 1000)]
    scope: Option<String>,
    grant: OAuthGrantKind,
    /// The app, for `client_credentials` and `refresh_token`.
    #[schema(min_length = 1, max_length = 320)]
    client_id: Option<String>,
    /// The secret of the app: for `client_credentials`, and for `refresh_token` unless the app is a public client.
    /// Never returned.
    #[schema(value_type = Option<String>, write_only, format = "password", min_length = 1, max_length = 2048)]
    client_secret: Option<SecretString>,
    /// The consent of the mailbox's user, for `refresh_token`. Never returned. What the issuer gives instead of it is
    /// kept.
    #[schema(value_type = Option<String>, write_only, format = "password", min_length = 1, max_length = 8192)]
    refresh_token: Option<SecretString>,
    /// The name of the service account, for `service_account`.
    #[schema(min_length = 1, max_length = 320, example = "mailer@project.iam.gserviceaccount.com")]
    client_email: Option<String>,
    /// The RSA key of the service account in PEM, for `service_account`. Never returned.
    #[schema(value_type = Option<String>, write_only, format = "password", min_length = 1, max_length = 16384)]
    private_key: Option<SecretString>,
    /// The name of the key, for `service_account`.
    #[schema(min_length = 1, max_length = 200)]
    key_id: Option<String>,
}

/// A provider whose token endpoint and scope are known: `microsoft` (Microsoft 365) or `google` (Gmail, Workspace).
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum OAuthProvider {
    Microsoft,
    Google,
}

/// What proves that a token may be given out: `client_credentials`, the app itself may send; `refresh_token`, a user
/// has let the app send; `service_account`, a service account may act for the mailbox.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[schema(as = OAuthGrant)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OAuthGrantKind {
    ClientCredentials,
    RefreshToken,
    ServiceAccount,
}

/// The error for a field of the login.
type Wrong<'a> = &'a dyn Fn(&str, &str) -> Rejection;

impl OAuthBody {
    /// The draft of the login; `place` is the JSON pointer to it.
    pub(crate) fn draft(self, place: &str) -> Result<OAuthDraft, Rejection> {
        let wrong = |field: &str, detail: &str| Rejection::field(format!("{place}/{field}"), detail);
        self.check_fields(&wrong)?;
        let preset = self.preset(&wrong)?;
        let token_url = match (&preset, self.token_url.as_deref()) {
            (Some(preset), None) => preset.token_url(),
            (None, Some(url)) => url.to_owned(),
            (Some(_), Some(_)) => {
                return Err(wrong("token_url", "either a provider or a token_url, not both"));
            }
            (None, None) => {
                return Err(wrong(
                    "token_url",
                    "where tokens are issued, unless provider is microsoft or google",
                ));
            }
        };
        let token_url = OutboundUrl::kept(&token_url)
            .filter(|_| token_url.len() <= MAX_URL)
            .ok_or_else(|| wrong("token_url", &InvalidUrl::NotAUrl.to_string()))?;
        let scope = match (self.scope.clone(), preset) {
            (Some(scope), _) => scope,
            (None, Some(preset)) => preset.scope(self.grant.kind()).to_owned(),
            (None, None) => String::new(),
        };
        if scope.len() > MAX_SCOPE || !scope.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Err(wrong("scope", "at most 1000 visible ASCII characters"));
        }
        Ok(OAuthDraft { token_url, scope, grant: self.grant_draft(&wrong)? })
    }

    fn preset(&self, wrong: Wrong<'_>) -> Result<Option<OAuthPreset>, Rejection> {
        match (self.provider, self.directory.as_deref()) {
            (Some(OAuthProvider::Microsoft), directory) => {
                let preset = OAuthPreset::microsoft(directory.unwrap_or_default());
                let detail = "the id or a domain of your directory, such as contoso.onmicrosoft.com";
                preset.map(Some).ok_or_else(|| wrong("directory", detail))
            }
            (_, Some(_)) => Err(wrong("directory", "only with the provider microsoft")),
            (Some(OAuthProvider::Google), None) => Ok(Some(OAuthPreset::Google)),
            (None, None) => Ok(None),
        }
    }

    /// Checks that each field belongs to the grant, and its length.
    fn check_fields(&self, wrong: Wrong<'_>) -> Result<(), Rejection> {
        use OAuthGrantKind as Grant;
        let text = |value: &Option<String>| value.clone();
        let secret =
            |value: &Option<SecretString>| value.as_ref().map(|value| value.expose_secret().to_owned());
        let apps: &[_] = &[GrantKind::ClientCredentials, GrantKind::RefreshToken];
        let (refresh, service): (&[_], &[_]) = (&[GrantKind::RefreshToken], &[GrantKind::ServiceAccount]);
        let kind = Grant::kind(self.grant);
        let mut flaws = Flaws::default();
        for (field, value, grants, most) in [
            ("client_id", text(&self.client_id), apps, MAX_CLIENT),
            ("client_secret", secret(&self.client_secret), apps, MAX_SECRET),
            ("refresh_token", secret(&self.refresh_token), refresh, MAX_TOKEN),
            ("client_email", text(&self.client_email), service, MAX_CLIENT),
            ("key_id", text(&self.key_id), service, MAX_KEY_ID),
        ] {
            let Some(value) = value.map(zeroize::Zeroizing::new) else { continue };
            if !grants.contains(&kind) {
                flaws.note::<()>(Err(wrong(field, &format!("not with the grant {}", kind.as_str()))));
            } else if value.is_empty() || value.len() > most || value.contains(char::is_control) {
                let problem = format!("1 to {most} bytes without control characters");
                flaws.note::<()>(Err(wrong(field, &problem)));
            }
        }
        if self.private_key.is_some() && kind != GrantKind::ServiceAccount {
            flaws.note::<()>(Err(wrong("private_key", &format!("not with the grant {}", kind.as_str()))));
        }
        flaws.end()
    }

    fn grant_draft(self, wrong: Wrong<'_>) -> Result<GrantDraft, Rejection> {
        let Self { client_id, client_secret, refresh_token, client_email, private_key, key_id, .. } = self;
        let client_id = || client_id.clone().ok_or_else(|| wrong("client_id", "the app's id is needed"));
        Ok(match self.grant {
            OAuthGrantKind::ClientCredentials => {
                GrantDraft::ClientCredentials { client_id: client_id()?, client_secret }
            }
            OAuthGrantKind::RefreshToken => {
                GrantDraft::RefreshToken { client_id: client_id()?, client_secret, refresh_token }
            }
            OAuthGrantKind::ServiceAccount => {
                let key = private_key.map(|pem| {
                    let detail = "an RSA key of at least 2048 bits in PEM, as in private_key of the key file";
                    ServiceKey::parse(&pem).ok_or_else(|| wrong("private_key", detail))
                });
                let unnamed = || wrong("client_email", "the service account's name is needed");
                let client_email = client_email.ok_or_else(unnamed)?;
                GrantDraft::ServiceAccount { client_email, private_key: key.transpose()?, key_id }
            }
        })
    }
}

impl OAuthGrantKind {
    const fn kind(self) -> GrantKind {
        match self {
            Self::ClientCredentials => GrantKind::ClientCredentials,
            Self::RefreshToken => GrantKind::RefreshToken,
            Self::ServiceAccount => GrantKind::ServiceAccount,
        }
    }
}
