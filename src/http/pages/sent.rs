//! What is said about a message that is on its way.

use fluent_bundle::FluentArgs;

use crate::domain::challenges::channel::ChannelKind;
use crate::texts::{BuiltIn, MissingText};

use super::template::PageText;

/// The name of an app, which is the same in every language.
pub(super) const fn app(channel: ChannelKind) -> Option<&'static str> {
    match channel {
        ChannelKind::Whatsapp => Some("WhatsApp"),
        ChannelKind::Telegram => Some("Telegram"),
        ChannelKind::Email | ChannelKind::Sms | ChannelKind::Voice | ChannelKind::None => None,
    }
}

/// The sentence that a code was sent to this masked recipient; `None` if the tenant delivers it itself.
pub(super) fn sentence(
    texts: &'static BuiltIn,
    channel: ChannelKind,
    to: &str,
) -> Result<Option<PageText>, MissingText> {
    let id = match channel {
        ChannelKind::None => return Ok(None),
        ChannelKind::Email => "page-sent-to",
        ChannelKind::Sms => "page-texted",
        ChannelKind::Voice => "page-calling",
        ChannelKind::Whatsapp | ChannelKind::Telegram => "page-sent-over",
    };
    let mut args = FluentArgs::with_capacity(2);
    args.set("to", in_order(texts, channel, to));
    args.set("app", app(channel).unwrap_or_default());
    texts.text(id, Some(&args)).map(Some)
}

/// A number, isolated where text runs from right to left: its plus would be shown behind it (UAX #9).
fn in_order(texts: &BuiltIn, channel: ChannelKind, to: &str) -> String {
    match channel.reaches_numbers() && texts.direction() == "rtl" {
        true => format!("\u{2066}{to}\u{2069}"),
        false => to.to_owned(),
    }
}
