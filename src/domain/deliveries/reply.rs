//! The part of a server's or provider's reply that may be kept: its numbers, never its text.

use std::fmt;

/// A reply to a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReplyCodes {
    /// The class of its code.
    pub class: ReplyClass,
    /// The enhanced status code, if the reply has one.
    pub status: Option<EnhancedStatus>,
    /// The provider's own number for what it says, if it has one.
    pub code: Option<u32>,
}

/// The first digit of a three-digit code, in SMTP (RFC 5321 §4.2.1) as in HTTP (RFC 9110 §15).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ReplyClass(u8);

/// An enhanced mail system status code (RFC 3463), such as `5.1.1`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct EnhancedStatus {
    /// 2 for success, 4 for a temporary failure, 5 for a permanent one.
    pub class: u8,
    /// What the status is about.
    pub subject: u16,
    /// The status within that subject.
    pub detail: u16,
}

impl ReplyClass {
    /// Returns the class of a code from 100 to 599; `None` for any other number.
    pub fn of(code: u16) -> Option<Self> {
        (100..=599).contains(&code).then(|| u8::try_from(code / 100).ok().map(Self)).flatten()
    }
}

impl fmt::Display for ReplyClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}xx", self.0)
    }
}

impl EnhancedStatus {
    /// Parses the status at the start of a reply's text, if there is one.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(' ').next()?.splitn(3, '.');
        let class = parts.next()?;
        let number = |part: Option<&str>| {
            let digits = part.filter(|part| (1..=3).contains(&part.len()))?;
            digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
        };
        let class = match class {
            "2" => 2,
            "4" => 4,
            "5" => 5,
            _ => return None,
        };
        Some(Self { class, subject: number(parts.next())?, detail: number(parts.next())? })
    }
}

impl fmt::Display for EnhancedStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_read_where_a_reply_begins_with_one() {
        for (text, status) in [
            ("5.1.1 no such user", Some("5.1.1")),
            ("4.7.650 later", Some("4.7.650")),
            ("2.0.0", Some("2.0.0")),
            ("Ok: queued as 5.1.1", None),
            ("3.1.1 no", None),
            ("5.1", None),
            ("5.1.1.1 no", None),
            ("5.1.1234 no", None),
            ("5..1 no", None),
            ("5.+1.1 no", None),
            ("", None),
        ] {
            let read = EnhancedStatus::parse(text).map(|status| status.to_string());
            assert_eq!(read.as_deref(), status, "{text:?}");
        }
    }

    #[test]
    fn a_class_is_the_first_digit_of_a_code() {
        assert_eq!(ReplyClass::of(554).map(|class| class.to_string()).as_deref(), Some("5xx"));
        assert_eq!((ReplyClass::of(99), ReplyClass::of(600)), (None, None));
    }
}
