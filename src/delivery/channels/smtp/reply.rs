//! Replies (RFC 5321 §4.2): three digits and a text, possibly over several lines, with bounds on
//! everything.

use crate::domain::deliveries;
use crate::domain::deliveries::reply::{EnhancedStatus, ReplyClass};

/// The maximum length of a line, including its end, in bytes. RFC 5321 §4.5.3.1.5 allows 512.
pub(super) const MAX_LINE: usize = 4096;
/// The maximum number of lines of one reply.
const MAX_LINES: usize = 128;
/// The maximum size of one reply, in bytes.
const MAX_REPLY: usize = 32 * 1024;

/// A server's reply.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Reply {
    /// The three digits.
    pub(super) code: u16,
    /// The text of each line, as the server wrote it: not sanitised for logs or users.
    pub(super) lines: Vec<String>,
}

impl Reply {
    /// Returns the part of the reply that may be kept.
    pub(super) fn kept(&self) -> Option<deliveries::reply::ReplyCodes> {
        let status = self.lines.first().and_then(|text| EnhancedStatus::parse(text));
        ReplyClass::of(self.code).map(|class| deliveries::reply::ReplyCodes { class, status, code: None })
    }
}

/// The error for an invalid reply.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub(super) enum InvalidReply {
    /// A line is longer than [`MAX_LINE`].
    #[error("a line is too long")]
    LineTooLong,
    /// The reply has too many lines or bytes.
    #[error("the reply does not end")]
    Endless,
    /// A line does not begin with three digits and a space or a dash.
    #[error("a line does not begin with a reply code")]
    NoCode,
    /// The lines of one reply have different codes.
    #[error("the lines have different reply codes")]
    MixedCodes,
}

/// A reply that is being read.
#[derive(Default)]
pub(super) struct ReplyParser {
    code: Option<u16>,
    lines: Vec<String>,
    size: usize,
}

impl ReplyParser {
    /// Adds the next line, without its end. Returns the reply once it is complete.
    pub(super) fn take(&mut self, line: &[u8]) -> Result<Option<Reply>, InvalidReply> {
        self.size += line.len();
        if self.lines.len() >= MAX_LINES || self.size > MAX_REPLY {
            return Err(InvalidReply::Endless);
        }
        let (code, rest) = split_code(line).ok_or(InvalidReply::NoCode)?;
        if self.code.is_some_and(|first| first != code) {
            return Err(InvalidReply::MixedCodes);
        }
        self.code = Some(code);
        let (more, text) = match rest.split_first() {
            None => (false, rest),
            Some((b' ', text)) => (false, text),
            Some((b'-', text)) => (true, text),
            Some(_) => return Err(InvalidReply::NoCode),
        };
        self.lines.push(String::from_utf8_lossy(text).into_owned());
        Ok((!more).then(|| Reply { code, lines: std::mem::take(&mut self.lines) }))
    }
}

fn split_code(line: &[u8]) -> Option<(u16, &[u8])> {
    let (digits, rest) = line.split_at_checked(3)?;
    let valid = digits.iter().all(u8::is_ascii_digit) && (b'2'..=b'5').contains(&digits[0]);
    valid.then(|| (digits.iter().fold(0, |code, digit| code * 10 + u16::from(digit - b'0')), rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(lines: &[&str]) -> Result<Option<Reply>, InvalidReply> {
        let mut parser = ReplyParser::default();
        let mut last = Ok(None);
        for line in lines {
            last = parser.take(line.as_bytes());
        }
        last
    }

    #[test]
    fn reads_one_and_several_lines() {
        assert_eq!(
            read(&["250 2.1.0 Ok"]),
            Ok(Some(Reply { code: 250, lines: vec!["2.1.0 Ok".to_owned()] }))
        );
        assert_eq!(read(&["250"]), Ok(Some(Reply { code: 250, lines: vec![String::new()] })));
        let reply = read(&["250-mail.example.com", "250-PIPELINING", "250 STARTTLS"]).unwrap().unwrap();
        assert_eq!(reply.lines, ["mail.example.com", "PIPELINING", "STARTTLS"]);
        assert_eq!(read(&["250-more"]), Ok(None));
    }

    #[test]
    fn refuses_what_is_no_reply() {
        for bad in ["", "25", "HTTP/1.1 400 Bad Request", "2500 ok", "25x ok", "150 ok", "650 ok", "250_ok"] {
            assert_eq!(read(&[bad]), Err(InvalidReply::NoCode), "{bad:?}");
        }
        assert_eq!(read(&["250-a", "550 b"]), Err(InvalidReply::MixedCodes));
    }

    #[test]
    fn an_endless_reply_ends() {
        let mut parser = ReplyParser::default();
        let end = (0..1000).find_map(|_| parser.take(b"250-more").err());
        assert_eq!(end, Some(InvalidReply::Endless));
        let mut parser = ReplyParser::default();
        let end = (0..20).find_map(|_| parser.take(&[b"250-", [b'x'; 4000].as_slice()].concat()).err());
        assert_eq!(end, Some(InvalidReply::Endless));
    }

    proptest! {
        #[test]
        fn no_line_panics(line in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = ReplyParser::default().take(&line);
        }
    }
}
