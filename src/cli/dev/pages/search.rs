//! Searches.

use mail_catcher::Mail;
use serde::Deserialize;

use crate::cli::dev::delivery_log::LogRow;
use crate::cli::dev::phones::PhoneMessage;
use crate::domain::challenges::channel::ChannelKind;

/// What is looked for: words, and a channel. Without them everything matches.
#[derive(Deserialize)]
#[serde(try_from = "SearchQuery")]
pub(super) struct Search {
    /// As it was typed.
    pub(super) typed: String,
    words: Vec<String>,
    /// The channel.
    pub(super) channel: Option<ChannelKind>,
}

#[derive(Deserialize)]
struct SearchQuery {
    #[serde(default)]
    q: String,
    #[serde(default)]
    channel: String,
}

impl TryFrom<SearchQuery> for Search {
    type Error = String;

    fn try_from(asked: SearchQuery) -> Result<Self, String> {
        let words = asked.q.split_whitespace().map(str::to_lowercase).collect();
        let channel = match asked.channel.as_str() {
            "" => None,
            word => Some(ChannelKind::parse(word).ok_or("channel: email, sms, whatsapp, voice or telegram")?),
        };
        Ok(Self { words, typed: asked.q, channel })
    }
}

impl Search {
    /// Whether everything matches.
    pub(super) fn is_empty(&self) -> bool {
        self.typed.is_empty() && self.channel.is_none()
    }

    /// Whether the recipients, the subject or the text of `mail` contain each word.
    pub(super) fn finds_mail(&self, mail: &Mail) -> bool {
        self.is_over(ChannelKind::Email)
            && self.finds(mail.to.iter().map(String::as_str).chain([mail.subject()]).chain(mail.text()))
    }

    /// Whether the recipient, the sender or the text of `message` contain each word.
    pub(super) fn finds_message(&self, message: &PhoneMessage) -> bool {
        self.is_over(message.channel()) && self.finds([message.to(), message.from(), message.text()])
    }

    /// Whether `row` contains each word.
    pub(super) fn finds_row(&self, row: &LogRow) -> bool {
        self.finds([row.to.as_str(), row.who.word(), row.what.as_str()])
    }

    fn is_over(&self, channel: ChannelKind) -> bool {
        self.channel.is_none_or(|wanted| wanted == channel)
    }

    fn finds<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let texts: Vec<String> = texts.into_iter().map(str::to_lowercase).collect();
        self.words.iter().all(|word| texts.iter().any(|text| text.contains(word)))
    }
}
