//! Mail servers and logins as their owners write them, and their completion.

use secrecy::SecretString;

use crate::domain::mail_address::MailAddress;
use crate::domain::random::Entropy;
use crate::domain::tenants::invalid_route::InvalidRoute;
use crate::domain::tenants::oauth_draft::{OAuthDraft, PresentLogin};
use crate::domain::tenants::smtp::{Security, SmtpLogin, SmtpProfile};

/// A mail server and a login, as their owner writes them.
pub struct SmtpDraft {
    /// Host name or IP address, in lower case.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the session is encrypted.
    pub security: Security,
    /// Login name.
    pub username: String,
    /// What proves the login.
    pub login: LoginDraft,
    /// The sender, in the envelope and in `From`.
    pub from: MailAddress,
}

/// What proves a login, as its owner writes it.
pub enum LoginDraft {
    /// A password; `None` keeps the existing one.
    Password(Option<SecretString>),
    /// An access token.
    OAuth(OAuthDraft),
}

impl SmtpDraft {
    /// Creates a draft that leaves a profile unchanged.
    pub fn unchanged(profile: &SmtpProfile) -> Self {
        let SmtpProfile { host, port, security, username, login, from } = profile.clone();
        let login = match login {
            SmtpLogin::Password(_) => LoginDraft::Password(None),
            SmtpLogin::OAuth(login) => LoginDraft::OAuth(OAuthDraft::unchanged(&login)),
        };
        Self { host, port, security, username, login, from }
    }

    /// Completes the draft. It may keep the secrets of `kept` if the server and the login are the same.
    pub fn complete(
        self,
        kept: Option<&SmtpProfile>,
        entropy: &dyn Entropy,
    ) -> Result<SmtpProfile, InvalidRoute> {
        let goes_there = kept.is_some_and(|old| self.leads_to(old));
        let Self { host, port, security, username, login, from } = self;
        let login = match (login, kept.map(|old| &old.login)) {
            (LoginDraft::Password(Some(password)), _) => SmtpLogin::Password(password),
            (LoginDraft::Password(None), Some(SmtpLogin::Password(old))) if goes_there => {
                SmtpLogin::Password(old.clone())
            }
            (LoginDraft::Password(None), Some(SmtpLogin::Password(_))) => {
                return Err(InvalidRoute::PASSWORD_AGAIN);
            }
            (LoginDraft::Password(None), None | Some(SmtpLogin::OAuth(_))) => {
                return Err(InvalidRoute::NO_PASSWORD);
            }
            (LoginDraft::OAuth(draft), present) => {
                let present = match present {
                    Some(SmtpLogin::OAuth(old)) if goes_there => PresentLogin::Same(old),
                    Some(SmtpLogin::OAuth(_)) => PresentLogin::Elsewhere,
                    None | Some(SmtpLogin::Password(_)) => PresentLogin::None,
                };
                SmtpLogin::OAuth(draft.complete(present, entropy)?)
            }
        };
        Ok(SmtpProfile { host, port, security, username, login, from })
    }

    /// Returns whether the secret would go to the same server under the same login.
    fn leads_to(&self, old: &SmtpProfile) -> bool {
        let SmtpProfile { host, port, security, username, .. } = old;
        (&self.host, &self.port, &self.security, &self.username) == (host, port, security, username)
    }
}
