//! What a message says, whatever the channel.

use super::mail_content::{ContentError, MailContent, mail_content};
use crate::delivery::ports::message::Message;
use crate::delivery::ports::sender::Sender;
use crate::domain::challenges::channel::ChannelKind;

/// What a message says. A medium with other content than mail, such as a text or a call, adds a variant
/// here and an arm to `content_of`; its words go beside those of mails in `locales/`.
pub enum Content {
    /// A mail.
    Mail(MailContent),
}

/// What `message` of `sender` says over its channel. `None` where nothing is sent.
pub(in crate::delivery) fn content_of(
    sender: &Sender,
    message: &Message,
) -> Option<Result<Content, ContentError>> {
    match message.channel {
        ChannelKind::Email => Some(mail_content(sender, message).map(Content::Mail)),
        ChannelKind::None => None,
    }
}
