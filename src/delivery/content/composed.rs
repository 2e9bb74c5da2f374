//! The content of a message, whatever the channel.

use super::call_content::CallContent;
use super::code_content::CodeContent;
use super::mail_content::{ContentError, MailContent, mail_content};
use super::text_content::TextContent;
use super::unused_template::log_unused;
use crate::delivery::ports::message::Message;
use crate::delivery::ports::sender::Sender;
use crate::domain::challenges::channel::ChannelKind;

/// The content of a message. A medium with other content adds a variant here and an arm to
/// `content_of`; its texts go into `locales/` beside those of the others.
pub enum Content {
    /// A mail.
    Mail(MailContent),
    /// A text message.
    Text(TextContent),
    /// A call.
    Call(CallContent),
    /// The code alone: the other side has the words.
    Code(CodeContent),
}

/// Composes the content of `message` for its channel. Returns `None` if nothing is sent.
pub fn content_of(sender: &Sender, message: &Message) -> Option<Result<Content, ContentError>> {
    match message.channel {
        ChannelKind::Email => Some(mail_content(sender, message).map(Content::Mail)),
        ChannelKind::Sms => Some(text_content(sender, message).map(Content::Text)),
        ChannelKind::Voice => Some(call_content(sender, message).map(Content::Call)),
        ChannelKind::Whatsapp | ChannelKind::Telegram => Some(Ok(Content::Code(CodeContent::of(message)))),
        ChannelKind::None => None,
    }
}

/// Composes the text message for `message` of `sender`, and logs a template that could not be used.
pub fn text_content(sender: &Sender, message: &Message) -> Result<TextContent, ContentError> {
    let content = TextContent::of(&sender.name, message)?;
    log_unused(sender, message, content.is_own);
    Ok(content)
}

/// Composes the call for `message` of `sender`, and logs a template that could not be used.
pub fn call_content(sender: &Sender, message: &Message) -> Result<CallContent, ContentError> {
    let content = CallContent::of(&sender.name, message)?;
    log_unused(sender, message, content.is_own);
    Ok(content)
}
