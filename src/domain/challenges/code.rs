//! Codes: their alphabets, how they are drawn, and how a typed answer is parsed.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::domain::random::Entropy;

/// The minimum length of a code, in characters.
pub const MIN_LENGTH: usize = 4;
/// The maximum length of a code, in characters.
pub const MAX_LENGTH: usize = 10;

const DIGITS: [char; 10] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
/// Without the look-alikes 0 and O, 1, I and L, so that people read what was sent.
const UNAMBIGUOUS: [char; 31] = [
    '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'M', 'N', 'P',
    'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z',
];

/// The maximum length of a code that is relayed, in characters: mail may carry a long token.
pub const MAX_RELAYED: usize = 64;

/// The set of characters that a code is drawn from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Alphabet {
    /// `0` to `9`.
    Digits,
    /// Capital letters and digits without look-alikes; typed in either case.
    Unambiguous,
}

impl Alphabet {
    /// Returns the characters, each of which is drawn with equal probability.
    pub const fn chars(self) -> &'static [char] {
        match self {
            Self::Digits => &DIGITS,
            Self::Unambiguous => &UNAMBIGUOUS,
        }
    }

    /// Returns how many codes of this length there are.
    pub fn space(self, length: usize) -> i64 {
        // A code has at most ten characters of an alphabet of 31: below 2^50.
        u32::try_from(length).map_or(i64::MAX, |length| (self.chars().len() as i64).saturating_pow(length))
    }
}

/// The code that a person types. It leaves the process only inside the delivered message.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(Zeroizing<String>);

impl Code {
    /// Draws a code of `length` characters, uniformly, leading zeros kept.
    pub fn draw(entropy: &dyn Entropy, alphabet: Alphabet, length: usize) -> Self {
        Self(Zeroizing::new(entropy.text(alphabet.chars(), length)))
    }

    /// Returns the code of the sandbox's reserved recipients: 42, repeated. It is valid in every
    /// alphabet, and it is public.
    pub fn known(length: usize) -> Self {
        Self(Zeroizing::new("42".chars().cycle().take(length).collect()))
    }

    /// Returns a placeholder for a code that is not kept.
    pub fn absent() -> Self {
        Self(Zeroizing::default())
    }

    /// Wraps a code that was read back from the sealed outbox.
    pub fn from_sealed(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// Takes a code that somebody else has made, verbatim: printable ASCII without spaces at its ends.
    pub fn relayed(text: String) -> Option<Self> {
        let text = Zeroizing::new(text);
        let is_code = (MIN_LENGTH..=MAX_RELAYED).contains(&text.len())
            && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
            && text.trim().len() == text.len();
        is_code.then_some(Self(text))
    }

    /// Returns whether a voice can read it out: letters and digits, no more than people write down.
    pub fn can_be_said(&self) -> bool {
        self.0.len() <= MAX_LENGTH && self.0.bytes().all(|byte| byte.is_ascii_alphanumeric())
    }

    /// Returns whether it is drawn from this alphabet.
    pub fn is_of(&self, alphabet: Alphabet) -> bool {
        is_of(alphabet, &self.0)
    }

    /// Returns how many codes of its length and characters there are.
    pub fn space(&self) -> i64 {
        let alphabet = if self.is_of(Alphabet::Digits) { Alphabet::Digits } else { Alphabet::Unambiguous };
        alphabet.space(self.length())
    }

    /// Returns the number of characters.
    pub fn length(&self) -> usize {
        self.0.len()
    }

    /// Returns the characters. Only the message and the keyed hash may use them.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

/// A typed answer, normalised to the form in which codes are drawn.
pub type Answer = Code;

/// Parses a typed or pasted code. Accepts spaces, dashes, zero-width characters, full-width and
/// other decimal digits, and lower-case letters. Returns `None` for text that cannot be a code at
/// all; such an answer costs no attempt.
pub fn parse_answer(typed: &str) -> Option<Answer> {
    parse_answer_up_to(MAX_LENGTH, typed)
}

/// The same for codes that may be longer.
pub fn parse_answer_up_to(most: usize, typed: &str) -> Option<Answer> {
    // A pasted code may be padded, but nobody pastes a whole page; the bound keeps the work small.
    if typed.len() > 256 {
        return None;
    }
    let mut plain = Zeroizing::new(String::with_capacity(most));
    for c in typed.chars().filter(|c| !is_filler(*c)) {
        plain.push(plain_char(c)?);
        if plain.len() > most {
            return None;
        }
    }
    let is_code = plain.len() >= MIN_LENGTH
        && (is_of(Alphabet::Digits, &plain) || is_of(Alphabet::Unambiguous, &plain));
    is_code.then(|| Code(plain))
}

fn is_of(alphabet: Alphabet, text: &str) -> bool {
    text.chars().all(|c| alphabet.chars().contains(&c))
}

/// Returns whether `c` is a character that mail programs, phones and people put between the digits
/// of a code.
fn is_filler(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '-' | '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}'
                | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
        )
}

fn plain_char(c: char) -> Option<char> {
    match c {
        '0'..='9' | 'A'..='Z' => Some(c),
        'a'..='z' => Some(c.to_ascii_uppercase()),
        '\u{ff21}'..='\u{ff3a}' => offset(c, '\u{ff21}', b'A'),
        '\u{ff41}'..='\u{ff5a}' => offset(c, '\u{ff41}', b'A'),
        _ => DIGIT_ZEROS.iter().find(|zero| in_decade(c, **zero)).and_then(|zero| offset(c, *zero, b'0')),
    }
}

/// The zero of each block of decimal digits that a person may have on a keyboard.
const DIGIT_ZEROS: [char; 12] = [
    '\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{be6}', '\u{c66}', '\u{e50}',
    '\u{ed0}', '\u{1040}', '\u{ff10}',
];

fn in_decade(c: char, zero: char) -> bool {
    (c as u32).checked_sub(zero as u32).is_some_and(|distance| distance < 10)
}

fn offset(c: char, first: char, ascii: u8) -> Option<char> {
    let distance = u8::try_from(c as u32 - first as u32).ok()?;
    Some(char::from(ascii + distance))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn understood(typed: &str) -> Option<String> {
        parse_answer(typed).map(|answer| answer.expose().to_owned())
    }

    #[test]
    fn understands_what_people_paste() {
        for typed in [
            "012345",
            " 012345\n",
            "012 345",
            "012-345",
            "012\u{2013}345",
            "\u{200b}012345\u{feff}",
            "\u{ff10}\u{ff11}\u{ff12}\u{ff13}\u{ff14}\u{ff15}",
            "\u{202a}012345\u{202c}",
            "\u{660}\u{661}\u{662}\u{663}\u{664}\u{665}",
            "0 1 2 3 4 5",
            "012\u{a0}345",
        ] {
            assert_eq!(understood(typed).as_deref(), Some("012345"), "{typed:?}");
        }
        assert_eq!(understood("abcd-23").as_deref(), Some("ABCD23"));
    }

    #[test]
    fn refuses_what_is_no_code() {
        for typed in [
            "",
            "   ",
            "123",
            "12345678901",
            "12345!",
            "código",
            "12.345",
            "<b>123456",
            "null",
            "undefined",
            "12345O",
            "１２３",
        ] {
            assert_eq!(understood(typed), None, "{typed:?}");
        }
        assert_eq!(understood(&" ".repeat(300)), None);
    }

    #[test]
    fn the_known_code_can_be_typed_at_every_length() {
        for length in MIN_LENGTH..=MAX_LENGTH {
            let known = Code::known(length);
            assert_eq!(known.expose().len(), length);
            assert_eq!(understood(known.expose()).as_deref(), Some(known.expose()));
        }
        assert_eq!(Code::known(6).expose(), "424242");
    }

    #[test]
    fn a_code_does_not_print_itself() {
        assert_eq!(format!("{:?}", parse_answer("123456").unwrap()), "Code(…)");
    }

    proptest! {
        #[test]
        fn no_input_panics(typed in ".*") {
            let _ = parse_answer(&typed);
        }

        #[test]
        fn filler_never_changes_a_code(code in "[0-9]{6}", at in 0usize..6) {
            let mut padded = code.clone();
            padded.insert_str(at, " \u{200b}-");
            prop_assert_eq!(understood(&padded), Some(code));
        }
    }
}
