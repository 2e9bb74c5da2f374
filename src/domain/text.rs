//! Rules for short texts that several things share.

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
