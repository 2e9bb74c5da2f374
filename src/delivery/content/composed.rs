//! The content of a message, whatever the channel.

use super::mail_content::{ContentError, MailContent, mail_content};
use crate::delivery::ports::message::Message;
use crate::delivery::ports::sender::Sender;
use crate::domain::challenges::channel::ChannelKind;

/// The content of a message. A medium with other content than mail, such as a text message or a
/// call, adds a variant here and an arm to `content_of`; its texts go into `locales/` beside those
/// of mails.
pub enum Content {
    /// A mail.
    Mail(MailContent),
}

/// Composes the content of `message` for its channel. Returns `None` if nothing is sent.
pub(in crate::delivery) fn content_of(
    sender: &Sender,
    message: &Message,
) -> Option<Result<Content, ContentError>> {
    match message.channel {
        ChannelKind::Email => Some(mail_content(sender, message).map(Content::Mail)),
        // Their texts are not written yet, and no transport serves them.
        ChannelKind::Sms | ChannelKind::Whatsapp | ChannelKind::Voice | ChannelKind::Telegram => None,
        ChannelKind::None => None,
    }
}
