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
use crate::domain::recipient::Recipient;
use crate::domain::time::Timestamp;

pub use test_mail::compose_test;

/// The header fields of a mail.
const FIELDS: usize = 9;

/// Why a message cannot be composed. None of it can happen with parts that were parsed at the edge.
#[derive(Debug, thiserror::Error)]
pub enum CannotCompose {
    /// There are no words.
    #[error("there are no words")]
    Words(#[from] CannotSay),
    /// The sender or the recipient is no mail address.
    #[error("an address is not one")]
    Address(#[from] lettre::address::AddressError),
    /// The fields make no mail.
    #[error("the mail cannot be built")]
    Mail(#[from] lettre::error::Error),
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
    let mut headers = Headers::with_capacity(FIELDS);
    headers.set(From::from(Mailboxes::from(Mailbox::new(name, from.parse::<Address>()?))));
    headers.set(To::from(Mailboxes::from(Mailbox::new(None, to.parse::<Address>()?))));
    headers.set(Subject::from(said.subject));
    headers.set(Date::new(at(date)));
    headers.set(MessageId::from(format!("<{id}@{}>", domain(first))));
    // RFC 3834 §5, and what Exchange heeds instead: no out-of-office replies to a code.
    headers.insert_raw(field(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated"));
    headers.insert_raw(field(HeaderName::new_from_ascii_str("X-Auto-Response-Suppress"), "All"));
    let mail = match said.html {
        None => mime::plain(headers, said.text),
        Some(html) => mime::alternative(headers, &format!("=_{id}"), said.text, html),
    };
    Ok(Mail::new(from, to, &mail))
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
