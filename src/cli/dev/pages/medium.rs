//! The words for channels on the pages.

use crate::domain::challenges::channel::ChannelKind;

/// The channel as a label.
pub(super) const fn label(channel: ChannelKind) -> &'static str {
    match channel {
        ChannelKind::Email => "Mail",
        ChannelKind::Sms => "Text message",
        ChannelKind::Whatsapp => "WhatsApp",
        ChannelKind::Voice => "Call",
        ChannelKind::Telegram => "Telegram",
        ChannelKind::None => "None",
    }
}

/// A message of the channel, as a sentence names it.
pub(super) const fn noun(channel: ChannelKind) -> &'static str {
    match channel {
        ChannelKind::Email => "mail",
        ChannelKind::Sms => "text message",
        ChannelKind::Whatsapp => "WhatsApp message",
        ChannelKind::Voice => "call",
        ChannelKind::Telegram => "Telegram message",
        ChannelKind::None => "message",
    }
}
