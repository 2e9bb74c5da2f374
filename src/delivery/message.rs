//! How a mail is made of what it says.

mod test_mail;
#[cfg(test)]
mod tests;

use std::time::{Duration, SystemTime};

use lettre::Address;
use lettre::address::Envelope;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};

use super::said::{CannotSay, Said};
use super::smtp::Mail;
use super::template::presentable;
use super::{Message, Sender};
use crate::domain::recipient::Recipient;
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
    /// The parts make no mail.
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
    let (sender_address, recipient) = (from.parse::<Address>()?, to.parse::<Address>()?);
    let builder = lettre::Message::builder()
        // Ours is in the `Mail`; without one here it would be parsed out of the headers again.
        .envelope(Envelope::new(None, vec![recipient.clone()])?)
        .from(Mailbox::new((!name.is_empty()).then(|| name.clone()), sender_address))
        .to(Mailbox::new(None, recipient))
        .subject(said.subject)
        .date(at(date))
        .message_id(Some(format!("<{id}@{}>", domain(first))))
        // RFC 3834 §5, and what Exchange heeds instead: no out-of-office replies to a code.
        .raw_header(field(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated"))
        .raw_header(field(HeaderName::new_from_ascii_str("X-Auto-Response-Suppress"), "All"));
    let text = SinglePart::plain(said.text);
    let mail = match said.html {
        None => builder.singlepart(text),
        Some(html) => {
            let parts = MultiPart::alternative().boundary(format!("=_{id}"));
            builder.multipart(parts.singlepart(text).singlepart(SinglePart::html(html)))
        }
    }?;
    Ok(Mail::new(from, to, &mail.formatted()))
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
