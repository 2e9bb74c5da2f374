//! The content of a message whose words belong to the other side: WhatsApp and Telegram.

use crate::delivery::ports::message::Message;
use crate::domain::challenges::code::Code;
use crate::domain::locale::Locale;

/// A code, and the language in which it should be presented.
#[derive(Debug)]
pub struct CodeContent {
    /// The code.
    pub code: Code,
    /// The language of the recipient; English if it is not known.
    pub locale: Locale,
}

impl CodeContent {
    /// Returns the content of `message`.
    pub fn of(message: &Message) -> Self {
        Self { code: message.code.clone(), locale: message.locale.clone().unwrap_or(Locale::ENGLISH) }
    }
}
