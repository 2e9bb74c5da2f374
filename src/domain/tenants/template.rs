//! Templates: a tenant's own texts for messages, by purpose and language.

use serde::{Deserialize, Serialize};

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::locale::Locale;
use crate::domain::sms::SmsLength;
use crate::domain::time::Timestamp;

/// The maximum number of templates of one tenant.
pub const MAX_TEMPLATES: usize = 200;
/// The maximum length of a subject, in characters, before and after rendering.
pub const MAX_SUBJECT: usize = 200;
/// The maximum length of a text or HTML part before rendering, in bytes. The limit on request
/// bodies is lower.
pub const MAX_PART: usize = 16 * 1024;

/// The kind of message that a template is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Medium {
    /// A mail.
    Mail,
    /// A text message.
    Text,
    /// A call.
    Voice,
}

impl Medium {
    /// Every medium.
    pub const ALL: [Self; 3] = [Self::Mail, Self::Text, Self::Voice];

    /// Returns the medium of messages over `channel`; `None` for one that has words of its own.
    pub const fn of(channel: ChannelKind) -> Option<Self> {
        match channel {
            ChannelKind::Email => Some(Self::Mail),
            ChannelKind::Sms => Some(Self::Text),
            ChannelKind::Voice => Some(Self::Voice),
            ChannelKind::Whatsapp | ChannelKind::Telegram | ChannelKind::None => None,
        }
    }

    /// Returns the word used in JSON and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "email",
            Self::Text => "text",
            Self::Voice => "voice",
        }
    }

    /// Returns the medium that this word names, if any.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|medium| medium.as_str() == word)
    }
}

/// The name of a template: a tenant has at most one per purpose, language and medium.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct TemplateName {
    /// The purpose of the codes.
    pub purpose: Purpose,
    /// The language of the texts.
    pub locale: Locale,
    /// The kind of message.
    pub medium: Medium,
}

/// A template as its author wrote it, without any validation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TemplateSource {
    /// The parts of a mail.
    Mail(MailSource),
    /// A text message.
    Text(String),
    /// A call: one sentence, or several, on lines of their own.
    Voice(String),
}

impl TemplateSource {
    /// Returns the kind of message that the template is for.
    pub const fn medium(&self) -> Medium {
        match self {
            Self::Mail(_) => Medium::Mail,
            Self::Text(_) => Medium::Text,
            Self::Voice(_) => Medium::Voice,
        }
    }

    /// Returns the words that are not HTML: the text part of a mail, or all of another message.
    pub fn text(&self) -> &str {
        match self {
            Self::Mail(mail) => &mail.text,
            Self::Text(text) | Self::Voice(text) => text,
        }
    }
}

/// The parts of a mail as their author wrote them.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct MailSource {
    /// The subject.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part; a message without one is plain text.
    pub html: Option<String>,
}

/// A stored template. It had no errors when it was saved.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredTemplate {
    /// The name.
    pub name: TemplateName,
    /// The texts.
    pub source: TemplateSource,
    /// The warnings at the time when it was saved.
    pub warnings: Vec<Finding>,
    /// When it was saved.
    pub updated_at: Timestamp,
    /// Drawn whenever it is saved.
    pub revision: i64,
}

/// A template in a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListedTemplate {
    /// The name.
    pub name: TemplateName,
    /// The warnings at the time when it was saved.
    pub warnings: Vec<Finding>,
    /// When it was saved.
    pub updated_at: Timestamp,
}

/// An error or a warning about a template, for its author.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Finding {
    /// The part, as a JSON pointer into the template; empty for the whole template.
    pub pointer: String,
    /// The description.
    pub detail: String,
}

/// The findings about a template.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Report {
    /// Errors, which keep the template from being used.
    pub errors: Vec<Finding>,
    /// Warnings, which the author may want to act on.
    pub warnings: Vec<Finding>,
}

/// A message as its recipient would see or hear it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Preview {
    /// The kind of message.
    pub medium: Medium,
    /// The subject of a mail.
    pub subject: String,
    /// The text part; the sentences of a call, on lines of their own.
    pub text: String,
    /// The HTML part, if there is one.
    pub html: Option<String>,
    /// The language of the texts.
    pub locale: Locale,
    /// Whether the texts are the tenant's own.
    pub is_own: bool,
    /// What a text message costs.
    pub sms: Option<SmsSize>,
}

/// The length of a text message, and why it is not longer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SmsSize {
    /// The length.
    pub length: SmsLength,
    /// The first character that is not in the GSM alphabet, because of which 70 are the most.
    pub beyond_gsm: Option<char>,
}
