//! Rows: characters that follow each other in the alphabet, in counting or on a keyboard, and one that is repeated.

/// The shortest row, in characters: three neighbours are in many words.
const LEAST_ROW: usize = 4;

/// The alphabet, counting, and the rows of keyboards (QWERTY, QWERTZ, AZERTY), also with Shift, and from top to bottom.
const ROWS: [&[u8]; 19] = [
    b"abcdefghijklmnopqrstuvwxyz",
    b"01234567890",
    b"!@#$%^&*()_+",
    b"qwertyuiop[]",
    b"asdfghjkl;'",
    b"zxcvbnm,./",
    b"qwertzuiop",
    b"yxcvbnm,.-",
    b"azertyuiop",
    b"qsdfghjklm",
    b"wxcvbn,;:!",
    b"1qaz",
    b"2wsx",
    b"3edc",
    b"4rfv",
    b"5tgb",
    b"6yhn",
    b"7ujm",
    b"8ik,",
];

/// Marks what belongs to a row, in either direction, and returns whether there is one.
pub(super) fn cover(text: &[char], covered: &mut [bool]) -> bool {
    let mut found = cover_steps(text, covered, |one, next| one == next);
    for row in ROWS {
        found |= cover_steps(text, covered, |one, next| is_step(row, one, next));
        found |= cover_steps(text, covered, |one, next| is_step(row, next, one));
    }
    found
}

/// Marks each longest part of a text whose characters follow each other by `is_step`, if it is long enough.
fn cover_steps(text: &[char], covered: &mut [bool], is_step: impl Fn(char, char) -> bool) -> bool {
    let (mut start, mut found) = (0, false);
    for end in 1..=text.len() {
        if end < text.len() && is_step(text[end - 1], text[end]) {
            continue;
        }
        if end - start >= LEAST_ROW {
            covered[start..end].fill(true);
            found = true;
        }
        start = end;
    }
    found
}

fn is_step(row: &[u8], one: char, next: char) -> bool {
    row.array_windows().any(|[first, second]| char::from(*first) == one && char::from(*second) == next)
}
