//! How the server delivers mails.

/// How the server delivers mails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Handover {
    /// In clear.
    Plaintext,
    /// In TLS, with a login.
    StartTls,
}

impl Handover {
    /// The name in the JSON.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Plaintext => "plaintext",
            Self::StartTls => "starttls",
        }
    }
}
