//! How hard a text is to guess, by the estimate of zxcvbn.

/// The characters that are looked at. With many signs that stand for letters the estimate takes a second for a hundred
/// characters, and less than a tenth for these.
const LOOKED_AT: usize = 24;

/// Returns how hard the beginning of a text is to guess; the whole is at least as hard. `known` are words that a guesser
/// tries first.
pub fn guesses(text: &str, known: &[&str]) -> zxcvbn::Score {
    let beginning = text.char_indices().nth(LOOKED_AT).map_or(text, |(end, _)| &text[..end]);
    zxcvbn::zxcvbn(beginning, known).score()
}
