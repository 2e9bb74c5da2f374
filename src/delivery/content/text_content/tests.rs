//! Tests of every text message in every locale, with the longest values.

use std::collections::BTreeSet;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::domain::address::Address;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::code::{Code, MAX_LENGTH};
use crate::domain::challenges::purpose::Purpose;
use crate::domain::challenges::vars::Vars;
use crate::domain::sms::{AppHash, Autofill, CodeHost, SmsEncoding, measure};
use crate::domain::time::Timestamp;

const LONGEST: [&str; 2] = ["9876543210", "ABCDEFGHJ2"];
/// A host for which there is always room, with the longest code; with six digits there is room for
/// eight characters more.
const HOST: &str = "app.acme.example";
const LONGER_HOST: &str = "accounts.bigacme.example";
/// Names of the greatest length that is not cut, in GSM and beyond.
const NAMES: [&str; 6] = [
    "",
    "Acme",
    "Twenty Four Letters Long",
    "Größe {{ code }} ^{}[]|€",
    "Żabka Zażółć Gęślą Jaźń",
    "Acme 🎉🎉🎉🎉🎉🎉🎉🎉",
];
/// What phones look for beside a code, in the first letters of the word.
const WORDS: [(&str, &str); 31] = [
    ("en", "code"),
    ("ar", "رمز"),
    ("cs", "kód"),
    ("da", "kode"),
    ("de", "code"),
    ("el", "ωδικός"),
    ("es", "clave"),
    ("fa", "کد"),
    ("fi", "koodi"),
    ("fr", "code"),
    ("he", "קוד"),
    ("hi", "कोड"),
    ("hu", "kód"),
    ("id", "kode"),
    ("it", "codice"),
    ("ja", "コード"),
    ("ko", "인증번호"),
    ("nb", "kode"),
    ("nl", "code"),
    ("pl", "Kod"),
    ("pt", "Código"),
    ("pt-BR", "código"),
    ("ro", "Cod"),
    ("ru", "код"),
    ("sv", "kod"),
    ("th", "รหัส"),
    ("tr", "kod"),
    ("uk", "код"),
    ("vi", "Mã"),
    ("zh-Hans", "验证码"),
    ("zh-Hant", "驗證碼"),
];
/// Languages whose texts are all in the GSM alphabet.
const GSM: [&str; 12] = ["en", "da", "de", "es", "fi", "fr", "id", "it", "nb", "nl", "ro", "sv"];

fn message(tag: &str, purpose: &Purpose, code: &str) -> Message {
    let now = Timestamp::from_millis(1_795_250_000_000);
    Message {
        id: String::new(),
        recipient: Address::parse("jane@example.com").unwrap(),
        channel: ChannelKind::Email,
        code: Code::from_sealed(code.to_owned()),
        purpose: purpose.clone(),
        locale: Locale::parse(tag),
        vars: Vars::default(),
        template: None,
        link: None,
        autofill: None,
        created_at: now,
        expires_at: now + Duration::from_secs(600),
        callback: None,
        trace_context: None,
    }
}

fn text(tag: &str, purpose: &Purpose, (name, code): (&str, &str), autofill: Option<&Autofill>) -> String {
    let message = Message { autofill: autofill.cloned(), ..message(tag, purpose, code) };
    let content = TextContent::of(name, &message).unwrap();
    assert_eq!(content.lang, tag);
    content.text
}

fn page(host: &str) -> Autofill {
    Autofill::Page(CodeHost::parse(host).unwrap())
}

fn app() -> Autofill {
    Autofill::App(AppHash::parse("FA+9qCX9VSu").unwrap())
}

fn each() -> impl Iterator<Item = (&'static str, Purpose)> {
    texts::ALL.iter().flat_map(|texts| Purpose::BUILT_IN.map(|purpose| (texts.tag(), purpose)))
}

/// Checks what holds for every text: one part, the code early, and nothing else that looks like it.
fn check(text: &str, code: &str) {
    assert_eq!(measure(text).parts, 1, "{text}");
    let before = text.find(code).map(|at| text[..at].chars().count()).unwrap();
    assert!(before + code.len() <= 40, "{text}");
    assert!(!text.contains(['\u{ad}', '\u{61c}', '\u{feff}', '\r']), "{text}");
    let invisible = |c: char| matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}');
    assert!(!text.contains(invisible), "{text:?}");
    let rest = text.replace(code, "\u{1}");
    assert!(rest.split(|c: char| !c.is_numeric()).all(|digits| digits.chars().count() < 4), "{text}");
}

#[test]
fn every_text_with_the_longest_values_is_one_part_and_keeps_its_last_line() {
    let lines = [None, Some(page(HOST)), Some(app())];
    for (tag, purpose) in each() {
        for (name, code) in NAMES.iter().flat_map(|name| LONGEST.map(|code| (*name, code))) {
            assert_eq!(code.len(), MAX_LENGTH);
            for line in &lines {
                let text = text(tag, &purpose, (name, code), line.as_ref());
                check(&text, code);
                let parts: Vec<&str> = text.split('\n').collect();
                match line {
                    None => assert_eq!(parts.len(), 1, "{text}"),
                    Some(line) => assert_eq!(parts[1..], [line.line(code)], "{text}"),
                }
            }
        }
        let text = text(tag, &purpose, ("Acme", "123456"), Some(&page(LONGER_HOST)));
        assert!(text.ends_with(&format!("\n@{LONGER_HOST} #123456")), "{tag}: {text}");
    }
}

#[test]
fn a_usual_text_has_the_name_and_the_warning_in_words_of_its_own() {
    let mut seen = BTreeSet::new();
    for (tag, purpose) in each() {
        let text = text(tag, &purpose, ("Acme", "123456"), None);
        check(&text, "123456");
        assert!(text.contains("Acme"), "{text}");
        let (_, word) = WORDS.iter().find(|(of, _)| *of == tag).unwrap();
        assert!(text.to_lowercase().contains(&word.to_lowercase()), "{tag}: {word} is not in {text}");
        let plain =
            plain(texts::nearest(&Locale::parse(tag).unwrap()), TextNames::of(&purpose).text, "123456");
        assert!(text.chars().count() > plain.unwrap().chars().count() + "Acme".len() + 8, "{text}");
        let is_gsm = measure(&text).encoding == SmsEncoding::Gsm7;
        assert!(is_gsm || !GSM.contains(&tag), "{text}");
        assert!(seen.insert(text), "{tag} {purpose:?}");
    }
    assert_eq!(
        text("de", &Purpose::LOGIN, ("Acme", "123456"), Some(&page("app.example"))),
        "Acme: 123456 ist Ihr Anmeldecode. Geben Sie ihn niemals weiter.\n@app.example #123456"
    );
    assert_eq!(
        text("fr", &Purpose::TRANSACTION, ("", "123456"), None),
        "123456 est votre code pour valider l'opération. Ne le communiquez à personne."
    );
}

#[test]
fn a_name_goes_where_the_text_would_need_a_second_part() {
    let said = |name| text("it", &Purpose::TRANSACTION, (name, "123456"), None);
    assert!(
        said("Żabka").starts_with("Żabka: 123456") && measure(&said("Żabka")).encoding == SmsEncoding::Ucs2
    );
    // The same letters and one more line do not fit into 70.
    let text = text("it", &Purpose::TRANSACTION, ("Żabka", "123456"), Some(&page(HOST)));
    assert!(text.starts_with("123456 è il Suo codice") && text.ends_with("#123456"), "{text}");
    assert!(text.contains("Non lo comunichi a nessuno."), "{text}");
}

#[test]
fn a_host_that_is_too_long_costs_its_line_and_nothing_else() {
    let host = format!("{}.example", "a.".repeat(100).trim_end_matches('.'));
    for (tag, purpose) in each() {
        let with = text(tag, &purpose, ("Acme", "123456"), Some(&page(&host)));
        assert_eq!(with, text(tag, &purpose, ("Acme", "123456"), None));
    }
}

proptest! {
    #[test]
    fn no_name_breaks_out(name in ".{0,60}|[@#\n\r{}\"'<>& 0-9a-z🎉ł-]{0,40}", at in 0usize..31) {
        let tag = texts::ALL[at].tag();
        for line in [None, Some(page(HOST)), Some(app())] {
            let text = text(tag, &Purpose::LOGIN, (&name, "987654"), line.as_ref());
            check(&text, "987654");
            let lines: Vec<&str> = text.split('\n').collect();
            prop_assert_eq!(lines.len(), 1 + usize::from(line.is_some()));
            prop_assert!(!lines[0].starts_with('@'), "{}", text);
            prop_assert_eq!(lines[0].matches("987654").count(), 1);
            prop_assert!(line.is_none_or(|line| lines[1] == line.line("987654")));
        }
    }
}
