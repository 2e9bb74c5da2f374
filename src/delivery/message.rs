//! How a mail is made of what it says.

mod mime;
mod test_mail;
#[cfg(test)]
mod tests;

use std::time::{Duration, SystemTime};

use lettre::Address;
use lettre::message::header::{Date, From, HeaderName, HeaderValue, Headers, MessageId, Subject, To};
use lettre::message::{Mailbox, Mailboxes};

use super::said::{CannotSay, Said};
use super::smtp::Mail;
use super::template::presentable;
use super::{Message, Sender};
use crate::domain::challenges::recipient::Recipient;
use crate::domain::time::Timestamp;

pub use test_mail::compose_test;

/// Why a message cannot be composed. None of it can happen with parts that were parsed at the edge.
#[derive(Debug, thiserror::Error)]
pub enum CannotCompose {
    /// There are no words.
    #[error("there are no words")]
    Words(#[from] CannotSay),
    /// The sender or the recipient is no mail address.
    #[error("an address is not one")]
    Address(#[from] lettre::address::AddressError),
}

/// What the mail that carries `message` says.
pub fn said(sender: &Sender, message: &Message) -> Result<Said, CannotCompose> {
    let said = Said::of(&sender.name, message)?;
    if message.template.is_some() && !said.is_own {
        tracing::warn!(
            tenant = sender.tenant.0,
            purpose = message.purpose.as_str(),
            "a template makes too long a message; the usual words are sent instead"
        );
    }
    Ok(said)
}

/// The mail that carries `message`, with this date: the same bytes on every try.
pub fn compose(
    sender: &Sender,
    from: &Recipient,
    message: &Message,
    date: Timestamp,
) -> Result<Mail, CannotCompose> {
    let (from, to) = (from.as_str(), message.recipient.as_str());
    // The same whichever account sends, so that a duplicate is known by it.
    let first = sender.accounts.first().map_or(from, |account| account.smtp.from.as_str());
    let name = presentable(&sender.name);
    let said = said(sender, message)?;
    let id = id_safe(&message.id);
    let name = Some(name).filter(|name| !name.is_empty());
    let author = Mailbox::new(name, from.parse::<Address>()?);
    let mut headers = headers(author, to.parse()?, said.subject, date, &format!("{id}@{}", domain(first)));
    // What Exchange heeds instead of `Auto-Submitted`.
    headers.insert_raw(field(HeaderName::new_from_ascii_str("X-Auto-Response-Suppress"), "All"));
    let mail = match said.html {
        None => mime::plain(headers, said.text),
        Some(html) => mime::alternative(headers, &format!("=_{id}"), said.text, html),
    };
    Ok(Mail::new(from, to, &mail))
}

/// The header fields of every mail.
fn headers(author: Mailbox, to: Address, subject: String, date: Timestamp, id: &str) -> Headers {
    let mut headers = Headers::new();
    headers.set(From::from(Mailboxes::from(author)));
    headers.set(To::from(Mailboxes::from(Mailbox::new(None, to))));
    headers.set(Subject::from(subject));
    headers.set(Date::new(at(date)));
    headers.set(MessageId::from(format!("<{id}>")));
    // RFC 3834 §5: no out-of-office replies to a mail that a program sends.
    headers.insert_raw(field(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated"));
    headers
}

fn field(name: HeaderName, value: &str) -> HeaderValue {
    HeaderValue::new(name, value.to_owned())
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
