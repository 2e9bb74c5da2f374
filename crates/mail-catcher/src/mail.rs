//! A caught mail.

use std::fmt;
use std::sync::OnceLock;
use std::time::SystemTime;

use crate::code_finder::Found;
use crate::parsed::Parsed;

/// The number of a mail: 1 for the first since the start, then counting up.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct MailId(pub u64);

impl fmt::Display for MailId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How the client connected to the catcher.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    /// Whether the mail came through TLS or in clear.
    pub transport: Transport,
    /// The name that the client logged in with.
    pub username: Option<String>,
}

/// The transport of a mail.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Transport {
    /// TLS.
    Tls,
    /// Plain TCP, without protection.
    Clear,
}

/// A caught mail. The views of its content are parsed once, on first use.
#[derive(Debug)]
pub struct Mail {
    /// Its number.
    pub id: MailId,
    /// When its content was complete.
    pub received_at: SystemTime,
    /// The sender of the envelope; empty for the null sender (RFC 5321 §4.5.5).
    pub from: String,
    /// The recipients of the envelope.
    pub to: Vec<String>,
    /// How the client connected to the catcher.
    pub session: Session,
    /// Headers and body as sent, dots unstuffed.
    pub raw: Vec<u8>,
    pub(crate) parsed: OnceLock<Parsed>,
}

impl Mail {
    /// Header fields in order, unfolded and decoded (RFC 5322 §2.2, RFC 2047).
    pub fn headers(&self) -> &[(String, String)] {
        &self.parsed().headers
    }

    /// The first header field with this name, ignoring case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let field = self.headers().iter().find(|(field, _)| field.eq_ignore_ascii_case(name));
        field.map(|(_, value)| value.as_str())
    }

    /// The `Subject`; empty if there is none.
    pub fn subject(&self) -> &str {
        self.header("subject").unwrap_or_default()
    }

    /// The first text/plain part that is not an attachment, decoded.
    pub fn text(&self) -> Option<&str> {
        self.parsed().text.as_deref()
    }

    /// The first text/html part that is not an attachment, decoded.
    pub fn html(&self) -> Option<&str> {
        self.parsed().html.as_deref()
    }

    /// The code: what the HTML part marks as such, otherwise the best guess from the text part.
    pub fn code(&self) -> Option<&str> {
        self.found().map(|found| found.code.as_str())
    }

    /// The same, and how it was found.
    pub fn found(&self) -> Option<&Found> {
        self.parsed().code.as_ref()
    }

    /// The content as sent, with U+FFFD for bytes that are not UTF-8.
    pub fn source(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.raw)
    }

    /// Whether `recipient` is among the recipients, ignoring case.
    pub fn is_to(&self, recipient: &str) -> bool {
        self.to.iter().any(|to| to.eq_ignore_ascii_case(recipient))
    }

    fn parsed(&self) -> &Parsed {
        self.parsed.get_or_init(|| Parsed::of(&self.raw))
    }

    #[cfg(test)]
    pub(crate) fn example(id: MailId, to: &str, raw: &str) -> Self {
        Self {
            id,
            received_at: SystemTime::UNIX_EPOCH,
            from: "app@example.com".to_owned(),
            to: vec![to.to_owned()],
            session: Session { transport: Transport::Tls, username: None },
            raw: raw.as_bytes().to_vec(),
            parsed: OnceLock::new(),
        }
    }
}
