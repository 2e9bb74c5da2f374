//! What somebody types to prove a factor: the code of the app, or a recovery code.

use crate::domain::challenges::code::{Alphabet, Code, parse_answer_up_to};
use crate::domain::random::Entropy;

use super::shape::TotpShape;

/// The length of a recovery code: 31^16 > 2^79, too many to be guessed even without a pause.
const RECOVERY_LENGTH: usize = 16;
/// The length of the groups in which one is written.
const GROUP: usize = 4;

/// A typed answer, normalised.
#[derive(Clone, Debug)]
pub enum FactorAnswer {
    /// A code of the app.
    Code(Code),
    /// A recovery code.
    Recovery(Code),
}

impl FactorAnswer {
    /// Parses what was typed, as for every code. Returns `None` for a text that is neither.
    pub fn parse(typed: &str) -> Option<Self> {
        let plain = parse_answer_up_to(RECOVERY_LENGTH, typed)?;
        if plain.is_of(Alphabet::Unambiguous) && plain.expose().len() == RECOVERY_LENGTH {
            return Some(Self::Recovery(plain));
        }
        (plain.is_of(Alphabet::Digits) && plain.expose().len() <= 8).then_some(Self::Code(plain))
    }

    /// Returns whether it can be an answer for a factor whose codes have this shape.
    pub fn suits(&self, shape: TotpShape) -> bool {
        match self {
            Self::Code(code) => code.expose().len() == usize::from(shape.digits()),
            Self::Recovery(_) => true,
        }
    }
}

/// Draws a recovery code.
pub fn draw_recovery_code(entropy: &dyn Entropy) -> Code {
    Code::draw(entropy, Alphabet::Unambiguous, RECOVERY_LENGTH)
}

/// Writes a recovery code in groups, as a person copies it.
pub fn grouped(code: &Code) -> String {
    let letters: Vec<char> = code.expose().chars().collect();
    letters.chunks(GROUP).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(typed: &str) -> Option<(char, String)> {
        FactorAnswer::parse(typed).map(|answer| match answer {
            FactorAnswer::Code(code) => ('c', code.expose().to_owned()),
            FactorAnswer::Recovery(code) => ('r', code.expose().to_owned()),
        })
    }

    #[test]
    fn codes_and_recovery_codes_are_told_apart_however_they_are_typed() {
        assert_eq!(kind("123 456"), Some(('c', "123456".to_owned())));
        assert_eq!(kind("１２３４-５６７８"), Some(('c', "12345678".to_owned())));
        let recovery = Some(('r', "ABCDEFGH23456789".to_owned()));
        assert_eq!(kind("abcd-efgh-2345-6789"), recovery);
        assert_eq!(kind(" ABCDEFGH 23456789"), recovery);
        for bad in ["", "123", "123456789", "ABCDEF", "ABCD-EFGH-2345-678", "ABCD-EFGH-2345-6789-A", "12345O"]
        {
            assert_eq!(kind(bad), None, "{bad:?}");
        }
        let FactorAnswer::Recovery(code) = FactorAnswer::parse("abcdefgh23456789").unwrap() else { panic!() };
        assert_eq!(grouped(&code), "ABCD-EFGH-2345-6789");
    }

    #[test]
    fn a_code_of_another_length_does_not_suit() {
        let suits = |typed: &str| FactorAnswer::parse(typed).unwrap().suits(TotpShape::STANDARD);
        assert!(suits("123456") && suits("ABCDEFGH23456789"));
        assert!(!suits("12345678") && !suits("1234"));
    }
}
