//! The mail that shows that an account works.

use lettre::Address;
use lettre::address::Envelope;
use lettre::message::Mailbox;
use lettre::message::header::{ContentType, HeaderName};

use super::{CannotCompose, at, domain, field, id_safe};
use crate::delivery::smtp::Mail;
use crate::domain::recipient::Recipient;
use crate::domain::trial::TestMail;

const SUBJECT: &str = "Test mail";

/// Nothing of it is the tenant's to choose, so that it is of no use to anybody but for testing.
const TEXT: &str = "This is a test mail: somebody tried out the mail account that it comes from.\r\n\r\n\
                    There is no code in it and nothing to do. If you did not expect it, you can ignore it.\r\n";

/// A test mail from `from`.
pub fn compose_test(from: &Recipient, mail: &TestMail) -> Result<Mail, CannotCompose> {
    let (sender, recipient) = (from.as_str().parse::<Address>()?, mail.to.as_str().parse::<Address>()?);
    let message = lettre::Message::builder()
        .envelope(Envelope::new(None, vec![recipient.clone()])?)
        .from(Mailbox::new(None, sender))
        .to(Mailbox::new(None, recipient))
        .subject(SUBJECT)
        .date(at(mail.at))
        .message_id(Some(format!("<{}@{}>", id_safe(&mail.id), domain(from.as_str()))))
        .raw_header(field(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated"))
        .header(ContentType::TEXT_PLAIN)
        .body(TEXT.to_owned())?;
    Ok(Mail::new(from.as_str(), mail.to.as_str(), &message.formatted()))
}
