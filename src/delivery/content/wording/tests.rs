//! Tests of every text in every locale, and of the plural rules.

use std::collections::BTreeSet;

use super::*;

const PURPOSES: [&str; 4] = ["login", "verification", "password_reset", "transaction"];
const TEN_MINUTES: Duration = Duration::from_secs(600);
/// Languages written without any Latin letters.
const NOT_LATIN: [&str; 12] =
    ["ar", "el", "fa", "he", "hi", "ja", "ko", "ru", "th", "uk", "zh-Hans", "zh-Hant"];

fn locale(tag: &str) -> Locale {
    Locale::parse(tag).unwrap()
}

fn words(tag: &str, purpose: &str, name: &str) -> Wording {
    let purpose = Purpose::parse(purpose).unwrap();
    wording(Some(&locale(tag)), &purpose, name, TEN_MINUTES).unwrap()
}

fn tags() -> impl Iterator<Item = &'static str> {
    texts::ALL.iter().map(BuiltIn::tag)
}

fn counted(tag: &str, id: &'static str, count: u64) -> String {
    let mut args = FluentArgs::new();
    args.set("count", count);
    texts::nearest(&locale(tag)).text(id, Some(&args)).unwrap().into_owned()
}

fn all_texts(words: &Wording) -> [&str; 8] {
    [
        &words.subject,
        &words.title,
        &words.heading,
        &words.intro,
        &words.or_link,
        &words.validity,
        &words.never_share,
        &words.unasked,
    ]
}

#[test]
fn every_file_is_a_locale_and_every_locale_says_all_that_english_says() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/locales");
    let mut files = BTreeSet::new();
    let ids = |source: &str| -> Vec<String> {
        let ids = source.lines().filter_map(|line| line.split_once(" = ")).map(|(id, _)| id.to_owned());
        ids.filter(|id| !id.starts_with(['#', ' '])).collect()
    };
    let english = ids(include_str!("../../../../locales/en.ftl"));
    assert_eq!(english.len(), 88);
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let tag = path.file_stem().unwrap().to_str().unwrap().to_owned();
        assert_eq!(locale(&tag).as_str(), tag, "a file is named as its tag is written");
        let source = std::fs::read_to_string(&path).unwrap();
        assert_eq!(ids(&source), english, "{tag}");
        assert!(fluent_bundle::FluentResource::try_new(source).is_ok(), "{tag} has syntax errors");
        files.insert(tag);
    }
    assert_eq!(files, tags().map(str::to_owned).collect());
}

#[test]
fn every_text_is_whole_one_line_and_short_enough_for_its_place() {
    for (tag, purpose) in tags().flat_map(|tag| PURPOSES.map(|purpose| (tag, purpose))) {
        for name in ["", "Acme", &"W".repeat(100)] {
            let words = words(tag, purpose, name);
            for text in all_texts(&words) {
                assert!(!text.trim().is_empty() && text.trim() == text, "{tag} {purpose}: {text:?}");
                assert!(!text.contains(['{', '}', '$', '\n', '\r', '\u{2068}', '\u{2069}']), "{tag}: {text}");
            }
            assert!(words.subject.chars().count() <= MAX_SUBJECT, "{tag} {purpose}: {}", words.subject);
            assert_eq!(
                words.heading.matches(name).count(),
                if name.is_empty() { words.heading.chars().count() + 1 } else { 1 }
            );
            assert!(words.validity.contains("10"), "{tag}: {}", words.validity);
            assert_eq!(words.lang, tag);
        }
        assert!(words(tag, purpose, "Acme").subject.contains("Acme"), "{tag} {purpose}");
        assert!(words(tag, purpose, &"W".repeat(100)).subject == words(tag, purpose, "").subject);
    }
}

#[test]
fn no_english_is_left_in_another_language() {
    for (tag, purpose) in tags().skip(1).flat_map(|tag| PURPOSES.map(|purpose| (tag, purpose))) {
        let (words, english) = (words(tag, purpose, ""), words("en", purpose, ""));
        for (text, english) in all_texts(&words).into_iter().zip(all_texts(&english)) {
            assert_ne!(text, english, "{tag} {purpose}");
            let latin = text.chars().any(|c| c.is_ascii_alphabetic());
            assert!(!(latin && NOT_LATIN.contains(&tag)), "{tag} {purpose}: {text}");
        }
    }
}

#[test]
fn each_purpose_has_words_of_its_own_and_others_are_verifications() {
    for tag in tags() {
        for part in [|w: Wording| w.title, |w: Wording| w.intro, |w: Wording| w.unasked] {
            let different: BTreeSet<_> = PURPOSES.map(|purpose| part(words(tag, purpose, ""))).into();
            assert_eq!(different.len(), PURPOSES.len(), "{tag}: {different:?}");
        }
    }
    assert_eq!(words("en", "delete_account", "").title, "Your verification code");
}

#[test]
fn numbers_take_the_plural_of_the_language() {
    let counts = [1, 2, 3, 5, 10, 11, 15, 21, 22];
    for (tag, id, nouns) in [
        ("ru", "valid-minutes", "минута минуты минуты минут минут минут минут минута минуты"),
        ("uk", "valid-minutes", "хвилина хвилини хвилини хвилин хвилин хвилин хвилин хвилина хвилини"),
        ("pl", "valid-minutes", "minutę minuty minuty minut minut minut minut minut minuty"),
        ("cs", "valid-minutes", "minutu minuty minuty minut minut minut minut minut minut"),
        ("ro", "valid-minutes", "minut minute minute minute minute minute minute de_minute de_minute"),
        ("ar", "valid-minutes", "واحدة دقيقتين دقائق دقائق دقائق دقيقة دقيقة دقيقة دقيقة"),
        ("ar", "valid-seconds", "واحدة ثانيتين ثوانٍ ثوانٍ ثوانٍ ثانية ثانية ثانية ثانية"),
        ("he", "valid-minutes", "אחת שתי דקות דקות דקות דקות דקות דקות דקות"),
        ("fr", "valid-minutes", "minute minutes minutes minutes minutes minutes minutes minutes minutes"),
        (
            "de",
            "valid-seconds",
            "Sekunde Sekunden Sekunden Sekunden Sekunden Sekunden Sekunden Sekunden Sekunden",
        ),
        ("pt-BR", "valid-minutes", "minuto minutos minutos minutos minutos minutos minutos minutos minutos"),
        (
            "nb",
            "valid-minutes",
            "minutt minutter minutter minutter minutter minutter minutter minutter minutter",
        ),
    ] {
        for (count, noun) in counts.into_iter().zip(nouns.split(' ')) {
            let text = counted(tag, id, count).replace("de minute", "de_minute");
            let mut words = text.split([' ', '.']);
            assert!(words.any(|word| word == noun), "{tag} {count}: {noun:?} is not in {text:?}");
        }
    }
    assert!(!counted("ar", "valid-minutes", 2).contains('2'));
    assert!(!counted("he", "valid-minutes", 2).contains('2'));
}

#[test]
fn every_number_is_written_in_ascii_or_in_words() {
    for (tag, count) in tags().flat_map(|tag| [3, 5, 10, 11, 15, 21, 22, 100].map(|count| (tag, count))) {
        for id in ["valid-minutes", "valid-seconds"] {
            let text = counted(tag, id, count);
            let digits: String = text.chars().filter(|c| c.is_numeric()).collect();
            assert_eq!(digits, count.to_string(), "{tag}: {text}");
        }
    }
}

#[test]
fn a_lifetime_is_never_told_longer_than_it_is() {
    for (seconds, told) in
        [(600, "10 minutes"), (599, "9 minutes"), (120, "2 minutes"), (119, "119 seconds"), (1, "1 second.")]
    {
        let words = wording(None, &Purpose::VERIFICATION, "", Duration::from_secs(seconds)).unwrap().validity;
        assert!(words.contains(told), "{words}");
    }
}

#[test]
fn an_unknown_language_is_answered_in_english_and_a_related_one_in_the_nearest() {
    for (asked, lang, dir) in [
        ("tlh", "en", "ltr"),
        // Urdu is written from right to left; the English that replaces it is not.
        ("ur-PK", "en", "ltr"),
        ("en-GB", "en", "ltr"),
        ("de-AT", "de", "ltr"),
        ("pt-BR", "pt-BR", "ltr"),
        ("pt-AO", "pt", "ltr"),
        ("zh", "zh-Hans", "ltr"),
        ("zh-HK", "zh-Hant", "ltr"),
        ("nn-NO", "nb", "ltr"),
        ("iw", "he", "rtl"),
        ("ar-EG", "ar", "rtl"),
        ("fa-IR", "fa", "rtl"),
    ] {
        let words = words(asked, "login", "");
        assert_eq!((words.lang, words.dir), (lang, dir), "{asked}");
    }
    assert_eq!(wording(None, &Purpose::VERIFICATION, "", TEN_MINUTES).unwrap().lang, "en");
}
