use proptest::prelude::*;

use super::*;

fn germany() -> Option<Country> {
    Country::parse("DE")
}

fn parse(text: &str) -> Result<String, InvalidPhoneNumber> {
    PhoneNumber::parse(text, None).map(|number| number.as_str().to_owned())
}

#[test]
fn one_number_has_one_form_however_it_is_written() {
    for text in [
        "+4915123456789",
        "+49 1512 3456789",
        "+49 (0)1512 345-67-89",
        "004915123456789",
        "00 49 1512 3456789",
        "\u{ff0b}\u{ff14}\u{ff19} \u{ff11}\u{ff15}\u{ff11}\u{ff12} \u{ff13}\u{ff14}\u{ff15}\u{ff16}\u{ff17}\u{ff18}\u{ff19}",
        "+\u{664}\u{669}\u{661}\u{665}\u{661}\u{662}\u{663}\u{664}\u{665}\u{666}\u{667}\u{668}\u{669}",
        "tel:+49-1512-3456789",
        "\u{202a}+49 1512\u{a0}3456789\u{202c}",
        " +49.1512.345.6789 ",
    ] {
        assert_eq!(parse(text).as_deref(), Ok("+4915123456789"), "{text:?}");
    }
}

#[test]
fn a_national_number_needs_a_region() {
    assert_eq!(parse("01512 3456789"), Err(InvalidPhoneNumber::National));
    let german = PhoneNumber::parse("01512 3456789", germany()).unwrap();
    assert_eq!(german.as_str(), "+4915123456789");
    // An international one means the same in every region.
    let american = PhoneNumber::parse("0012025550123", germany()).unwrap();
    assert_eq!((american.as_str(), american.country().as_str()), ("+12025550123", "US"));
}

#[test]
fn a_leading_zero_that_belongs_to_the_number_stays() {
    assert_eq!(parse("+39 06 698 12345").as_deref(), Ok("+390669812345"));
}

#[test]
fn what_is_not_a_plain_number_is_refused() {
    for text in
        ["", "+", "jane", "+1 800 FLOWERS", "+49 1512 3456789 ext 5", "+49 1512 3456789#5", "+49;15123456789"]
    {
        assert!(parse(text).is_err(), "{text:?}");
    }
    for text in ["+1 555 0100", "+49 1", "+999 123456789", "+4915123456789012345"] {
        assert_eq!(parse(text), Err(InvalidPhoneNumber::Unassigned), "{text:?}");
    }
    assert_eq!(parse("+1 800 FLOWERS"), Err(InvalidPhoneNumber::Characters));
    assert_eq!(parse("+4915123456789\n"), parse("+4915123456789"));
    assert_eq!(parse("+49151\r\n23456789"), Err(InvalidPhoneNumber::Characters));
    assert_eq!(parse(&"1".repeat(100)), Err(InvalidPhoneNumber::Characters));
}

#[test]
fn kinds_of_lines_are_told_apart() {
    for (text, line) in [
        ("+4915123456789", Line::Mobile),
        ("+12025550123", Line::Mobile),
        ("+493023125000", Line::Fixed),
        ("+18005550123", Line::Service),
        ("+499001234567", Line::Service),
        ("+448431234567", Line::Service),
    ] {
        assert_eq!(PhoneNumber::parse(text, None).map(|number| number.line()), Ok(line), "{text}");
    }
}

#[test]
fn a_number_shows_its_country_and_its_last_two_digits() {
    let number = PhoneNumber::parse("+4915123456778", None).unwrap();
    assert_eq!(
        (number.masked().as_str(), format!("{number:?}").as_str()),
        ("+49 *** ***78", "+49 *** ***78")
    );
    assert_eq!(
        (number.digits(), number.calling_code(), number.country().as_str()),
        ("4915123456778", 49, "DE")
    );
}

proptest! {
    #[test]
    fn whatever_is_accepted_is_e164_and_is_its_own_form(text in "[+0-9\u{ff10}-\u{ff19}\u{660}-\u{669} ()./-]{4,24}") {
        if let Ok(number) = PhoneNumber::parse(&text, germany()) {
            let e164 = number.as_str();
            prop_assert!(e164.starts_with('+') && (8..=16).contains(&e164.len()), "{}", e164);
            prop_assert!(number.digits().bytes().all(|b| b.is_ascii_digit()));
            prop_assert_eq!(PhoneNumber::parse(e164, None), Ok(number.clone()));
        }
    }

    #[test]
    fn no_text_makes_it_fail(text in ".{0,80}") {
        let _ = PhoneNumber::parse(&text, germany());
    }
}
