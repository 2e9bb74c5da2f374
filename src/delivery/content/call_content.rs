//! The content of a call: sentences that a voice reads out.

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use fluent_bundle::FluentArgs;

use super::template::cleaning::presentable;
use super::text_names::TextNames;
use crate::delivery::ports::message::Message;
use crate::domain::locale::Locale;
use crate::texts::{self, BuiltIn, MissingText};

/// The content of a call. The code is in it, so there is no `Debug`.
pub struct CallContent {
    /// The language that the voice speaks, with its region (BCP 47): `de-DE`.
    pub voice: String,
    /// The sentences, with a pause after each. The code is in two of them, sign by sign. They are
    /// plain text: whatever form a provider wants, it has to be escaped for it.
    pub sentences: Vec<String>,
    /// The tag of the language of the sentences, which may not be the requested one.
    pub lang: String,
    /// Whether the sentences are the tenant's own.
    pub is_own: bool,
}

impl CallContent {
    /// Composes the sentences of `message`, from `name`.
    pub fn of(name: &str, message: &Message) -> Result<Self, MissingText> {
        let texts = texts::nearest(message.locale.as_ref().unwrap_or(&Locale::ENGLISH));
        let (name, code) = (presentable(name), spelled(message.code.expose()));
        let greeting = match name.as_str() {
            "" => texts.text("call-hello", None)?,
            name => with(texts, "call-hello-from", ("name", name))?,
        };
        let sentences = [
            greeting,
            with(texts, TextNames::of(&message.purpose).call, ("code", &code))?,
            with(texts, "call-again", ("code", &code))?,
            texts.text("never-share", None)?,
        ];
        Ok(Self {
            voice: texts.text("call-language", None)?.into_owned(),
            sentences: sentences.map(Cow::into_owned).into(),
            lang: texts.tag().to_owned(),
            is_own: false,
        })
    }
}

/// Returns a code as it is read out: sign by sign, and not as a number or a word.
pub(super) fn spelled(code: &str) -> String {
    let signs: Vec<String> = code.chars().map(String::from).collect();
    signs.join(", ")
}

fn with(
    texts: &'static BuiltIn,
    id: &'static str,
    (name, value): (&'static str, &str),
) -> Result<Cow<'static, str>, MissingText> {
    let mut args = FluentArgs::with_capacity(1);
    args.set(name, value);
    texts.text(id, Some(&args))
}
