//! Locales: language tags with script and region.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The longest text that is parsed: the length that RFC 5646 §4.4.1 requires every program to accept.
pub const MAX_TAG: usize = 35;

/// The script of a language: in the named regions, and by default where no region is named.
const SCRIPTS: [(&str, &[&str], &str); 4] =
    [("zh", &["TW", "HK", "MO"], "Hant"), ("zh", &[], "Hans"), ("sr", &["ME"], "Latn"), ("sr", &[], "Cyrl")];

/// Related languages that readers understand better than English: the two forms of Norwegian, and
/// languages that old programs still name by withdrawn codes.
const RELATED: [(&str, &[&str]); 7] = [
    ("no", &["nb"]),
    ("nn", &["nb", "no"]),
    ("nb", &["no"]),
    ("iw", &["he"]),
    ("in", &["id"]),
    ("mo", &["ro"]),
    ("tl", &["fil"]),
];

const RIGHT_TO_LEFT_SCRIPTS: [&str; 8] = ["Adlm", "Arab", "Aran", "Hebr", "Nkoo", "Rohg", "Syrc", "Thaa"];
const RIGHT_TO_LEFT: [&str; 13] =
    ["ar", "ckb", "dv", "fa", "he", "iw", "nqo", "prs", "ps", "sd", "syr", "ug", "ur"];

/// The tag of a language, with an optional script and an optional region (BCP 47), in canonical
/// case: `de`, `pt-BR`, `zh-Hant-HK`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Locale(Cow<'static, str>);

impl Locale {
    /// English, the end of every fallback chain.
    pub const ENGLISH: Self = Self(Cow::Borrowed("en"));

    /// Parses a tag in any case, with `-` or `_`. Returns `None` for everything else, including
    /// variants and extensions, because no text depends on them.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_TAG {
            return None;
        }
        let mut subtags = text.split(['-', '_']).peekable();
        let mut tag = subtags.next().filter(|subtag| is_language(subtag))?.to_ascii_lowercase();
        if let Some(script) = subtags.next_if(|subtag| is_script(subtag)) {
            let (first, rest) = script.split_at(1);
            tag = format!("{tag}-{}{}", first.to_ascii_uppercase(), rest.to_ascii_lowercase());
        }
        if let Some(region) = subtags.next_if(|subtag| is_region(subtag)) {
            tag = format!("{tag}-{}", region.to_ascii_uppercase());
        }
        subtags.next().is_none().then_some(Self(Cow::Owned(tag)))
    }

    /// Returns the tag as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns this locale and its fallbacks, best first: `pt-BR`, `pt`, `en`. A reader of one
    /// script gets the same language in its other script before English.
    pub fn fallbacks(&self) -> Vec<Self> {
        let language = self.language();
        let mut tags = vec![self.0.clone()];
        let mut add = |tag: Cow<'static, str>| {
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        };
        if let Some(script) = self.script() {
            add(format!("{language}-{script}").into());
        }
        add(language.to_owned().into());
        if let Some((_, related)) = RELATED.iter().find(|(of, _)| *of == language) {
            related.iter().for_each(|tag| add((*tag).into()));
        }
        add(Self::ENGLISH.0);
        tags.into_iter().map(Self).collect()
    }

    /// Returns whether the language is written from right to left.
    pub fn is_right_to_left(&self) -> bool {
        match self.script() {
            Some(script) => RIGHT_TO_LEFT_SCRIPTS.contains(&script),
            None => RIGHT_TO_LEFT.contains(&self.language()),
        }
    }

    /// Returns the language, without script and region.
    pub fn language(&self) -> &str {
        self.0.split('-').next().unwrap_or_default()
    }

    /// Returns the script that the tag names, or the script of its region and language, if it
    /// differs from the language's default.
    fn script(&self) -> Option<&str> {
        let named = self.0.split('-').skip(1).find(|subtag| is_script(subtag));
        named.or_else(|| {
            let region = self.0.split('-').skip(1).find(|subtag| is_region(subtag)).unwrap_or_default();
            let of_language = SCRIPTS.iter().filter(|(language, ..)| *language == self.language());
            let mut here =
                of_language.filter(|(_, regions, _)| regions.is_empty() || regions.contains(&region));
            here.next().map(|(.., script)| *script)
        })
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_language(subtag: &str) -> bool {
    (2..=3).contains(&subtag.len()) && subtag.bytes().all(|b| b.is_ascii_alphabetic())
}

fn is_script(subtag: &str) -> bool {
    subtag.len() == 4 && subtag.bytes().all(|b| b.is_ascii_alphabetic())
}

fn is_region(subtag: &str) -> bool {
    match subtag.len() {
        2 => subtag.bytes().all(|b| b.is_ascii_alphabetic()),
        3 => subtag.bytes().all(|b| b.is_ascii_digit()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn locale(tag: &str) -> Locale {
        Locale::parse(tag).unwrap()
    }

    #[test]
    fn takes_a_language_a_script_and_a_region_in_any_case() {
        for (text, tag) in [
            ("en", "en"),
            ("DE", "de"),
            ("pt_br", "pt-BR"),
            ("zh-hANT-tw", "zh-Hant-TW"),
            ("es-419", "es-419"),
            ("fil-PH", "fil-PH"),
            ("sr_LATN", "sr-Latn"),
        ] {
            assert_eq!(locale(text).as_str(), tag);
        }
    }

    #[test]
    fn refuses_everything_else() {
        for bad in [
            "",
            "e",
            "-",
            "en-",
            "-en",
            "engl",
            "english",
            "en--US",
            "en-USA",
            "en-US-Latn",
            "en-Latn-Latn",
            "en-US-GB",
            "de-1996",
            "de-DE-u-co-phonebk",
            "x-klingon",
            "i-default",
            "en US",
            " en",
            "en\n",
            "en\0",
            "dé",
            "*",
            "C.UTF-8",
            &"en-".repeat(20),
        ] {
            assert_eq!(Locale::parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn falls_back_to_what_its_reader_understands_best() {
        for (tag, chain) in [
            ("en", "en"),
            ("en-GB", "en-GB en"),
            ("pt-BR", "pt-BR pt en"),
            ("es-419", "es-419 es en"),
            ("zh", "zh zh-Hans en"),
            ("zh-CN", "zh-CN zh-Hans zh en"),
            ("zh-SG", "zh-SG zh-Hans zh en"),
            ("zh-TW", "zh-TW zh-Hant zh en"),
            ("zh-HK", "zh-HK zh-Hant zh en"),
            ("zh-MO", "zh-MO zh-Hant zh en"),
            ("zh-Hant-CN", "zh-Hant-CN zh-Hant zh en"),
            ("zh-Hans-HK", "zh-Hans-HK zh-Hans zh en"),
            ("no", "no nb en"),
            ("nb-NO", "nb-NO nb no en"),
            ("nn", "nn nb no en"),
            ("sr", "sr sr-Cyrl en"),
            ("sr-Latn-RS", "sr-Latn-RS sr-Latn sr en"),
            ("sr-ME", "sr-ME sr-Latn sr en"),
            ("iw-IL", "iw-IL iw he en"),
            ("in", "in id en"),
            ("tlh", "tlh en"),
        ] {
            let tags: Vec<String> = locale(tag).fallbacks().iter().map(Locale::to_string).collect();
            assert_eq!(tags.join(" "), chain);
        }
    }

    #[test]
    fn knows_which_way_a_line_runs() {
        for tag in ["ar", "ar-EG", "he", "iw", "fa-IR", "ur", "az-Arab", "ku-Arab-IQ", "yi-Hebr"] {
            assert!(locale(tag).is_right_to_left(), "{tag}");
        }
        for tag in ["en", "de", "ar-Latn", "zh-TW", "sr", "ur-Latn", "ku", "th"] {
            assert!(!locale(tag).is_right_to_left(), "{tag}");
        }
    }

    proptest! {
        #[test]
        fn what_is_taken_is_short_plain_and_taken_again(text in "[a-zA-Z]{1,4}([-_][a-zA-Z0-9]{1,5}){0,3}|.*") {
            if let Some(locale) = Locale::parse(&text) {
                let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
                prop_assert!(locale.as_str().bytes().all(plain) && locale.as_str().len() <= 12);
                prop_assert_eq!(Locale::parse(locale.as_str()), Some(locale.clone()));
                let chain = locale.fallbacks();
                prop_assert_eq!(chain.first(), Some(&locale));
                prop_assert_eq!(chain.last(), Some(&Locale::ENGLISH));
            }
        }
    }
}
