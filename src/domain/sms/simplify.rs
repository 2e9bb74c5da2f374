//! Typographic signs in text messages.

use std::borrow::Cow;

use super::alphabet::first_beyond_gsm;
use super::segments::measure;

/// Returns `text` with ASCII in place of typographic quotation marks, dashes and spaces, if that
/// brings all of it into the alphabet and needs no more parts. In another text they cost nothing
/// and are kept.
pub fn simplified(text: &str) -> Cow<'_, str> {
    if first_beyond_gsm(text).is_none() {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match ascii(c) {
            Some(ascii) => plain.push_str(ascii),
            None => plain.push(c),
        }
    }
    let is_better = first_beyond_gsm(&plain).is_none() && measure(&plain).parts <= measure(text).parts;
    if is_better { Cow::Owned(plain) } else { Cow::Borrowed(text) }
}

/// Returns what stands for `c` without loss of meaning.
fn ascii(c: char) -> Option<&'static str> {
    match c {
        '’' | '‘' | '‚' | '‛' | '`' | '´' | '′' => Some("'"),
        '“' | '”' | '„' | '‟' | '«' | '»' => Some("\""),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => Some("-"),
        '…' => Some("..."),
        '\t' | '\u{a0}' | '\u{2002}'..='\u{200a}' | '\u{202f}' => Some(" "),
        _ => None,
    }
}
