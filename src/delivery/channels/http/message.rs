//! Messages as providers get them.

use std::time::Duration;

use crate::domain::locale::Locale;
use crate::domain::time::Timestamp;

/// A message to one number. The code is in it, so there is no `Debug`.
#[derive(Clone, Copy)]
pub struct ProviderMessage<'a> {
    /// The recipient's number, with plus and country code (E.164).
    pub to: &'a str,
    /// What is said.
    pub said: Said<'a>,
    /// The code.
    pub code: &'a str,
    /// The language of the recipient, if it is known.
    pub locale: Option<&'a Locale>,
    /// Our id of the message, the same on every try.
    pub id: &'a str,
    /// The rest of the code's life. A message must not arrive after it.
    pub left: Duration,
    /// The end of the code's life, by clocks of others.
    pub expires_at: Timestamp,
    /// Where reports of the delivery are wanted.
    pub callback_url: Option<&'a str>,
}

/// What a message says.
#[derive(Clone, Copy)]
pub enum Said<'a> {
    /// A text message.
    Text(&'a str),
    /// A call, in which these sentences are spoken in this language.
    Call {
        /// The sentences.
        sentences: &'a [String],
        /// The tag of their language, such as `de-DE`.
        language: &'a str,
    },
    /// The code alone: the words are the provider's.
    Code(CodeMedium),
}

/// The medium of a code whose words are the provider's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CodeMedium {
    /// WhatsApp.
    Whatsapp,
    /// Telegram.
    Telegram,
}

/// The reason why a message cannot be handed to a provider at all.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Unfit {
    /// The account is not set up for this kind of message.
    #[error("the route is not set up for this channel")]
    Medium,
    /// The provider takes no such code.
    #[error("the provider takes no code of this shape")]
    Code,
    /// The code lives for a shorter time than the provider can be told.
    #[error("the code expires too soon for this provider")]
    TooLate,
    /// The settings do not make a request. They were checked when they were saved.
    #[error("the settings do not make a request")]
    Settings,
}

impl<'a> ProviderMessage<'a> {
    /// Returns the recipient's number without its plus.
    pub(super) fn digits(&self) -> &'a str {
        self.to.strip_prefix('+').unwrap_or(self.to)
    }

    /// Returns the whole seconds of the code's life that are left, at most `most`, if they are at
    /// least `least`.
    pub(super) fn seconds_left(&self, least: u64, most: u64) -> Result<u64, Unfit> {
        let left = self.left.as_secs();
        if left < least { Err(Unfit::TooLate) } else { Ok(left.min(most)) }
    }
}
