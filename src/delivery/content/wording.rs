//! What a mail says, in its recipient's language.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::time::Duration;

use fluent_bundle::FluentArgs;

use crate::domain::challenges::purpose::Purpose;
use crate::domain::locale::Locale;
pub use crate::texts::MissingText;
use crate::texts::{self, BuiltIn};

/// What the list of a mailbox shows of a subject, more or less.
const MAX_SUBJECT: usize = 60;
/// Below this, a lifetime is told in seconds: "1 minute" of 119 seconds would halve it.
const TOLD_IN_SECONDS: Duration = Duration::from_secs(120);

/// The words of one mail. None of them contains the code.
pub struct Wording {
    /// The tag of the language that they are in, which may not be the one that was asked for.
    pub lang: &'static str,
    /// Which way their lines run, as HTML calls it.
    pub dir: &'static str,
    /// The subject: the title with the sender's name, where that is short enough.
    pub subject: Cow<'static, str>,
    /// What this is.
    pub title: Cow<'static, str>,
    /// What this is, and whose.
    pub heading: Cow<'static, str>,
    /// What to do with the code that follows.
    pub intro: Cow<'static, str>,
    /// How long the code works.
    pub validity: Cow<'static, str>,
    /// That nobody else is to have it.
    pub never_share: Cow<'static, str>,
    /// What to do for somebody who did not ask for it.
    pub unasked: Cow<'static, str>,
}

/// The names of the texts that depend on what a code is for.
struct Names {
    title: &'static str,
    intro: &'static str,
    unasked: &'static str,
}

macro_rules! names {
    ($purpose:literal) => {
        &Names {
            title: concat!($purpose, "-title"),
            intro: concat!($purpose, "-intro"),
            unasked: concat!($purpose, "-unasked"),
        }
    };
}

/// A purpose of a tenant's own is a verification: those texts name nothing in particular.
fn names(purpose: &Purpose) -> &'static Names {
    match purpose.as_str() {
        "login" => names!("login"),
        "password_reset" => names!("password-reset"),
        "transaction" => names!("transaction"),
        _ => names!("verification"),
    }
}

/// The words about a code for `purpose` that works for `lifetime`, sent by `name`, which may be
/// empty; in English where no locale is known.
pub fn wording(
    locale: Option<&Locale>,
    purpose: &Purpose,
    name: &str,
    lifetime: Duration,
) -> Result<Wording, MissingText> {
    let texts = texts::nearest(locale.unwrap_or(&Locale::ENGLISH));
    let names = names(purpose);
    let title = texts.text(names.title, None)?;
    let heading = if name.is_empty() { title.clone() } else { titled(texts, &title, name)? };
    let subject = if heading.chars().count() > MAX_SUBJECT { &title } else { &heading };
    Ok(Wording {
        lang: texts.tag(),
        dir: texts.direction(),
        subject: subject.clone(),
        intro: texts.text(names.intro, None)?,
        validity: validity(texts, lifetime)?,
        never_share: texts.text("never-share", None)?,
        unasked: texts.text(names.unasked, None)?,
        title,
        heading,
    })
}

/// The language whose words a reader of `locale` is given.
pub fn nearest(locale: &Locale) -> Locale {
    Locale::parse(texts::nearest(locale).tag()).unwrap_or(Locale::ENGLISH)
}

fn titled(texts: &'static BuiltIn, title: &str, name: &str) -> Result<Cow<'static, str>, MissingText> {
    let mut args = FluentArgs::with_capacity(2);
    args.set("title", title);
    args.set("name", name);
    texts.text("titled", Some(&args))
}

/// Rounded down, so that nothing is promised that does not hold.
fn validity(texts: &'static BuiltIn, lifetime: Duration) -> Result<Cow<'static, str>, MissingText> {
    let seconds = lifetime.as_secs();
    let (id, count) =
        if lifetime < TOLD_IN_SECONDS { ("valid-seconds", seconds) } else { ("valid-minutes", seconds / 60) };
    let mut args = FluentArgs::with_capacity(1);
    args.set("count", count);
    texts.text(id, Some(&args))
}
