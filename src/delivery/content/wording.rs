//! The texts of a mail, in its recipient's language.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::time::Duration;

use fluent_bundle::FluentArgs;

use super::text_names::TextNames;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::locale::Locale;
pub use crate::texts::MissingText;
use crate::texts::{self, BuiltIn};

/// How much of a subject a mailbox list shows, approximately.
const MAX_SUBJECT: usize = 60;
/// Shorter lifetimes are given in seconds: "1 minute" for 119 seconds would halve it.
const TOLD_IN_SECONDS: Duration = Duration::from_secs(120);

/// The texts of one mail. None of them contains the code.
pub struct Wording {
    /// The tag of the language of the texts, which may not be the requested one.
    pub lang: &'static str,
    /// The direction of the text, as HTML names it.
    pub dir: &'static str,
    /// The subject: the title, with the sender's name if that is short enough.
    pub subject: Cow<'static, str>,
    /// The title of the mail.
    pub title: Cow<'static, str>,
    /// The title with the sender's name.
    pub heading: Cow<'static, str>,
    /// What to do with the code that follows.
    pub intro: Cow<'static, str>,
    /// What to do with a link that follows.
    pub or_link: Cow<'static, str>,
    /// How long the code is valid.
    pub validity: Cow<'static, str>,
    /// A warning not to share the code.
    pub never_share: Cow<'static, str>,
    /// What to do for somebody who did not request the code.
    pub unasked: Cow<'static, str>,
}

/// Returns the texts about a code for `purpose` that is valid for `lifetime`, sent by `name`, which
/// may be empty. They are in English if there is no locale.
pub fn wording(
    locale: Option<&Locale>,
    purpose: &Purpose,
    name: &str,
    lifetime: Duration,
) -> Result<Wording, MissingText> {
    let texts = texts::nearest(locale.unwrap_or(&Locale::ENGLISH));
    let names = TextNames::of(purpose);
    let title = texts.text(names.title, None)?;
    let heading = if name.is_empty() { title.clone() } else { titled(texts, &title, name)? };
    let subject = if heading.chars().count() > MAX_SUBJECT { &title } else { &heading };
    Ok(Wording {
        lang: texts.tag(),
        dir: texts.direction(),
        subject: subject.clone(),
        intro: texts.text(names.intro, None)?,
        or_link: texts.text("or-link", None)?,
        validity: validity(texts, lifetime)?,
        never_share: texts.text("never-share", None)?,
        unasked: texts.text(names.unasked, None)?,
        title,
        heading,
    })
}

/// Returns the built-in language for a reader of `locale`.
pub fn nearest(locale: &Locale) -> Locale {
    Locale::parse(texts::nearest(locale).tag()).unwrap_or(Locale::ENGLISH)
}

/// Returns the sentence that says how long a code is valid, in the language nearest to `locale`.
pub(super) fn lifetime(locale: &Locale, lifetime: Duration) -> Result<Cow<'static, str>, MissingText> {
    validity(texts::nearest(locale), lifetime)
}

fn titled(texts: &'static BuiltIn, title: &str, name: &str) -> Result<Cow<'static, str>, MissingText> {
    let mut args = FluentArgs::with_capacity(2);
    args.set("title", title);
    args.set("name", name);
    texts.text("titled", Some(&args))
}

/// Returns the sentence about the lifetime, rounded down so that it promises nothing that does not hold.
fn validity(texts: &'static BuiltIn, lifetime: Duration) -> Result<Cow<'static, str>, MissingText> {
    let seconds = lifetime.as_secs();
    let (id, count) =
        if lifetime < TOLD_IN_SECONDS { ("valid-seconds", seconds) } else { ("valid-minutes", seconds / 60) };
    let mut args = FluentArgs::with_capacity(1);
    args.set("count", count);
    texts.text(id, Some(&args))
}
