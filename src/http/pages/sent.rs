//! What is said about a message that is on its way.

use fluent_bundle::FluentArgs;

use crate::domain::challenges::channel::ChannelKind;
use crate::texts::{BuiltIn, MissingText};

use super::countdown::with;
use super::template::{Instead, PageText};

/// The name of an app, which is the same in every language.
const fn app(channel: ChannelKind) -> Option<&'static str> {
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

/// Where to look for a mail that comes from this address; nothing about other messages.
pub(super) fn hints(
    texts: &'static BuiltIn,
    channel: ChannelKind,
    from: Option<&str>,
) -> Result<Vec<PageText>, MissingText> {
    if channel != ChannelKind::Email {
        return Ok(Vec::new());
    }
    let from = from.map(|from| with(texts, "page-from", "from", from));
    from.into_iter().chain([texts.text("page-spam", None)]).collect()
}

/// The label of the button that has the code sent over this channel instead; `None` if there is none.
pub(super) fn instead(texts: &'static BuiltIn, channel: ChannelKind) -> Result<Option<Instead>, MissingText> {
    let label = match channel {
        ChannelKind::Sms => texts.text("page-text-instead", None)?,
        ChannelKind::Voice => texts.text("page-call-instead", None)?,
        ChannelKind::Whatsapp | ChannelKind::Telegram => {
            with(texts, "page-app-instead", "app", app(channel).unwrap_or_default())?
        }
        ChannelKind::Email | ChannelKind::None => return Ok(None),
    };
    Ok(Some(Instead { channel: channel.as_str(), label }))
}

/// A number, isolated where text runs from right to left: its plus would be shown behind it (UAX #9).
fn in_order(texts: &BuiltIn, channel: ChannelKind, to: &str) -> String {
    match channel.reaches_numbers() && texts.direction() == "rtl" {
        true => format!("\u{2066}{to}\u{2069}"),
        false => to.to_owned(),
    }
}
