//! How the server hands mails over.

/// How the server hands mails over.
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
