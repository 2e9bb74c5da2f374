//! What a mail says, and how it is made.

use std::time::{Duration, SystemTime};

use askama::Template;
use lettre::Address;
use lettre::address::Envelope;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};

use super::smtp::Mail;
use super::{Message, Sender};
use crate::domain::purpose::Purpose;

/// Why a message cannot be composed. Neither can happen with parts that were parsed at the edge.
#[derive(Debug, thiserror::Error)]
pub enum CannotCompose {
    /// A text could not be rendered.
    #[error("the template failed")]
    Template(#[from] askama::Error),
    /// The sender or the recipient is no mail address.
    #[error("an address is not one")]
    Address(#[from] lettre::address::AddressError),
    /// The parts make no mail.
    #[error("the mail cannot be built")]
    Mail(#[from] lettre::error::Error),
}

/// The words that depend on what a code is for, and later on the recipient's language. Subjects
/// never contain the code: they are shown on locked screens and kept in logs.
struct Wording {
    subject: &'static str,
    intro: &'static str,
    unasked: &'static str,
}

const GENERAL: Wording = Wording {
    subject: "Your one-time code",
    intro: "Your one-time code",
    unasked: "If you did not ask for this code, ignore this message. Do not give the code to anybody.",
};

fn wording(_purpose: &Purpose) -> &'static Wording {
    &GENERAL
}

#[derive(Template)]
#[template(path = "mail/code.txt")]
struct Text<'a>(Body<'a>);

#[derive(Template)]
#[template(path = "mail/code.html")]
struct Html<'a>(Body<'a>);

#[derive(Clone, Copy)]
struct Body<'a> {
    wording: &'a Wording,
    /// What the tenant calls itself; may be empty.
    app: &'a str,
    code: &'a str,
    minutes: u64,
}

/// The mail that carries `message`: the same bytes on every try.
pub fn compose(sender: &Sender, message: &Message) -> Result<Mail, CannotCompose> {
    let (from, to) = (sender.smtp.from.as_str(), message.recipient.as_str());
    let name = header_safe(&sender.name);
    let wording = wording(&message.purpose);
    let minutes = minutes(message.expires_at.since(message.created_at));
    let body = Body { wording, app: &name, code: message.code.expose(), minutes };
    let id = id_safe(&message.id);
    let parts = MultiPart::alternative()
        .boundary(format!("=_{id}"))
        .singlepart(SinglePart::plain(Text(body).render()?))
        .singlepart(SinglePart::html(Html(body).render()?));
    let (sender_address, recipient) = (from.parse::<Address>()?, to.parse::<Address>()?);
    let mail = lettre::Message::builder()
        // Ours is in the `Mail`; without one here it would be parsed out of the headers again.
        .envelope(Envelope::new(None, vec![recipient.clone()])?)
        .from(Mailbox::new((!name.is_empty()).then(|| name.clone()), sender_address))
        .to(Mailbox::new(None, recipient))
        .subject(wording.subject)
        .date(moment(message))
        .message_id(Some(format!("<{id}@{}>", domain(from))))
        // RFC 3834 §5, and what Exchange heeds instead: no out-of-office replies to a code.
        .raw_header(field(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated"))
        .raw_header(field(HeaderName::new_from_ascii_str("X-Auto-Response-Suppress"), "All"))
        .multipart(parts)?;
    Ok(Mail::new(from, to, &mail.formatted()))
}

fn field(name: HeaderName, value: &str) -> HeaderValue {
    HeaderValue::new(name, value.to_owned())
}

/// A name without control characters and line separators: one of them would end a header field.
fn header_safe(name: &str) -> String {
    let ends_line = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    name.replace(ends_line, " ").trim().to_owned()
}

/// An identity as the left side of a Message-ID and a MIME boundary can hold it.
fn id_safe(id: &str) -> String {
    id.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')).take(60).collect()
}

fn domain(address: &str) -> &str {
    address.rsplit_once('@').map_or("localhost", |(_, domain)| domain)
}

/// Whole minutes, rounded down so that nothing is promised that does not hold.
fn minutes(lifetime: Duration) -> u64 {
    (lifetime.as_secs() / 60).max(1)
}

fn moment(message: &Message) -> SystemTime {
    let millis = u64::try_from(message.created_at.as_millis()).unwrap_or(0);
    SystemTime::UNIX_EPOCH + Duration::from_millis(millis)
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;
    use crate::domain::code::Code;
    use crate::domain::id::TenantId;
    use crate::domain::recipient::Recipient;
    use crate::domain::smtp::{Security, SmtpProfile};
    use crate::domain::time::Timestamp;

    fn mail(name: &str) -> String {
        let from = Recipient::email("app@sender.example").unwrap();
        let smtp = SmtpProfile {
            host: "smtp.sender.example".to_owned(),
            port: 587,
            security: Security::StartTls,
            username: "app".to_owned(),
            password: SecretString::from("hunter22"),
            from,
        };
        let sender = Sender { tenant: TenantId(1), revision: 1, name: name.to_owned(), smtp };
        let created_at = Timestamp::from_millis(1_000_000_000_000);
        let message = Message {
            id: "m-1\r\nBcc: x@y.example".to_owned(),
            recipient: Recipient::email("jane@example.com").unwrap(),
            code: Code::from_sealed("012345".to_owned()),
            purpose: Purpose::VERIFICATION,
            created_at,
            expires_at: created_at + Duration::from_secs(600),
        };
        let mail = compose(&sender, &message).unwrap();
        assert_eq!((mail.from.as_str(), mail.to.as_str()), ("app@sender.example", "jane@example.com"));
        String::from_utf8(mail.content).unwrap()
    }

    fn headers(mail: &str) -> Vec<&str> {
        mail.split("\r\n\r\n").next().unwrap().split("\r\n").collect()
    }

    #[test]
    fn says_who_writes_and_that_nobody_need_answer() {
        let mail = mail("Acme");
        let headers = headers(&mail);
        for line in [
            "From: Acme <app@sender.example>",
            "To: jane@example.com",
            "Subject: Your one-time code",
            "Date: Sun, 09 Sep 2001 01:46:40 +0000",
            "Message-ID: <m-1Bccxy.example@sender.example>",
            "Auto-Submitted: auto-generated",
            "X-Auto-Response-Suppress: All",
            "MIME-Version: 1.0",
        ] {
            assert!(headers.contains(&line), "{line} in {headers:#?}");
        }
    }

    #[test]
    fn the_code_stands_alone_behind_one_line_and_not_in_the_headers() {
        let mail = mail("Acme");
        assert!(mail.contains("\r\n\r\nYour one-time code for Acme:\r\n\r\n012345\r\n\r\n"), "{mail}");
        assert!(mail.contains("10 minutes"), "{mail}");
        assert!(mail.contains("text/html"));
        assert!(headers(&mail).iter().all(|line| !line.contains("012345")));
    }

    #[test]
    fn no_name_adds_a_header_field_or_markup() {
        for name in [
            "Evil\r\nBcc: x@y.example",
            "Evil\nBcc: x@y.example",
            "Evil\rBcc: x@y.example",
            "Evil\u{2028}Bcc: x@y.example",
            "\"<x@y.example>, ",
            "Ünïcödé\r\nBcc: x@y.example",
            "<script>alert(1)</script>",
            "\0\r\n.\r\nMAIL FROM:<>",
        ] {
            let mail = mail(name);
            let headers = headers(&mail);
            assert!(!headers.iter().any(|line| line.to_ascii_lowercase().starts_with("bcc")), "{headers:#?}");
            let from: Vec<_> = headers.iter().filter(|line| line.starts_with("From:")).collect();
            assert_eq!(from.len(), 1, "{headers:#?}");
            let html = mail.split_once("text/html").unwrap().1;
            assert!(!html.contains("<script>"), "{html}");
            assert!(mail.ends_with("\r\n.\r\n") && !mail[..mail.len() - 5].contains("\r\n.\r\n"));
        }
    }

    #[test]
    fn without_a_name_the_address_stands_alone() {
        let mail = mail("");
        assert!(headers(&mail).contains(&"From: app@sender.example"));
        assert!(mail.contains("\r\n\r\nYour one-time code:\r\n\r\n012345\r\n"));
    }

    #[test]
    fn every_try_sends_the_same_bytes() {
        assert_eq!(mail("Acme"), mail("Acme"));
    }

    #[test]
    fn minutes_promise_no_more_than_holds() {
        assert_eq!(minutes(Duration::from_secs(600)), 10);
        assert_eq!(minutes(Duration::from_secs(599)), 9);
        assert_eq!(minutes(Duration::from_secs(20)), 1);
    }
}
