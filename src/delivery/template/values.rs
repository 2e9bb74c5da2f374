//! What stands for the names in a template.

use std::borrow::Cow;
use std::time::Duration;

use crate::domain::challenges::vars::Vars;

use super::super::Message;
use super::super::wording::Wording;
use super::presentable;
use super::tree::Name;

/// The values of one message.
pub(in crate::delivery) struct Values<'a> {
    message: &'a Message,
    words: &'a Wording,
    /// What the tenant calls itself, presentable.
    app: &'a str,
    lifetime: Duration,
}

impl<'a> Values<'a> {
    /// The values of `message`, sent by `app`; `words` are those that come with the program.
    pub(in crate::delivery) fn of(message: &'a Message, app: &'a str, words: &'a Wording) -> Self {
        Self { message, words, app, lifetime: message.expires_at.since(message.created_at) }
    }

    /// The value of a name: one line, in which nothing turns the letters around. Empty where there is
    /// none.
    pub(super) fn get(&self, name: &Name) -> Cow<'a, str> {
        match name {
            Name::Code => Cow::Borrowed(self.message.code.expose()),
            Name::App => Cow::Borrowed(self.app),
            Name::Minutes => counted(self.lifetime.as_secs() / 60),
            Name::Seconds => counted(self.lifetime.as_secs()),
            Name::Lifetime => Cow::Borrowed(self.words.validity.as_ref()),
            Name::Purpose => Cow::Borrowed(self.message.purpose.as_str()),
            Name::Locale => {
                Cow::Borrowed(self.message.locale.as_ref().map_or("en", |locale| locale.as_str()))
            }
            Name::To => Cow::Owned(presentable(self.message.recipient.as_str())),
            Name::Var(name) => Cow::Owned(presentable(var(&self.message.vars, name))),
        }
    }

    /// Whether a name stands for something.
    pub(super) fn has(&self, name: &Name) -> bool {
        !self.get(name).is_empty()
    }
}

fn var<'a>(vars: &'a Vars, name: &str) -> &'a str {
    vars.get(name)
}

/// A number; nothing for zero, so that a template can ask whether a whole minute is left.
fn counted(count: u64) -> Cow<'static, str> {
    if count == 0 { Cow::Borrowed("") } else { Cow::Owned(count.to_string()) }
}
