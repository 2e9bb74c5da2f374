//! Messages as the inbox gets them.

use crate::delivery::content::{Content, ContentError, TEST_TEXT, content_of};
use crate::delivery::ports::catch::CaughtMessage;
use crate::delivery::ports::message::Message;
use crate::delivery::ports::sender::Sender;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::phone::number::PhoneNumber;
use crate::domain::tenants::transports::log::LogSettings;

/// Composes a message for its channel; `None` for a channel that does not reach phones.
pub(super) fn of_message(
    settings: &LogSettings,
    sender: &Sender,
    message: &Message,
) -> Result<Option<CaughtMessage>, ContentError> {
    let Some(number) = message.recipient.phone() else { return Ok(None) };
    let code = message.code.expose();
    let (text, language) = match content_of(sender, message).transpose()? {
        Some(Content::Text(content)) => (content.text, content.lang),
        Some(Content::Call(content)) => (content.sentences.join("\n"), content.voice),
        Some(Content::Code(content)) => (code.to_owned(), content.locale.to_string()),
        Some(Content::Mail(_)) | None => return Ok(None),
    };
    let has_code = match message.channel {
        // It is said sign by sign.
        ChannelKind::Voice => text.replace(", ", "").contains(code),
        _ => text.contains(code),
    };
    let code = has_code.then(|| code.to_owned());
    Ok(Some(CaughtMessage { code, ..empty(settings, number, message.channel, text, language) }))
}

/// Composes a test message, which says only that it is a test.
pub(super) fn test(settings: &LogSettings, number: &PhoneNumber) -> CaughtMessage {
    empty(settings, number, ChannelKind::Sms, TEST_TEXT.to_owned(), "en".to_owned())
}

fn empty(
    settings: &LogSettings,
    number: &PhoneNumber,
    channel: ChannelKind,
    text: String,
    language: String,
) -> CaughtMessage {
    let from = settings.from.as_ref().map_or("", |from| from.of(number.digits()));
    CaughtMessage {
        to: number.as_str().to_owned(),
        channel,
        from: from.to_owned(),
        text,
        language,
        code: None,
        reports: None,
    }
}
