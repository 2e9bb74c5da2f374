//! The texts that a password can be read as, for the comparison with what guessers try first.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::leaked;

/// The shortest reading that is looked up, in characters: of shorter ones nearly all are in the set.
const LEAST_READING: usize = 4;

/// Returns the one spelling of a password (NFC, UAX #15), however a keyboard composes its letters. It is what is counted
/// and hashed.
pub fn normalised(password: &str) -> Zeroizing<String> {
    Zeroizing::new(password.nfc().collect())
}

/// Returns a text without the differences that guessers do not mind: compatibility forms and capitals.
pub(super) fn folded(text: &str) -> Vec<char> {
    text.nfkc().flat_map(char::to_lowercase).collect()
}

/// Returns a folded text of the same length in which what stands for a letter is the letter: `p@ssw0rd` is `password`.
pub(super) fn skeleton(text: &[char]) -> Vec<char> {
    let letter = |c: &char| match c {
        '0' => 'o',
        '1' | 'l' | '!' | '|' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => *other,
    };
    text.iter().map(letter).collect()
}

/// Returns the text of which this one is a repetition, whose last one may be cut off; the whole, if it is none.
pub(super) fn unit(text: &[char]) -> &[char] {
    let repeats = |length: &usize| text[*length..].iter().zip(text).all(|(later, earlier)| later == earlier);
    let length = (1..=text.len() / 2).find(repeats).unwrap_or(text.len());
    &text[..length]
}

/// Returns a text without the signs between its letters and digits, except those that stand for letters.
pub(super) fn without_signs(text: &[char]) -> Vec<char> {
    text.iter().copied().filter(|c| c.is_alphanumeric() || "@$!|".contains(*c)).collect()
}

/// Returns whether a folded text is a leaked password: as it is, repeated, with signs between its letters, or with
/// digits and signs at its ends.
pub(super) fn is_leaked(text: &[char]) -> bool {
    let plain = without_signs(text);
    let mut readings = BTreeSet::new();
    for text in [text, plain.as_slice()] {
        for text in [text, unit(text)] {
            for text in [text, trimmed_end(text), trimmed(text)] {
                readings.extend([skeleton(text), skeleton(unit(text))]);
            }
        }
    }
    let long_enough = readings.iter().filter(|reading| reading.len() >= LEAST_READING);
    long_enough.map(|reading| reading.iter().collect::<String>()).any(|reading| leaked::has(&reading))
}

/// Returns the entry of a leaked password, for whoever makes the set; `None` if it is too short to be looked up.
pub fn leaked_entry(password: &str) -> Option<[u8; leaked::SIZE]> {
    let skeleton = skeleton(&folded(password));
    (skeleton.len() >= LEAST_READING).then(|| leaked::hash(&skeleton.into_iter().collect::<String>()))
}

/// Returns a text without what is no letter at its end.
fn trimmed_end(text: &[char]) -> &[char] {
    let end = text.iter().rposition(|c| c.is_alphabetic()).map_or(0, |last| last + 1);
    &text[..end]
}

/// Returns a text without what is no letter at its ends.
pub(super) fn trimmed(text: &[char]) -> &[char] {
    let start = text.iter().position(|c| c.is_alphabetic()).unwrap_or(text.len());
    trimmed_end(&text[start..])
}
