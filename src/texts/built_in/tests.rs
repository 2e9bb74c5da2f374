//! Checks each text of the hosted pages once in every language. The texts of the mails are checked where they
//! are composed.

use super::*;

/// Languages written without Latin letters.
const NOT_LATIN: [&str; 12] =
    ["ar", "el", "fa", "he", "hi", "ja", "ko", "ru", "th", "uk", "zh-Hans", "zh-Hant"];

/// The names of the texts of the pages.
fn ids() -> Vec<&'static str> {
    let names = ALL[0].source.lines().filter_map(|line| line.split_once(" = ")).map(|(name, _)| name);
    let ids: Vec<_> = names.filter(|name| name.starts_with("page-")).collect();
    assert_eq!(ids.len(), 47);
    ids
}

fn said(texts: &'static BuiltIn, id: &'static str) -> String {
    let mut args = FluentArgs::new();
    args.set("to", "1***@2***.3");
    args.set("time", "9:41");
    args.set("count", 4);
    args.set("app", "7");
    args.set("from", "1@2.3");
    texts.text(id, Some(&args)).unwrap_or_else(|error| panic!("{error}")).into_owned()
}

#[test]
fn every_text_of_the_pages_is_whole_and_in_its_own_language() {
    for (texts, id) in ALL.iter().flat_map(|texts| ids().into_iter().map(move |id| (texts, id))) {
        let text = said(texts, id);
        assert!(!text.is_empty() && text.trim() == text, "{} {id}: {text:?}", texts.tag);
        assert!(!text.contains(['{', '}', '$', '\n', '\u{2068}', '\u{2069}']), "{} {id}: {text}", texts.tag);
        // "Code" is the same word in several languages.
        if texts.tag != "en" && id != "page-code" {
            assert_ne!(text, said(&ALL[0], id), "{} {id}", texts.tag);
        }
        let is_latin = text.chars().any(|c| c.is_ascii_alphabetic());
        assert!(!(is_latin && NOT_LATIN.contains(&texts.tag)), "{} {id}: {text}", texts.tag);
    }
}

#[test]
fn what_runs_and_what_is_counted_stands_in_its_sentence_once() {
    for texts in &ALL {
        for (id, value) in [
            ("page-sent-to", "1***@2***.3"),
            ("page-attempts", "4"),
            ("page-time-left", "9:41"),
            ("page-resend-in", "9:41"),
            ("page-pause", "9:41"),
            ("page-texted", "1***@2***.3"),
            ("page-calling", "1***@2***.3"),
            ("page-sent-over", "1***@2***.3"),
            ("page-app-instead", "7"),
        ] {
            assert_eq!(said(texts, id).matches(value).count(), 1, "{} {id}", texts.tag);
        }
    }
}

#[test]
fn a_reader_is_given_the_first_language_that_there_is() {
    let best_of =
        |tags: &str| best(tags.split_whitespace().map(|tag| Locale::parse(tag).unwrap())).tag().to_owned();
    for (asked, given) in [
        ("", "en"),
        ("de-AT en", "de"),
        ("en-GB de", "en"),
        ("tlh", "en"),
        ("tlh de", "de"),
        ("nn", "nb"),
        ("zh-TW", "zh-Hant"),
        ("ar-EG fr", "ar"),
    ] {
        assert_eq!(best_of(asked), given, "{asked}");
    }
    assert_eq!((best([Locale::parse("he").unwrap()]).direction(), ALL[0].direction()), ("rtl", "ltr"));
}
