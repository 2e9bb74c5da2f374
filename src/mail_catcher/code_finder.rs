//! Which part of a text is the code. A guess, for people and tests that would otherwise pick it
//! out by eye.

use crate::domain::code::{MAX_LENGTH, MIN_LENGTH, parse_answer};

/// What looks most like a code: a line of its own, else the first run of digits, else the first
/// word of capital letters and digits. Spaces and dashes inside are left out.
pub(super) fn find_code(text: &str) -> Option<String> {
    let words = || text.split(|c: char| !c.is_alphanumeric());
    alone_on_a_line(text)
        .or_else(|| words().find(|word| is_code_length(word) && all_digits(word)).map(str::to_owned))
        .or_else(|| words().find(|word| is_code_length(word) && is_mixed(word)).map(str::to_owned))
}

fn alone_on_a_line(text: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let shouted = !line.chars().any(|c| c.is_lowercase());
        let answer = parse_answer(line).filter(|_| shouted)?;
        Some(answer.expose().to_owned())
    })
}

fn is_code_length(word: &str) -> bool {
    (MIN_LENGTH..=MAX_LENGTH).contains(&word.len())
}

fn all_digits(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_digit())
}

fn is_mixed(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
        && word.bytes().any(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn picks_the_code_out_of_a_text() {
        for (text, code) in [
            ("Hello\n\nYour code is:\n\n    012345\n\nValid for 10 minutes.", Some("012345")),
            ("In 2026 your code is\n012 345\n", Some("012345")),
            ("Your code is 918273. It is valid for 600 seconds.", Some("918273")),
            ("Use QX7K9M to log in", Some("QX7K9M")),
            ("QXKRTM\n", Some("QXKRTM")),
            ("Hello there\nnothing to see", None),
            ("", None),
        ] {
            assert_eq!(find_code(text).as_deref(), code, "{text:?}");
        }
    }
}
