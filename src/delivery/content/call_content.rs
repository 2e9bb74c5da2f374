//! The content of a call: sentences that a voice reads out.

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use fluent_bundle::FluentArgs;

use super::message_values::message_values;
use super::spelled::spelled;
use super::template::Template;
use super::template::cleaning::presentable;
use super::text_names::TextNames;
use crate::delivery::ports::message::Message;
use crate::domain::challenges::purpose::Purpose;
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
    /// Composes the sentences of `message`, from `name`. If the tenant's template takes too long to
    /// say, the built-in sentences are used, because the code must go out.
    pub fn of(name: &str, message: &Message) -> Result<Self, MissingText> {
        let asked = message.locale.as_ref().unwrap_or(&Locale::ENGLISH);
        let (texts, voice) = spoken(asked)?;
        let (name, code) = (presentable(name), spelled(message.code.expose()));
        if let Some(sentences) = own(&name, &code, message)? {
            let speaks = voice.language() == asked.language();
            let voice = if speaks { voice.to_string() } else { asked.to_string() };
            return Ok(Self { voice, sentences, lang: asked.to_string(), is_own: true });
        }
        let sentences = built_in(texts, &message.purpose, &name, &code)?;
        Ok(Self {
            voice: voice.to_string(),
            sentences: sentences.map(Cow::into_owned).into(),
            lang: texts.tag().to_owned(),
            is_own: false,
        })
    }
}

/// Returns the built-in sentences in the language nearest to `locale`, with this code: a greeting, the code, the code
/// once more, and a warning.
pub(super) fn sentences(
    purpose: &Purpose,
    locale: &Locale,
    name: &str,
    code: &str,
) -> Result<[Cow<'static, str>; 4], MissingText> {
    built_in(spoken(locale)?.0, purpose, name, code)
}

fn built_in(
    texts: &'static BuiltIn,
    purpose: &Purpose,
    name: &str,
    code: &str,
) -> Result<[Cow<'static, str>; 4], MissingText> {
    let greeting = match name {
        "" => texts.text("call-hello", None)?,
        name => with(texts, "call-hello-from", ("name", name))?,
    };
    Ok([
        greeting,
        with(texts, TextNames::of(purpose).call, ("code", code))?,
        with(texts, "call-again", ("code", code))?,
        texts.text("never-share", None)?,
    ])
}

/// Returns the texts nearest to `locale` that a voice can speak, and its language.
fn spoken(locale: &Locale) -> Result<(&'static BuiltIn, Locale), MissingText> {
    let nearest = texts::nearest(locale);
    let voice = Locale::parse(&nearest.text("call-language", None)?).unwrap_or(Locale::ENGLISH);
    let speaks = Locale::parse(nearest.tag()).is_some_and(|texts| texts.language() == voice.language());
    let texts = if speaks { nearest } else { texts::nearest(&voice) };
    Ok((texts, voice))
}

/// Returns the sentences of the tenant's template, if it has one that can be said.
fn own(name: &str, code: &str, message: &Message) -> Result<Option<Vec<String>>, MissingText> {
    let Some(Template::Voice(template)) = message.template.as_deref() else { return Ok(None) };
    Ok(template.render(&message_values(message, name, code)?))
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
