//! Compares lengths, parts and octets with what others compute (`tests/oracles/sms`).

use proptest::prelude::*;

use super::*;

const SEGMENTS: &str = include_str!("../../../tests/oracles/sms/segments.tsv");
const ALPHABET: &str = include_str!("../../../tests/oracles/sms/alphabet.tsv");

#[test]
fn lengths_and_parts_are_those_of_the_calculator() {
    let mut several = 0;
    for row in SEGMENTS.lines() {
        let cells: Vec<&str> = row.split('\t').collect();
        let [text, encoding, units, parts] = cells[..] else { panic!("{row}") };
        let text: String = serde_json::from_str(text).unwrap();
        let SmsLength { encoding: found, units: counted, parts: needed } = measure(&text);
        assert_eq!(found.as_str(), encoding, "{text:?}");
        assert_eq!(counted.to_string(), units, "{text:?}");
        assert_eq!(needed.to_string(), parts, "{text:?}");
        several += usize::from(needed > 1);
    }
    assert!(several > 100, "only {several} rows have several parts");
}

#[test]
fn the_alphabet_is_that_of_the_encoder_the_section_sign_and_the_form_feed() {
    let mut rest: Vec<char> = ('\0'..=char::MAX).filter(|c| gsm_code(*c).is_some()).collect();
    assert_eq!(rest.len(), 137);
    for row in ALPHABET.lines() {
        let (code, octets) = row.split_once('\t').unwrap();
        let c = char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap();
        let encoded = encode(&c.to_string());
        assert_eq!(encoded.encoding, SmsEncoding::Gsm7, "{c}");
        let hex: String = encoded.octets.iter().map(|octet| format!("{octet:02x}")).collect();
        assert_eq!(hex, octets, "{c}");
        rest.retain(|one| *one != c);
    }
    assert_eq!(rest, ['\u{c}', '§']);
    assert_eq!(gsm_code('§'), Some(GsmCode::Basic(0x5f)));
    assert_eq!(gsm_code('\u{c}'), Some(GsmCode::Extended(0x0a)));
    assert_eq!(gsm_code('\u{1b}'), None);
}

#[test]
fn what_is_beyond_the_alphabet_makes_the_whole_text_utf_16() {
    let encoded = encode("Ω ж😀");
    assert_eq!((encoded.encoding, encoded.encoding.data_coding()), (SmsEncoding::Ucs2, 8));
    assert_eq!(encoded.octets, [0x03, 0xa9, 0x00, 0x20, 0x04, 0x36, 0xd8, 0x3d, 0xde, 0x00]);
    assert_eq!(encode("€1").octets, [0x1b, 0x65, 0x31]);
    assert_eq!(first_beyond_gsm("äöü ç ł"), Some('ç'));
    assert_eq!(first_beyond_gsm("[äöü]"), None);
}

#[test]
fn typographic_signs_become_ascii_where_the_rest_is_in_the_alphabet() {
    for (text, plain) in [
        ("l’opération", "l'opération"),
        ("„Ja“ – “no” …", "\"Ja\" - \"no\" ..."),
        ("code :\u{a0}1\u{202f}2", "code : 1 2"),
        ("Straße", "Straße"),
        // It stays UCS-2, so the better signs cost nothing.
        ("l’été… ł", "l’été… ł"),
        ("", ""),
    ] {
        assert_eq!(simplified(text), plain);
    }
}

proptest! {
    #[test]
    fn nothing_is_longer_than_its_parts_allow(text in "[a-z€\u{1f600}ж]{0,400}") {
        let SmsLength { encoding, units, parts } = measure(&text);
        let encoded = encode(&text);
        let octets = match encoding { SmsEncoding::Gsm7 => units, SmsEncoding::Ucs2 => units * 2 };
        prop_assert_eq!(encoded.encoding, encoding);
        prop_assert_eq!(encoded.octets.len(), octets);
        prop_assert!(parts == 1 && units <= encoding.one_part() || units > encoding.one_part());
        // A part loses at most one unit before a character of two.
        prop_assert!(parts == 1 || (parts - 1) * (encoding.each_of_several() - 1) < units);
        prop_assert!(parts == 1 || parts * encoding.each_of_several() >= units);
    }

    #[test]
    fn a_simplified_text_is_never_longer_in_parts(text in ".{0,200}") {
        prop_assert!(measure(&simplified(&text)).parts <= measure(&text).parts);
    }

    #[test]
    fn not_even_one_of_dots(text in "[a…]{0,200}") {
        prop_assert!(measure(&simplified(&text)).parts <= measure(&text).parts);
    }
}
