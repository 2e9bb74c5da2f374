//! What a mail says, and how it is made.

mod test_mail;
#[cfg(test)]
mod tests;

use std::time::{Duration, SystemTime};

use askama::Template;
use lettre::Address;
use lettre::address::Envelope;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};

use super::smtp::Mail;
use super::wording::{MissingText, Wording, wording};
use super::{Message, Sender};
use crate::domain::recipient::Recipient;
use crate::domain::time::Timestamp;

pub use test_mail::compose_test;

/// Why a message cannot be composed. None of it can happen with parts that were parsed at the edge.
#[derive(Debug, thiserror::Error)]
pub enum CannotCompose {
    /// A text is missing.
    #[error("the wording is incomplete")]
    Wording(#[from] MissingText),
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

#[derive(Template)]
#[template(path = "mail/code.txt")]
struct Text<'a>(Body<'a>);

#[derive(Template)]
#[template(path = "mail/code.html")]
struct Html<'a>(Body<'a>);

#[derive(Clone, Copy)]
struct Body<'a> {
    words: &'a Wording,
    /// What the tenant calls itself; may be empty.
    name: &'a str,
    code: &'a str,
}

/// The mail that carries `message`: the same bytes on every try.
pub fn compose(sender: &Sender, from: &Recipient, message: &Message) -> Result<Mail, CannotCompose> {
    let (from, to) = (from.as_str(), message.recipient.as_str());
    // The same whichever account sends, so that a duplicate is known by it.
    let first = sender.accounts.first().map_or(from, |account| account.smtp.from.as_str());
    let name = presentable(&sender.name);
    let lifetime = message.expires_at.since(message.created_at);
    let words = wording(message.locale.as_ref(), &message.purpose, &name, lifetime)?;
    let body = Body { words: &words, name: &name, code: message.code.expose() };
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
        .subject(words.subject.as_ref())
        .date(at(message.created_at))
        .message_id(Some(format!("<{id}@{}>", domain(first))))
        // RFC 3834 §5, and what Exchange heeds instead: no out-of-office replies to a code.
        .raw_header(field(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated"))
        .raw_header(field(HeaderName::new_from_ascii_str("X-Auto-Response-Suppress"), "All"))
        .multipart(parts)?;
    Ok(Mail::new(from, to, &mail.formatted()))
}

fn field(name: HeaderName, value: &str) -> HeaderValue {
    HeaderValue::new(name, value.to_owned())
}

/// A name in which nothing ends a header field or a line, nor turns the letters around it the other
/// way.
fn presentable(name: &str) -> String {
    let ends_line = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let turns = |c: char| matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    name.replace(ends_line, " ").replace(turns, "").trim().to_owned()
}

/// An identity as the left side of a Message-ID and a MIME boundary can hold it.
fn id_safe(id: &str) -> String {
    id.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')).take(60).collect()
}

fn domain(address: &str) -> &str {
    address.rsplit_once('@').map_or("localhost", |(_, domain)| domain)
}

fn at(moment: Timestamp) -> SystemTime {
    let millis = u64::try_from(moment.as_millis()).unwrap_or(0);
    SystemTime::UNIX_EPOCH + Duration::from_millis(millis)
}
