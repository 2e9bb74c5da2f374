//! The content of messages for providers.

use super::message::CodeMedium;
use super::message::Said;
use crate::delivery::content::{CallContent, ContentError, TEST_TEXT, call_content, text_content};
use crate::delivery::ports::message::Message;
use crate::delivery::ports::sender::Sender;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::tenants::route_check::TestMessage;

/// The code in a test message: no challenge has it.
pub(super) const TEST_CODE: &str = "000000";

/// What is said. The code is in it, so there is no `Debug`.
pub(super) enum Composed {
    /// A text message.
    Text(String),
    /// A call.
    Call {
        /// The sentences.
        sentences: Vec<String>,
        /// The language of the voice.
        voice: String,
    },
    /// The code alone.
    Code(CodeMedium),
}

impl Composed {
    /// Composes a message for its channel; `None` for a channel that no provider serves.
    pub(super) fn of(sender: &Sender, message: &Message) -> Result<Option<Self>, ContentError> {
        Ok(match message.channel {
            ChannelKind::Sms => Some(Self::Text(text_content(sender, message)?.text)),
            ChannelKind::Voice => {
                let CallContent { sentences, voice, .. } = call_content(sender, message)?;
                Some(Self::Call { sentences, voice })
            }
            ChannelKind::Whatsapp => Some(Self::Code(CodeMedium::Whatsapp)),
            ChannelKind::Telegram => Some(Self::Code(CodeMedium::Telegram)),
            ChannelKind::Email | ChannelKind::None => None,
        })
    }

    /// Composes a test message, which says only that it is a test.
    pub(super) fn test(channel: ChannelKind, test: &TestMessage) -> Option<Self> {
        test.to.phone()?;
        match channel {
            ChannelKind::Sms => Some(Self::Text(TEST_TEXT.to_owned())),
            ChannelKind::Voice => {
                Some(Self::Call { sentences: vec![TEST_TEXT.to_owned()], voice: "en-US".to_owned() })
            }
            ChannelKind::Whatsapp => Some(Self::Code(CodeMedium::Whatsapp)),
            ChannelKind::Telegram => Some(Self::Code(CodeMedium::Telegram)),
            ChannelKind::Email | ChannelKind::None => None,
        }
    }

    /// Returns what the provider is to say.
    pub(super) fn said(&self) -> Said<'_> {
        match self {
            Self::Text(text) => Said::Text(text),
            Self::Call { sentences, voice } => Said::Call { sentences, language: voice },
            Self::Code(medium) => Said::Code(*medium),
        }
    }
}
