//! Header fields.

use std::time::{Duration, SystemTime};

use lettre::Address;
use lettre::message::header::{Date, From, HeaderName, HeaderValue, Headers, MessageId, Subject, To};
use lettre::message::{Mailbox, Mailboxes};

use crate::domain::time::Timestamp;

/// Returns the header fields that every mail has.
pub(super) fn headers(author: Mailbox, to: Address, subject: String, date: Timestamp, id: &str) -> Headers {
    let mut headers = Headers::new();
    headers.set(From::from(Mailboxes::from(author)));
    headers.set(To::from(Mailboxes::from(Mailbox::new(None, to))));
    headers.set(Subject::from(subject));
    headers.set(Date::new(at(date)));
    headers.set(MessageId::from(format!("<{id}>")));
    // RFC 3834 §5: no out-of-office replies to automatic mail.
    headers.insert_raw(field(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated"));
    headers
}

/// Returns one header field.
pub(super) fn field(name: HeaderName, value: &str) -> HeaderValue {
    HeaderValue::new(name, value.to_owned())
}

/// Reduces an identity to characters that are valid in a Message-ID and a MIME boundary.
pub(super) fn id_safe(id: &str) -> String {
    id.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')).take(60).collect()
}

/// Returns the domain of an address.
pub(super) fn domain(address: &str) -> &str {
    address.rsplit_once('@').map_or("localhost", |(_, domain)| domain)
}

fn at(moment: Timestamp) -> SystemTime {
    let millis = u64::try_from(moment.as_millis()).unwrap_or(0);
    SystemTime::UNIX_EPOCH + Duration::from_millis(millis)
}
