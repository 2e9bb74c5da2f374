//! Composing the mail that carries a code.

use lettre::Address;
use lettre::message::Mailbox;
use lettre::message::header::HeaderName;

use super::headers::{domain, field, headers, id_safe};
use super::message::{ComposeError, MailMessage};
use super::mime;
use crate::delivery::content::mail_content::mail_content;
use crate::delivery::content::template::cleaning::presentable;
use crate::delivery::ports::message::Message;
use crate::delivery::ports::sender::Sender;
use crate::domain::mail_address::MailAddress;
use crate::domain::tenants::route::Route;
use crate::domain::time::Timestamp;

/// Composes the mail that carries `message`, with this date. The result is the same on every try.
pub fn compose(
    sender: &Sender,
    from: &MailAddress,
    message: &Message,
    date: Timestamp,
) -> Result<MailMessage, ComposeError> {
    let (from, to) = (from.as_str(), message.recipient.as_str());
    // The same whichever route sends, so that duplicates can be recognised by it.
    let first = sender.routes.iter().find_map(Route::smtp).map_or(from, |smtp| smtp.from.as_str());
    let name = presentable(&sender.name);
    let content = mail_content(sender, message)?;
    let id = id_safe(&message.id);
    let name = Some(name).filter(|name| !name.is_empty());
    let author = Mailbox::new(name, from.parse::<Address>()?);
    let mut headers = headers(author, to.parse()?, content.subject, date, &format!("{id}@{}", domain(first)));
    // Exchange ignores `Auto-Submitted` and uses this field.
    headers.insert_raw(field(HeaderName::new_from_ascii_str("X-Auto-Response-Suppress"), "All"));
    let formatted = match content.html {
        None => mime::plain(headers, content.text),
        Some(html) => mime::alternative(headers, &format!("=_{id}"), content.text, html),
    };
    Ok(MailMessage { from: from.to_owned(), to: to.to_owned(), formatted })
}
