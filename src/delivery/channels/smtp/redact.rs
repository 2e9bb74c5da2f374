//! Sanitising a server's text for the log.

/// The maximum number of characters of a server's text that are logged.
const MAX_TEXT: usize = 200;

/// Sanitises what a server sent: one line, truncated, without control characters, mail addresses or
/// any of the `secrets`, which a server may repeat.
pub(super) fn harmless<'a>(lines: impl IntoIterator<Item = &'a str>, secrets: &[&str]) -> String {
    let text: Vec<&str> = lines.into_iter().collect();
    let mut text: String = text.join(" / ").chars().map(printable).take(MAX_TEXT * 4).collect();
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        text = without(&text, secret);
    }
    let words: Vec<&str> =
        text.split_whitespace().map(|word| if word.contains('@') { "[address]" } else { word }).collect();
    words.join(" ").chars().take(MAX_TEXT).collect()
}

fn printable(c: char) -> char {
    if c.is_ascii_graphic() || c == ' ' { c } else { ' ' }
}

fn without(text: &str, secret: &str) -> String {
    // Lower-casing only ASCII keeps every byte position.
    let (lower, secret) = (text.to_ascii_lowercase(), secret.to_ascii_lowercase());
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    for (at, _) in lower.match_indices(&secret) {
        out.push_str(&text[end..at]);
        out.push_str("[…]");
        end = at + secret.len();
    }
    out.push_str(&text[end..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_addresses_nor_secrets_nor_control_characters_remain() {
        let said = ["5.1.1 <Jane@Example.com>: no such user\r\n\u{1b}[31m", "code 123456, pw HUNTER22"];
        let text = harmless(said, &["123456", "hunter22", ""]);
        assert_eq!(text, "5.1.1 [address] no such user [31m / code […], pw […]");
    }

    #[test]
    fn a_long_text_is_cut() {
        assert_eq!(harmless(["x".repeat(9000).as_str()], &[]).len(), MAX_TEXT);
    }
}
