//! The configuration of a mail catcher.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use secrecy::{ExposeSecret, SecretString};

use crate::fault::ScriptedFault;
use crate::trouble::Witness;

/// How sessions are protected.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum TlsMode {
    /// STARTTLS, without which neither AUTH nor MAIL is accepted (RFC 3207).
    #[default]
    StartTls,
    /// TLS from the first byte (RFC 8314 §3.3).
    Implicit,
    /// No TLS at all.
    Plain,
}

/// The kind of the server certificate. Only a [`CertificateKind::Trusted`] one passes the checks of a client
/// that trusts the catcher's CA.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum CertificateKind {
    /// Signed by the catcher's CA, for `localhost`, `127.0.0.1` and `::1`.
    #[default]
    Trusted,
    /// Self-signed.
    SelfSigned,
    /// Signed by the catcher's CA, for another host.
    WrongHost,
    /// Signed by the catcher's CA, expired since 2021.
    Expired,
}

/// Which mails are stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Keep {
    /// The last ones, up to this number; the oldest is dropped.
    Last(usize),
    /// The last ones within both bounds; the oldest are dropped.
    Within {
        /// How many.
        mails: usize,
        /// Total bytes as sent. Their parsed views take about as much again.
        bytes: usize,
    },
    /// None: mails are only counted, without events or transcripts.
    Nothing,
}

impl Default for Keep {
    fn default() -> Self {
        Self::Last(500)
    }
}

/// The one login that is accepted.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// Login name.
    pub username: String,
    /// Password.
    pub password: SecretString,
}

impl Credentials {
    /// A login.
    pub fn new(username: &str, password: &str) -> Self {
        Self { username: username.to_owned(), password: SecretString::from(password) }
    }

    pub(crate) fn admit(&self, username: &str, password: &str) -> bool {
        self.username == username && self.password.expose_secret() == password
    }
}

/// The access tokens that are accepted, which can change at any time.
#[derive(Clone, Debug)]
pub struct AccessTokens {
    /// The mechanisms that are offered, such as `XOAUTH2 OAUTHBEARER`.
    pub mechanisms: &'static str,
    accepted: Arc<Mutex<HashSet<String>>>,
}

impl AccessTokens {
    /// A collection that accepts none.
    pub fn none(mechanisms: &'static str) -> Self {
        Self { mechanisms, accepted: Arc::default() }
    }

    /// Accepts this token from now on.
    pub fn accept(&self, token: &str) {
        self.accepted().insert(token.to_owned());
    }

    /// Accepts no token any more.
    pub fn revoke_all(&self) {
        self.accepted().clear();
    }

    pub(crate) fn admit(&self, token: &str) -> bool {
        self.accepted().contains(token)
    }

    fn accepted(&self) -> MutexGuard<'_, HashSet<String>> {
        self.accepted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The configuration of a mail catcher.
#[derive(Clone, Debug)]
pub struct Options {
    /// TCP port on 127.0.0.1; 0 picks a free one.
    pub port: u16,
    /// How sessions are protected.
    pub tls: TlsMode,
    /// The kind of the server certificate.
    pub certificate: CertificateKind,
    /// The login that MAIL requires; `None` accepts any login and requires none.
    pub credentials: Option<Credentials>,
    /// The access tokens that a login needs instead of `credentials`.
    pub tokens: Option<AccessTokens>,
    /// Which mails are stored.
    pub keep: Keep,
    /// The maximum size of a mail in bytes; announced as SIZE (RFC 1870).
    pub max_mail_bytes: usize,
    /// Faults from the start; see [`MailCatcher::set_faults`](crate::MailCatcher::set_faults).
    pub faults: Vec<ScriptedFault>,
    /// Observes the reply to each mail.
    pub witness: Option<Arc<dyn Witness>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            tls: TlsMode::default(),
            certificate: CertificateKind::default(),
            credentials: None,
            tokens: None,
            keep: Keep::default(),
            max_mail_bytes: 1024 * 1024,
            faults: Vec::new(),
            witness: None,
        }
    }
}
