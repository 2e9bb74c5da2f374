//! Mail objects (RFC 5321 §2.3.1): the form in which a mail is sent over the wire.

use crate::delivery::content::mail::message::MailMessage;

/// An envelope and a content, ready to be sent any number of times.
pub(in crate::delivery) struct MailObject {
    /// The envelope's sender.
    pub(in crate::delivery) from: String,
    /// The one recipient.
    pub(in crate::delivery) to: String,
    /// The content as sent after DATA, including the final dot.
    pub(in crate::delivery) content: Vec<u8>,
}

impl MailObject {
    /// Creates the mail object of this message.
    pub(in crate::delivery) fn new(message: &MailMessage) -> Self {
        let MailMessage { from, to, formatted } = message;
        Self { from: from.clone(), to: to.clone(), content: transparent(formatted) }
    }
}

impl std::fmt::Debug for MailObject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MailObject({} bytes)", self.content.len())
    }
}

/// Doubles each dot at the start of a line and adds the line with the single dot (RFC 5321 §4.5.2).
/// Afterwards every line ends in CRLF, because a lone CR or LF would permit message smuggling.
fn transparent(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() + body.len() / 32 + 8);
    let mut rest = body;
    while !rest.is_empty() {
        let end = memchr::memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
        let (line, ending) = rest.split_at(end);
        if line.first() == Some(&b'.') {
            out.push(b'.');
        }
        out.extend_from_slice(line);
        out.extend_from_slice(b"\r\n");
        rest = match ending {
            [b'\r', b'\n', next @ ..] | [_, next @ ..] => next,
            [] => &[],
        };
    }
    out.extend_from_slice(b".\r\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dots_are_doubled_and_line_ends_repaired() {
        for (body, sent) in [
            ("", ".\r\n"),
            ("a", "a\r\n.\r\n"),
            ("a\r\n", "a\r\n.\r\n"),
            (".\r\n", "..\r\n.\r\n"),
            ("a\n.b\r.c", "a\r\n..b\r\n..c\r\n.\r\n"),
            ("a\r\r\n.\r\n", "a\r\n\r\n..\r\n.\r\n"),
            ("a.b\r\n..", "a.b\r\n...\r\n.\r\n"),
        ] {
            assert_eq!(String::from_utf8(transparent(body.as_bytes())).unwrap(), sent, "{body:?}");
        }
    }

    proptest! {
        #[test]
        fn the_end_of_the_content_is_seen_once_and_last(body in "[a.\r\n]{0,40}") {
            let sent = [b"\r\n".as_slice(), &transparent(body.as_bytes())].concat();
            let end = sent.windows(5).position(|window| window == b"\r\n.\r\n");
            prop_assert_eq!(end, Some(sent.len() - 5));
            let lone = |pair: &[u8]| (pair[0] == b'\r') != (pair[1] == b'\n');
            prop_assert!(!sent.windows(2).any(lone));
        }
    }
}
