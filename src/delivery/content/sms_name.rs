//! The tenant's name in a text message.

use super::template::cleaning::presentable;

/// The maximum length of a name in a text message, in characters. A longer one is cut.
pub(super) const MAX_NAME: usize = 24;

/// From how many digits on a number looks like a code: phones would offer it instead.
pub(super) const LIKE_A_CODE: usize = 4;

/// Returns the name as a text message has it; `None` if it is left out: because there is none,
/// because nothing is left of it at a space within [`MAX_NAME`] characters, or because a phone
/// could take it for a code or for the line of an origin-bound one.
pub(super) fn sms_name(name: &str) -> Option<String> {
    let name = presentable(name).replace(is_invisible, "");
    let name = cut(&name)?;
    let is_word = name.contains(char::is_alphanumeric) && !name.starts_with('@');
    let is_clear = is_word && !looks_like_code(name);
    is_clear.then(|| name.to_owned())
}

/// Returns whether `c` is seen by nobody, but costs a text its encoding. The joiners of Persian and
/// Indian scripts are needed.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// Cuts a name between two words.
fn cut(name: &str) -> Option<&str> {
    let Some((end, next)) = name.char_indices().nth(MAX_NAME) else { return Some(name) };
    let head = name.get(..end)?;
    if next.is_whitespace() {
        return Some(head.trim_end());
    }
    head.rsplit_once(char::is_whitespace)
        .map(|(words, _)| words.trim_end_matches([' ', ',', '-', '–', '&', '|']))
}

/// Returns whether a name has as many digits as a code, or a word of letters and digits that is as
/// long as one.
fn looks_like_code(name: &str) -> bool {
    let is_long_mix = |word: &str| word.chars().count() >= LIKE_A_CODE && word.contains(char::is_numeric);
    let digits = name.chars().filter(|c| c.is_numeric()).count();
    digits >= LIKE_A_CODE || name.split(|c: char| !c.is_alphanumeric() && c != '-').any(is_long_mix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_cut_between_words_or_left_out() {
        for (name, said) in [
            ("Acme", Some("Acme")),
            (" Müller & Söhne ", Some("Müller & Söhne")),
            ("Bank of America Mobile Services", Some("Bank of America Mobile")),
            ("Example Corporation, International", Some("Example Corporation")),
            ("Twenty Four Letters Long", Some("Twenty Four Letters Long")),
            ("Twenty Four Letters Long.", Some("Twenty Four Letters")),
            ("Twenty Four Letters Long Inc", Some("Twenty Four Letters Long")),
            ("Donaudampfschifffahrtsgesellschaft", None),
            ("", None),
            ("\u{202e}\n", None),
            ("Ac\u{200b}me\u{feff}", Some("Acme")),
            ("🎉", None),
        ] {
            assert_eq!(sms_name(name).as_deref(), said, "{name:?}");
        }
    }

    #[test]
    fn a_name_that_a_phone_could_take_for_the_code_is_left_out() {
        for name in ["Studio 1984", "12 34", "web2go", "A-1-B-2", "Route66", "@evil.example #1", "٢٠٢٦"] {
            assert_eq!(sms_name(name), None, "{name}");
        }
        for name in ["7 Up", "C#", "24/7", "Fit 4 U", "a@b"] {
            assert_eq!(sms_name(name).as_deref(), Some(name));
        }
        assert_eq!(sms_name("Acme\r\n@evil.example #1").as_deref(), Some("Acme  @evil.example #1"));
    }
}
