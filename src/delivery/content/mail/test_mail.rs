//! The mail that tests a route.

use lettre::Address;
use lettre::message::Mailbox;

use super::headers::{domain, headers, id_safe};
use super::message::{ComposeError, MailMessage};
use super::mime;
use crate::domain::mail_address::MailAddress;
use crate::domain::tenants::route_check::TestMessage;

const SUBJECT: &str = "Test mail";

/// The tenant cannot change any of it, so that it is useless for anything but testing.
const TEXT: &str = "This is a test mail: somebody tried out the mail account that it comes from.\r\n\r\n\
                    There is no code in it and nothing to do. If you did not expect it, you can ignore it.\r\n";

/// Composes a test mail from `from`.
pub(in crate::delivery) fn compose_test(
    from: &MailAddress,
    mail: &TestMessage,
) -> Result<MailMessage, ComposeError> {
    let (from, to) = (from.as_str(), mail.to.as_str());
    let author = Mailbox::new(None, from.parse::<Address>()?);
    let id = format!("{}@{}", id_safe(&mail.id), domain(from));
    let headers = headers(author, to.parse()?, SUBJECT.to_owned(), mail.at, &id);
    let formatted = mime::plain(headers, TEXT.to_owned());
    Ok(MailMessage { from: from.to_owned(), to: to.to_owned(), formatted })
}
