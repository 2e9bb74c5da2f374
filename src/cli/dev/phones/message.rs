//! A message that a phone got.

use std::fmt;
use std::sync::OnceLock;

use crate::delivery::CaughtMessage;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::deliveries::provider_report::Fate;
use crate::domain::sms::{self, SmsLength};
use crate::domain::time::Timestamp;

/// A text, a call or a chat as its recipient reads or hears it.
pub struct PhoneMessage {
    /// Its number: 1 for the first since the start, then counting up.
    pub id: u64,
    /// When it came.
    pub received_at: Timestamp,
    pub(super) caught: CaughtMessage,
    /// What was reported of it.
    pub(super) reported: OnceLock<Fate>,
}

impl PhoneMessage {
    /// The channel.
    pub fn channel(&self) -> ChannelKind {
        self.caught.channel
    }

    /// The recipient's number (E.164).
    pub fn to(&self) -> &str {
        &self.caught.to
    }

    /// Whether `number` is the recipient's, with or without its plus. In the address of a page a plus is a space.
    pub fn is_to(&self, number: &str) -> bool {
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        let is_number = number.chars().all(|c| c.is_ascii_digit() || " +-().".contains(c));
        is_number && digits(number) == digits(self.to())
    }

    /// The sender; may be empty.
    pub fn from(&self) -> &str {
        &self.caught.from
    }

    /// What is read or heard.
    pub fn text(&self) -> &str {
        &self.caught.text
    }

    /// The tag of its language.
    pub fn language(&self) -> &str {
        &self.caught.language
    }

    /// The code, if the text has it.
    pub fn code(&self) -> Option<&str> {
        self.caught.code.as_deref()
    }

    /// The length of a text message.
    pub fn length(&self) -> Option<SmsLength> {
        (self.channel() == ChannelKind::Sms).then(|| sms::measure(self.text()))
    }

    /// What was reported of it.
    pub fn reported(&self) -> Option<Fate> {
        self.reported.get().copied()
    }

    /// Whether it can be reported that it arrived, or did not.
    pub fn awaits_report(&self) -> bool {
        self.reported().is_none() && self.caught.reports.is_some()
    }
}

/// Omits the text, because the code is in it.
impl fmt::Debug for PhoneMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PhoneMessage({}, {})", self.id, self.channel().as_str())
    }
}
