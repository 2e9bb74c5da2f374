//! Removal of invisible characters with side effects.

use crate::domain::text::ends_line;

/// Returns a text in which nothing ends a header field or a line, or changes the direction of the
/// text around it.
pub(in crate::delivery) fn presentable(text: &str) -> String {
    text.replace(ends_line, " ").replace(turns, "").trim().to_owned()
}

fn turns(c: char) -> bool {
    overrides(c) || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2066}'..='\u{2069}')
}

/// Returns whether `c` overrides the direction of the text after it, although a code is read from
/// left to right.
fn overrides(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}')
}

/// Returns whether a template may not contain `c` anywhere. This includes noncharacters, some of
/// which `markup.rs` uses as marks.
pub(super) fn is_banned(c: char) -> bool {
    let is_line = matches!(c, '\n' | '\r' | '\t');
    let is_character =
        !matches!(u32::from(c) & 0xffff, 0xfffe | 0xffff) && !('\u{fdd0}'..='\u{fdef}').contains(&c);
    (c.is_control() && !is_line) || overrides(c) || !is_character
}
