//! The rule for new passwords, by example and for any input.

use proptest::prelude::*;

use super::{Expected, MAX_PASSWORD, PasswordFlaw, PasswordUse, judge};
use crate::domain::operator::OperatorName;

fn expected() -> Expected {
    Expected::of(&OperatorName::parse("jane.roe@mail").unwrap(), Some("otp.vandelay.example"))
}

fn flaw(password: &str, used: PasswordUse) -> Option<PasswordFlaw> {
    judge(password, &expected(), used).err()
}

#[track_caller]
fn all_have(wanted: PasswordFlaw, passwords: &[&str]) {
    for password in passwords {
        assert_eq!(flaw(password, PasswordUse::Alone), Some(wanted), "{password}");
    }
}

#[test]
fn any_characters_do_if_there_are_enough() {
    for password in [
        "violet-canoe-under-7-moons",
        "violet canoe under moons",
        "Zr8#kPw2!vQx5@L",
        "kettuliekkiöjoki",
        "сиренькаютбалконпёс",
        "紫の独木舟が七つの月の下を進む",
        // Fifteen digits without an order: no kinds of characters are asked for.
        "739104826153908",
        // What everybody knows is allowed beside enough that nobody does.
        "password-canoe-otter-bicycle",
        "jane's otter rides a violet bicycle",
        "1234 otters ride on violet bicycles",
    ] {
        assert_eq!(flaw(password, PasswordUse::Alone), None, "{password}");
    }
}

#[test]
fn a_password_is_as_long_as_its_use_asks() {
    let short = PasswordFlaw::TooShort;
    assert_eq!(flaw("Zr8#kPw2!vQx5@", PasswordUse::Alone), Some(short(15)));
    assert_eq!(flaw("Zr8#kPw2!vQx5@L", PasswordUse::Alone), None);
    assert_eq!(flaw("Zr8#kPw", PasswordUse::WithApp), Some(short(8)));
    assert_eq!(flaw("Zr8#kPw2", PasswordUse::WithApp), None);
    assert_eq!(flaw("", PasswordUse::WithApp), Some(short(8)));
}

#[test]
fn characters_are_counted_and_not_bytes_nor_parts_of_a_letter() {
    assert_eq!(flaw("ö7ßж#kü", PasswordUse::WithApp), Some(PasswordFlaw::TooShort(8)));
    // Eight code points that are seven letters however they are composed.
    assert_eq!(flaw("o\u{308}7ßж#ku", PasswordUse::WithApp), Some(PasswordFlaw::TooShort(8)));
    // 64 characters of four bytes each fit.
    let long: String = ('\u{20000}'..).step_by(7).take(64).collect();
    assert_eq!((long.len(), flaw(&long, PasswordUse::Alone)), (MAX_PASSWORD, None));
    assert_eq!(flaw(&format!("{long}x"), PasswordUse::Alone), Some(PasswordFlaw::TooLong));
}

#[test]
fn a_leaked_password_is_refused_whatever_is_added_to_it() {
    all_have(
        PasswordFlaw::Leaked,
        &[
            "passwordpassword",
            "PasswordPassword",
            "p@ssw0rdp@ssw0rd",
            "password-password",
            "passwordpasswordpass",
            "password1234567",
            "1234567password",
            "2024-Password-2026!!",
            "pass-word-2026-!!",
            "iloveyou!!!!!!!!!!!!",
            "1qaz2wsx3edc4rfv",
            "123456789987654321",
            "qazwsxedcrfvtgb",
            "ｐａｓｓｗｏｒｄ１２３４５６７",
            "sunshine1sunshine1",
            "dragon!7dragon!7",
            "99kittykittykittykitty99",
            "$unsh1ne2026!!!!",
        ],
    );
    assert_eq!(flaw("sunshine", PasswordUse::WithApp), Some(PasswordFlaw::Leaked));
    assert_eq!(flaw("Sun-sh1ne-26", PasswordUse::WithApp), Some(PasswordFlaw::Leaked));
}

#[test]
fn what_is_repeated_counts_once() {
    all_have(
        PasswordFlaw::Repeated(15),
        &[
            "xkqvxkqvxkqvxkqv",
            "?;?;?;?;?;?;?;?;",
            "zr8#kpw2-zr8#kpw2-",
            "vqxl kzwp vqxl kzwp",
            "xkqv-xkqvxkqv-xkqv",
        ],
    );
    assert_eq!(flaw("xkqvxkqv", PasswordUse::WithApp), Some(PasswordFlaw::Repeated(8)));
    let twice = "violet-canoe-under-7-moons".repeat(2);
    assert_eq!(flaw(&twice, PasswordUse::Alone), None, "it is long enough once");
}

#[test]
fn rows_of_the_alphabet_and_of_the_keyboard_count_for_nothing() {
    all_have(
        PasswordFlaw::Rows,
        &[
            "abcdefghqwertyui87654321",
            "qwertzuiopasdfghjkl7",
            "lkjhgfdsa-poiuytrewq",
            "5tgb6yhn7ujm!!!!",
            "zzzzzzzz99999999kkkkk",
            "!@#$%^&*()kjhgfd",
            "xkqv-abcdefghijklm",
            "sunshine-qwertyuiop",
        ],
    );
    assert_eq!(flaw("zr8#kpw2abcdefg", PasswordUse::Alone), None, "eight others are enough");
}

#[test]
fn words_of_the_account_and_the_product_count_for_nothing_nor_what_is_added() {
    all_have(
        PasswordFlaw::Expected,
        &[
            "otpmint-admin-2026",
            "0tpm1nt-4dm1n-8315!",
            "OtpMint.Console.8315507",
            "jane.roe@mail-8315507",
            "Jane-Roe-83155077461",
            "enaj-eor-vandelay-26",
            "nimda-tnimpto-2026",
            "otpmint-x.k.v.q.z.w",
            "vandelay2026vandelay",
            "otpmint-xkqvzw-9942",
            // A leaked password is no word of one's own.
            "otpmint-sunshine-26",
            "sun-otpmint-shine-26",
            "otpmint-qwertyuiop-x",
        ],
    );
    assert_eq!(flaw("otpmint-violet-canoe", PasswordUse::Alone), None);
    // Drawn at random, with a word in it by chance: what stands between letters is not what people add.
    assert_eq!(flaw("3f9a1c7roe2b8d4e6f0a", PasswordUse::Alone), None);
    let other = Expected::of(&OperatorName::parse("sam").unwrap(), None);
    assert_eq!(
        judge("vandelay-83155077-roe", &other, PasswordUse::Alone),
        Ok(()),
        "it is nobody's word there"
    );
}

#[test]
fn what_is_easy_to_guess_otherwise_is_refused() {
    all_have(PasswordFlaw::Guessable, &["sunshinebutterfly", "internationalbusiness"]);
}

proptest! {
    /// Slow work would let anybody with a link keep a processor busy.
    #[test]
    fn any_text_is_judged_without_a_panic(password in any::<String>(), name in "[a-z0-9.@+_-]{1,64}", host in "[a-z.-]{0,80}") {
        let expected = Expected::of(&OperatorName::parse(&name).unwrap(), Some(&host));
        for used in [PasswordUse::Alone, PasswordUse::WithApp] {
            let judged = judge(&password, &expected, used);
            prop_assert!(password.len() <= MAX_PASSWORD || judged == Err(PasswordFlaw::TooLong));
        }
    }

    #[test]
    fn a_drawn_password_has_no_flaw(password in "[a-zA-Z0-9]{20}") {
        prop_assert_eq!(flaw(&password, PasswordUse::Alone), None);
    }

    #[test]
    fn padding_makes_no_leaked_password_good(digits in "[0-9!?*._ -]{9,40}") {
        for password in [format!("dragon{digits}"), format!("{digits}Dr4gon"), format!("{digits}dragon{digits}")] {
            prop_assert_eq!(flaw(&password, PasswordUse::Alone), Some(PasswordFlaw::Leaked), "{}", password);
        }
    }
}
