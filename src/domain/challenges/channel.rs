//! Channels: the media that a code can be sent over.

use serde::{Deserialize, Serialize};

use crate::domain::phone::number::{Line, PhoneNumber};

/// The medium of a delivery. The set is closed; the code that sends over each is in `delivery`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChannelKind {
    /// Mail.
    Email,
    /// A text message.
    Sms,
    /// A message of WhatsApp.
    Whatsapp,
    /// A telephone call that says the code.
    Voice,
    /// A message of Telegram.
    Telegram,
    /// No medium: the tenant delivers the code itself.
    None,
}

impl ChannelKind {
    /// Every channel; the one without a medium comes last.
    pub const ALL: [Self; 6] =
        [Self::Email, Self::Sms, Self::Whatsapp, Self::Voice, Self::Telegram, Self::None];

    /// The words of all channels, as a sentence lists them.
    pub const WORDS: &'static str = "email, sms, whatsapp, voice, telegram or none";

    /// Returns the word used in JSON, logs, metrics and the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
            Self::Whatsapp => "whatsapp",
            Self::Voice => "voice",
            Self::Telegram => "telegram",
            Self::None => "none",
        }
    }

    /// Returns the channel that this word names, if any.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.as_str() == word)
    }

    /// Returns the channels that this server sends over.
    pub fn media() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|channel| *channel != Self::None)
    }

    /// Returns whether the channel reaches phone numbers.
    pub const fn reaches_numbers(self) -> bool {
        matches!(self, Self::Sms | Self::Whatsapp | Self::Voice | Self::Telegram)
    }

    /// Returns whether the channel reaches this kind of line.
    pub fn reaches(self, number: &PhoneNumber) -> bool {
        match (self, number.line()) {
            (Self::Email, _) => false,
            // Nothing is sent, so nothing can cost.
            (Self::None, _) => true,
            (_, Line::Service) => false,
            (Self::Voice, _) => true,
            (Self::Sms | Self::Whatsapp | Self::Telegram, line) => line != Line::Fixed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_channel_is_found_by_its_word_and_listed() {
        for channel in ChannelKind::ALL {
            assert_eq!(ChannelKind::parse(channel.as_str()), Some(channel));
            assert!(ChannelKind::WORDS.contains(channel.as_str()));
        }
    }

    #[test]
    fn a_landline_can_only_be_called_and_a_number_that_costs_is_not_even_called() {
        let reached = |text: &str| {
            let number = PhoneNumber::parse(text, None).unwrap();
            ChannelKind::media().filter(|channel| channel.reaches(&number)).collect::<Vec<_>>()
        };
        assert_eq!(
            reached("+4915123456789"),
            [ChannelKind::Sms, ChannelKind::Whatsapp, ChannelKind::Voice, ChannelKind::Telegram]
        );
        assert_eq!(reached("+493023125000"), [ChannelKind::Voice]);
        assert_eq!(reached("+499001234567"), []);
        assert_eq!(reached("+18005550123"), []);
    }
}
