//! The shape of a code.

use std::ops::RangeInclusive;

/// How many characters a code has.
pub(crate) const LENGTHS: RangeInclusive<usize> = 4..=10;

/// Letters and digits that codes leave out because people confuse them.
const LOOK_ALIKES: &str = "0O1IL";

/// A code without spaces, dashes and invisible characters: only digits, or letters and digits without
/// look-alikes, in capitals. `None` for every other text.
pub(crate) fn read_code(text: &str) -> Option<String> {
    let mut code = String::new();
    for c in text.chars().filter(|c| !separates(*c)) {
        if !c.is_ascii_alphanumeric() || code.len() == *LENGTHS.end() {
            return None;
        }
        code.push(c.to_ascii_uppercase());
    }
    let is_number = code.bytes().all(|b| b.is_ascii_digit());
    let is_unambiguous = !code.chars().any(|c| LOOK_ALIKES.contains(c));
    (LENGTHS.contains(&code.len()) && (is_number || is_unambiguous)).then_some(code)
}

/// Whether this character may separate those of a code: white space, dashes, and zero-width characters.
fn separates(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '-' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2010}'..='\u{2015}' | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_are_left_out() {
        for text in ["012345", " 012 345\n", "012-345", "\u{2066}012\u{2013}345\u{2069}", "012\u{a0}345"] {
            assert_eq!(read_code(text).as_deref(), Some("012345"), "{text:?}");
        }
        assert_eq!(read_code("qx7-k9m").as_deref(), Some("QX7K9M"));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "123", "12345678901", "12345O", "12.345", "<b>12345", "código"] {
            assert_eq!(read_code(text), None, "{text:?}");
        }
    }
}
