//! Tests of every call in every locale.

use std::collections::BTreeSet;
use std::time::Duration;

use super::*;
use crate::domain::address::Address;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::code::Code;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::challenges::vars::Vars;
use crate::domain::time::Timestamp;

/// The languages that Twilio speaks.
const VOICES: &str = include_str!("../../../../tests/oracles/voices/say_languages.txt");

fn call(tag: &str, purpose: Purpose, name: &str, code: &str) -> CallContent {
    let now = Timestamp::from_millis(1_795_250_000_000);
    let message = Message {
        id: String::new(),
        recipient: Address::parse("jane@example.com").unwrap(),
        channel: ChannelKind::Email,
        code: Code::from_sealed(code.to_owned()),
        purpose,
        locale: Locale::parse(tag),
        vars: Vars::default(),
        template: None,
        link: None,
        autofill: None,
        created_at: now,
        expires_at: now + Duration::from_secs(600),
        callback: None,
        trace_context: None,
    };
    CallContent::of(name, &message).unwrap()
}

#[test]
fn every_call_greets_says_the_code_twice_sign_by_sign_and_warns() {
    for tag in texts::ALL.iter().map(BuiltIn::tag) {
        let mut seen = BTreeSet::new();
        for purpose in Purpose::BUILT_IN {
            let call = call(tag, purpose, "Acme & Söhne", "0123456789");
            let [greeting, code, again, warning] = &call.sentences[..] else {
                panic!("{:?}", call.sentences)
            };
            assert!(greeting.contains("Acme & Söhne"), "{tag}: {greeting}");
            for sentence in [code, again] {
                assert_eq!(sentence.matches("0, 1, 2, 3, 4, 5, 6, 7, 8, 9").count(), 1, "{tag}: {sentence}");
            }
            for sentence in &call.sentences {
                assert!(!sentence.contains(['{', '}', '$', '\n']), "{tag}: {sentence}");
                assert!(sentence.chars().count() <= 160, "{tag}: {sentence}");
            }
            assert!(!warning.contains(char::is_numeric) && code != again, "{tag}");
            assert!(seen.insert(code.clone()), "{tag}: {code} is said for two purposes");
            let language = call.voice.split('-').next();
            assert_eq!(language, if tag == "fa" { Some("en") } else { tag.split('-').next() });
            assert_eq!(call.lang, if tag == "fa" { "en" } else { tag });
            assert!(VOICES.lines().any(|voice| voice == call.voice), "{tag}: {} is not spoken", call.voice);
        }
        let nameless = call(tag, Purpose::LOGIN, " \n", "ABC2").sentences;
        assert!(nameless[0].chars().count() > 2 && nameless[1].contains("A, B, C, 2"), "{tag}: {nameless:?}");
    }
}

#[test]
fn the_voice_has_the_region_of_the_texts() {
    for (tag, voice) in
        [("pt-BR", "pt-BR"), ("pt", "pt-PT"), ("zh-HK", "zh-TW"), ("tlh", "en-US"), ("nn", "nb-NO")]
    {
        assert_eq!(call(tag, Purpose::LOGIN, "", "1234").voice, voice);
    }
}
