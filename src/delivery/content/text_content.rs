//! The content of a text message: one part, with the code at its beginning.

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use fluent_bundle::FluentArgs;

use super::message_values::message_values;
use super::one_part::fits;
use super::sms_name::sms_name;
use super::template::Template;
use super::text_names::TextNames;
use crate::delivery::ports::message::Message;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::locale::Locale;
use crate::domain::sms::simplified;
use crate::texts::{self, BuiltIn, MissingText};

/// The content of a text message. The code is in it, so there is no `Debug`.
pub struct TextContent {
    /// The text.
    pub text: String,
    /// The tag of the language of the text, which may not be the requested one.
    pub lang: String,
    /// Whether the text is the tenant's own.
    pub is_own: bool,
}

impl TextContent {
    /// Composes the text of `message`, sent by `name`. If the tenant's template makes too long a
    /// text, the built-in one is used, because the code must go out.
    ///
    /// It always fits into one part. Where room is short, it goes without the warning, then without
    /// the name, and at last without the last line, so that somebody has to type the code.
    pub fn of(name: &str, message: &Message) -> Result<Self, MissingText> {
        let code = message.code.expose();
        let line = message.autofill.as_ref().map(|autofill| autofill.line(code));
        if let Some(own) = Self::written(name, message)? {
            let Self { text, lang, .. } = own;
            if let Some(text) = fitting(&[text], line.as_deref(), code) {
                return Ok(Self { text, lang, is_own: true });
            }
        }
        let texts = texts::nearest(message.locale.as_ref().unwrap_or(&Locale::ENGLISH));
        let plain = plain(texts, TextNames::of(&message.purpose).text, code)?;
        let bodies = bodies(texts, &plain, sms_name(name).as_deref())?;
        let text = fitting(&bodies, line.as_deref(), code).unwrap_or(plain);
        Ok(Self { text, lang: texts.tag().to_owned(), is_own: false })
    }

    /// Renders the tenant's template for `message`, however long the text gets, and without a last
    /// line. Returns `None` if there is none, or if its text cannot be sent.
    pub fn written(name: &str, message: &Message) -> Result<Option<Self>, MissingText> {
        let Some(Template::Text(template)) = message.template.as_deref() else { return Ok(None) };
        let locale = message.locale.as_ref().unwrap_or(&Locale::ENGLISH);
        let name = sms_name(name).unwrap_or_default();
        let values = message_values(message, &name, message.code.expose())?;
        let text = template.render(&values).map(|text| simplified(&text).into_owned());
        Ok(text.map(|text| Self { text, lang: locale.to_string(), is_own: true }))
    }
}

/// Returns the built-in texts as templates, for an app that `name` stands for; it may be empty. The longest is first.
pub(super) fn starters(
    purpose: &Purpose,
    locale: &Locale,
    name: &str,
    code: &str,
) -> Result<Vec<String>, MissingText> {
    let texts = texts::nearest(locale);
    let plain = plain(texts, TextNames::of(purpose).text, code)?;
    bodies(texts, &plain, Some(name).filter(|name| !name.is_empty()))
}

/// Returns the text of a purpose.
fn plain(texts: &'static BuiltIn, id: &'static str, code: &str) -> Result<String, MissingText> {
    let mut args = FluentArgs::with_capacity(1);
    args.set("code", code);
    texts.text(id, Some(&args)).map(Cow::into_owned)
}

/// Returns the text with the name and the warning, with one of them, and with neither, best first.
fn bodies(texts: &'static BuiltIn, plain: &str, name: Option<&str>) -> Result<Vec<String>, MissingText> {
    let around = |id, text: &str| {
        let mut args = FluentArgs::with_capacity(2);
        args.set("text", text);
        args.set("name", name.unwrap_or_default());
        texts.text(id, Some(&args)).map(Cow::into_owned)
    };
    let mut bodies = Vec::with_capacity(4);
    if name.is_some() {
        let named = around("text-for", plain)?;
        bodies.extend([around("text-never-share", &named)?, named]);
    }
    bodies.extend([around("text-never-share", plain)?, plain.to_owned()]);
    Ok(bodies)
}

/// Returns the first of `bodies` that fits into one part, if possible with `line`.
fn fitting(bodies: &[String], line: Option<&str>, code: &str) -> Option<String> {
    let with_line =
        line.into_iter().flat_map(|line| bodies.iter().map(move |body| format!("{body}\n{line}")));
    let candidates = with_line.chain(bodies.iter().cloned());
    candidates.map(|text| simplified(&text).into_owned()).find(|text| fits(text, code))
}
