//! The texts of each locale, parsed at their first use.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

use crate::domain::locale::Locale;

/// A locale has no usable text with this name. A test prevents releasing that.
#[derive(Debug, thiserror::Error)]
#[error("the locale {0} lacks the text {1}")]
pub struct MissingText(&'static str, &'static str);

/// The texts of one locale.
pub struct BuiltIn {
    tag: &'static str,
    source: &'static str,
    bundle: OnceLock<FluentBundle<FluentResource>>,
}

macro_rules! built_in {
    ($($tag:literal)*) => {
        [$(BuiltIn {
            tag: $tag,
            source: include_str!(concat!("../../locales/", $tag, ".ftl")),
            bundle: OnceLock::new(),
        }),*]
    };
}

/// English first: it replaces missing texts.
pub static ALL: [BuiltIn; 31] = built_in![
    "en" "ar" "cs" "da" "de" "el" "es" "fa" "fi" "fr" "he" "hi" "hu" "id" "it" "ja" "ko" "nb" "nl" "pl" "pt"
    "pt-BR" "ro" "ru" "sv" "th" "tr" "uk" "vi" "zh-Hans" "zh-Hant"
];

/// The texts for the first of `locales` that has any; English otherwise.
pub fn best(locales: impl IntoIterator<Item = Locale>) -> &'static BuiltIn {
    let is_theirs = |locale: &Locale| nearest(locale).tag != ALL[0].tag || locale.language() == ALL[0].tag;
    locales.into_iter().find(is_theirs).map_or(&ALL[0], |locale| nearest(&locale))
}

/// The texts closest to `locale`.
pub fn nearest(locale: &Locale) -> &'static BuiltIn {
    let named = |tag: &str| ALL.iter().find(|built_in| built_in.tag == tag);
    locale.fallbacks().iter().find_map(|locale| named(locale.as_str())).unwrap_or(&ALL[0])
}

impl BuiltIn {
    /// The tag of the locale.
    pub fn tag(&self) -> &'static str {
        self.tag
    }

    /// The text direction, in the words of HTML.
    pub fn direction(&self) -> &'static str {
        match Locale::parse(self.tag) {
            Some(locale) if locale.is_right_to_left() => "rtl",
            _ => "ltr",
        }
    }

    /// The text `id` with `args` in it. A text without arguments is borrowed, not copied.
    pub fn text(
        &'static self,
        id: &'static str,
        args: Option<&FluentArgs>,
    ) -> Result<Cow<'static, str>, MissingText> {
        let bundle = self.bundle.get_or_init(|| self.parse());
        let pattern = bundle.get_message(id).and_then(|message| message.value());
        let pattern = pattern.ok_or(MissingText(self.tag, id))?;
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, args, &mut errors);
        if errors.is_empty() { Ok(text) } else { Err(MissingText(self.tag, id)) }
    }

    fn parse(&self) -> FluentBundle<FluentResource> {
        let language: LanguageIdentifier = self.tag.parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![language]);
        // The isolation marks would be sent with the texts, and copied together with what they surround.
        bundle.set_use_isolating(false);
        // The readable part of a faulty file is used; `text` reports the rest.
        let resource = FluentResource::try_new(self.source.to_owned());
        bundle.add_resource_overriding(resource.unwrap_or_else(|(partial, _)| partial));
        bundle
    }
}
