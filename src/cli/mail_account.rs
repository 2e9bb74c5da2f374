//! The mail account of a tenant in arguments and in output.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use crate::domain::outbound_url::{InvalidUrl, OutboundUrl};
use crate::domain::tenants::oauth::{GrantKind, StoppedLogin};
use crate::domain::tenants::oauth_draft::{GrantDraft, OAuthDraft};
use crate::domain::tenants::oauth_preset::OAuthPreset;
use crate::domain::tenants::route::{Route, Transport};
use crate::domain::tenants::service_key::ServiceKey;

use super::failure::Failure;
use super::prompt;

/// A login with OAuth instead of a password.
#[derive(Args)]
pub(super) struct OAuthArguments {
    /// Log in with OAuth instead of a password, and with which kind of grant.
    #[arg(long, value_enum, requires = "oauth_secret_file")]
    oauth_grant: Option<Grant>,
    /// The directory (tenant) at Microsoft 365: its id or one of its domains.
    #[arg(long, value_name = "DIRECTORY", requires = "oauth_grant", conflicts_with_all = ["oauth_google", "oauth_token_url"])]
    oauth_microsoft: Option<String>,
    /// The account is at Google.
    #[arg(long, requires = "oauth_grant", conflicts_with = "oauth_token_url")]
    oauth_google: bool,
    /// Where access tokens are issued, if it is neither Microsoft nor Google.
    #[arg(long, value_name = "URL", requires = "oauth_grant")]
    oauth_token_url: Option<String>,
    /// What the tokens are for; known for Microsoft and Google.
    #[arg(long, value_name = "SCOPE", requires = "oauth_grant")]
    oauth_scope: Option<String>,
    /// The id of the app.
    #[arg(long, value_name = "ID", requires = "oauth_grant")]
    oauth_client_id: Option<String>,
    /// A file with the secret: of the app, the refresh token, or the key file of the service account
    /// (JSON). `-` is standard input.
    #[arg(long, value_name = "FILE", requires = "oauth_grant")]
    oauth_secret_file: Option<PathBuf>,
    /// A file with the secret of the app that a refresh token belongs to.
    #[arg(long, value_name = "FILE", requires = "oauth_grant")]
    oauth_client_secret_file: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Grant {
    /// The app itself may send.
    ClientCredentials,
    /// A user has let the app send.
    RefreshToken,
    /// A service account may act for the mailbox.
    ServiceAccount,
}

/// The key file of a service account, as Google gives it out.
#[derive(Deserialize)]
struct KeyFile {
    client_email: String,
    private_key: SecretString,
    private_key_id: Option<String>,
}

impl OAuthArguments {
    /// Returns the login, if one was given.
    pub(super) fn draft(&self) -> Result<Option<OAuthDraft>, Failure> {
        let Some(grant) = self.oauth_grant else { return Ok(None) };
        let kind = match grant {
            Grant::ClientCredentials => GrantKind::ClientCredentials,
            Grant::RefreshToken => GrantKind::RefreshToken,
            Grant::ServiceAccount => GrantKind::ServiceAccount,
        };
        let preset = self.preset()?;
        let token_url = match (&preset, &self.oauth_token_url) {
            (Some(preset), _) => preset.token_url(),
            (None, Some(url)) => url.clone(),
            (None, None) => {
                return Err(Failure::usage(
                    "--oauth-microsoft, --oauth-google or --oauth-token-url is needed",
                ));
            }
        };
        let preset_scope = preset.map(|preset| preset.scope(kind).to_owned());
        Ok(Some(OAuthDraft {
            token_url: OutboundUrl::kept(&token_url)
                .ok_or_else(|| Failure::usage(format!("--oauth-token-url {}", InvalidUrl::NotAUrl)))?,
            scope: self.oauth_scope.clone().or(preset_scope).unwrap_or_default(),
            grant: self.grant(kind)?,
        }))
    }

    fn preset(&self) -> Result<Option<OAuthPreset>, Failure> {
        let unknown = || Failure::usage("--oauth-microsoft is the id or a domain of your directory");
        match (&self.oauth_microsoft, self.oauth_google) {
            (Some(directory), _) => OAuthPreset::microsoft(directory).map(Some).ok_or_else(unknown),
            (None, true) => Ok(Some(OAuthPreset::Google)),
            (None, false) => Ok(None),
        }
    }

    fn grant(&self, kind: GrantKind) -> Result<GrantDraft, Failure> {
        let file = self.oauth_secret_file.as_deref();
        let client_id = || {
            let id = self.oauth_client_id.clone().filter(|id| !id.is_empty());
            id.ok_or_else(|| Failure::usage("--oauth-client-id is needed"))
        };
        Ok(match kind {
            GrantKind::ClientCredentials => GrantDraft::ClientCredentials {
                client_id: client_id()?,
                client_secret: Some(prompt::secret(file, "client secret")?),
            },
            GrantKind::RefreshToken => {
                let secret = self.oauth_client_secret_file.as_deref();
                let secret = secret.map(|path| prompt::secret(Some(path), "client secret"));
                GrantDraft::RefreshToken {
                    client_id: client_id()?,
                    client_secret: secret.transpose()?,
                    refresh_token: Some(prompt::secret(file, "refresh token")?),
                }
            }
            GrantKind::ServiceAccount => {
                let wrong =
                    || Failure::usage("--oauth-secret-file: not the key file (JSON) of a service account");
                let text = prompt::whole_file(file.ok_or_else(wrong)?)?;
                let key: KeyFile = serde_json::from_str(text.expose_secret()).map_err(|_| wrong())?;
                GrantDraft::ServiceAccount {
                    client_email: key.client_email,
                    private_key: Some(ServiceKey::parse(&key.private_key).ok_or_else(wrong)?),
                    key_id: key.private_key_id,
                }
            }
        })
    }
}

/// Prints a route, and why it is stopped if it is.
pub(super) fn show(route: &Route, stopped: &[StoppedLogin]) {
    let Route { handle, name, channels, transport } = route;
    match transport {
        Transport::Smtp(smtp) => {
            println!("smtp     {}:{} as {}", smtp.host, smtp.port, smtp.from.as_str());
            let login = smtp.oauth().map_or("password", |login| login.grant.kind().as_str());
            println!("         {handle}  {}  {login}  {name}", smtp.security.as_str());
        }
        Transport::Provider(account) => {
            let channels: Vec<_> = channels.iter().map(|channel| channel.as_str()).collect();
            println!("route    {} for {}", account.settings.summary(), channels.join(", "));
            println!("         {handle}  {}  {name}", transport.kind().as_str());
        }
    }
    if let Some(StoppedLogin { refusal, since, .. }) = stopped.iter().find(|stopped| stopped.is_of(route)) {
        println!("         stopped since {since}: {}: {}", refusal.as_str(), refusal.advice());
    }
}

/// Where a route leads to, on one line.
pub(super) fn destination(route: &Route) -> String {
    match &route.transport {
        Transport::Smtp(smtp) => format!("{}:{} as {}", smtp.host, smtp.port, smtp.from.as_str()),
        Transport::Provider(account) => account.settings.summary(),
    }
}
