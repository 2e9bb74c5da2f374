//! SMTP profiles: a tenant's mail server, as registered and as used for delivery.

use std::fmt;

use secrecy::SecretString;

use crate::domain::host::parse_host;
use crate::domain::mail_address::MailAddress;
use crate::domain::tenants::oauth::OAuthLogin;

/// The encryption of a session with the server.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Security {
    /// TLS from the first byte (RFC 8314 §3.3), as on port 465.
    Implicit,
    /// STARTTLS; nothing is sent without it (RFC 3207).
    StartTls,
}

/// A tenant's SMTP account.
#[derive(Clone)]
pub struct SmtpProfile {
    /// Host name or IP address, in lower case.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the session is encrypted.
    pub security: Security,
    /// Login name.
    pub username: String,
    /// What proves the login.
    pub login: SmtpLogin,
    /// The sender, in the envelope and in `From`.
    pub from: MailAddress,
}

/// What proves a login.
#[derive(Clone)]
pub enum SmtpLogin {
    /// A password.
    Password(SecretString),
    /// An access token, which is fetched when it is needed.
    OAuth(OAuthLogin),
}

impl Security {
    /// Returns the word used in JSON and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Implicit => "implicit",
            Self::StartTls => "starttls",
        }
    }

    /// Returns the mode that this word names, if any.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Implicit, Self::StartTls].into_iter().find(|security| security.as_str() == word)
    }

    /// Returns the usual mode of a port: TLS from the first byte on 465, STARTTLS on every other.
    pub const fn usual_of(port: u16) -> Self {
        if port == 465 { Self::Implicit } else { Self::StartTls }
    }
}

/// The error for an SMTP account that is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InvalidSmtp {
    /// Not a host name or an IP address.
    #[error("smtp_host must be a host name such as smtp.example.com, or an IP address")]
    Host,
    /// Not a port.
    #[error("smtp_port must be a number from 1 to 65535")]
    Port,
    /// Not a mail address.
    #[error("smtp_mail must be a mail address: it is the login and the sender")]
    Mail,
    /// The password is empty, too long, or contains control characters.
    #[error("smtp_password must have 1 to 512 characters and no control characters")]
    Password,
}

impl SmtpProfile {
    /// Returns the password, if the login is one.
    pub fn password(&self) -> Option<&SecretString> {
        match &self.login {
            SmtpLogin::Password(password) => Some(password),
            SmtpLogin::OAuth(_) => None,
        }
    }

    /// Returns the login with an access token, if it is one.
    pub fn oauth(&self) -> Option<&OAuthLogin> {
        match &self.login {
            SmtpLogin::OAuth(login) => Some(login),
            SmtpLogin::Password(_) => None,
        }
    }

    /// Creates the account of the compat route: `mail` is both the login and the sender; port 465
    /// means TLS from the first byte, every other port STARTTLS.
    pub fn from_compat(host: &str, port: i64, mail: &str, password: &str) -> Result<Self, InvalidSmtp> {
        let port = u16::try_from(port).ok().filter(|port| *port != 0).ok_or(InvalidSmtp::Port)?;
        if !is_password(password) {
            return Err(InvalidSmtp::Password);
        }
        Ok(Self {
            host: parse_host(host).ok_or(InvalidSmtp::Host)?,
            port,
            security: Security::usual_of(port),
            username: mail.trim_matches(' ').to_owned(),
            login: SmtpLogin::Password(SecretString::from(password)),
            from: MailAddress::parse(mail).map_err(|_| InvalidSmtp::Mail)?,
        })
    }
}

/// Returns whether a text is a valid password: 1 to 512 bytes without control characters.
pub fn is_password(text: &str) -> bool {
    !text.is_empty() && text.len() <= 512 && !text.chars().any(char::is_control)
}

impl fmt::Debug for SmtpProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmtpProfile({}:{}, {:?})", self.host, self.port, self.security)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn port_465_means_tls_from_the_first_byte() {
        let profile =
            |port| SmtpProfile::from_compat("SMTP.Example.com", port, "app@example.com", "pw").unwrap();
        assert_eq!(profile(465).security, Security::Implicit);
        assert_eq!(profile(587).security, Security::StartTls);
        assert_eq!(profile(587).host, "smtp.example.com");
    }

    #[test]
    fn a_profile_prints_neither_login_nor_password() {
        let profile =
            SmtpProfile::from_compat("smtp.example.com", 587, "login@example.com", "hunter2hunter2");
        assert_eq!(format!("{:?}", profile.unwrap()), "SmtpProfile(smtp.example.com:587, StartTls)");
    }
}
