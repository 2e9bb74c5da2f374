//! Rules for short texts that several things share.

use std::borrow::Cow;

/// Returns whether a text is a lower-case word of at most `most` characters: letters, digits and underscores, a
/// letter first.
pub fn is_word(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// Returns whether a character ends a line or controls what shows it.
pub fn ends_line(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Returns a text as a terminal may show it: what controls it, reorders the line or cannot be seen is written as its
/// number, such as `\u{202e}`, so that one text never looks like another.
pub fn shown(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unseen) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match is_unseen(c) {
            true => shown.extend(c.escape_unicode()),
            false => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// Returns whether a character is not seen as itself: controls, marks of direction (Unicode Standard Annex 9), and what
/// has no width.
fn is_unseen(c: char) -> bool {
    ends_line(c)
        || matches!(
            c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
                | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_shown_by_its_number() {
        assert_eq!(shown("Acme \u{202e}moc.live\u{202c}"), "Acme \\u{202e}moc.live\\u{202c}");
        assert_eq!(
            shown("a\u{200b}b\u{feff}\u{e0041}\x1b[2J\n"),
            "a\\u{200b}b\\u{feff}\\u{e0041}\\u{1b}[2J\\u{a}"
        );
        for plain in ["Acme", "Ácme GmbH & Söhne", "متجر", "店", "🙂", "a\u{308}"] {
            assert!(matches!(shown(plain), Cow::Borrowed(_)), "{plain}");
        }
    }
}
