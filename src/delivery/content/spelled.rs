//! Codes as a voice reads them out.

/// Returns a code as it is read out: sign by sign, and not as a number or a word.
pub(super) fn spelled(code: &str) -> String {
    let signs: Vec<String> = code.chars().map(String::from).collect();
    signs.join(", ")
}
