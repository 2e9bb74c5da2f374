//! Finds the code in a mail, for people and tests.

use html5gum::{HtmlString, StartTag, Token, Tokenizer};

use crate::code::{LENGTHS, read_code};

/// The class of the element that holds the code.
const MARK: &[u8] = b"code";

/// A code in a mail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// The code, without separators.
    pub code: String,
    /// How it was recognised.
    pub evidence: Evidence,
}

/// How a code was recognised.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Evidence {
    /// The HTML part has it in an element with the class `code`, as the built-in mails do.
    Marked,
    /// It looks like one.
    Guessed,
}

/// The code of a mail: what `html` marks as such, otherwise a guess from `text`.
pub(crate) fn find_code(html: Option<&str>, text: Option<&str>) -> Option<Found> {
    let marked = html.and_then(marked).map(|code| Found { code, evidence: Evidence::Marked });
    let guessed = || text.and_then(guess).map(|code| Found { code, evidence: Evidence::Guessed });
    marked.or_else(guessed)
}

/// The code that is alone in an element of the class `code`.
fn marked(html: &str) -> Option<String> {
    let mut tokens = Tokenizer::new(html).flatten();
    while let Some(token) = tokens.next() {
        let Token::StartTag(tag) = token else { continue };
        if !is_marked(&tag) || tag.self_closing {
            continue;
        }
        let code = read_code(&text_until_end(&mut tokens, &tag.name));
        if code.is_some() {
            return code;
        }
    }
    None
}

fn is_marked(tag: &StartTag<()>) -> bool {
    let class = tag.attributes.get(b"class".as_slice());
    class.is_some_and(|class| class.split(u8::is_ascii_whitespace).any(|word| word == MARK))
}

/// The text up to the end of the element `name`, which has begun.
fn text_until_end(tokens: &mut impl Iterator<Item = Token<()>>, name: &HtmlString) -> String {
    let (mut text, mut depth) = (Vec::new(), 1);
    for token in tokens {
        match token {
            Token::String(piece) => text.extend_from_slice(&piece),
            Token::StartTag(tag) if tag.name == *name && !tag.self_closing => depth += 1,
            Token::EndTag(tag) if tag.name == *name => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// The best guess at a code: a line of its own, otherwise the first run of digits, otherwise the first word
/// of capital letters and digits. Spaces and dashes inside are dropped.
fn guess(text: &str) -> Option<String> {
    let words = || text.split(|c: char| !c.is_alphanumeric());
    alone_on_a_line(text)
        .or_else(|| words().find(|word| is_code_length(word) && all_digits(word)).map(str::to_owned))
        .or_else(|| words().find(|word| is_code_length(word) && is_mixed(word)).map(str::to_owned))
}

fn alone_on_a_line(text: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let shouted = !line.chars().any(|c| c.is_lowercase());
        read_code(line).filter(|_| shouted)
    })
}

fn is_code_length(word: &str) -> bool {
    LENGTHS.contains(&word.len())
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
            assert_eq!(guess(text).as_deref(), code, "{text:?}");
        }
    }

    #[test]
    fn a_mark_in_the_html_is_better_than_a_guess() {
        for (html, code) in [
            (r#"<p class="big code"><bdi translate="no">012 345</bdi></p>"#, Some("012345")),
            (r#"<style>.code{}</style><div class="code">QX<div>7K</div>9M</div>"#, Some("QX7K9M")),
            (r#"<p class="code">none here</p><b class=code>555000</b>"#, Some("555000")),
            (r#"<!-- <p class="code">111111</p> --><p class="encode">222222</p>"#, None),
            (r#"<p class="code">333333"#, Some("333333")),
            ("<p class=code", None),
        ] {
            let found = find_code(Some(html), None);
            assert_eq!(found.as_ref().map(|found| found.code.as_str()), code, "{html}");
            assert!(found.is_none_or(|found| found.evidence == Evidence::Marked), "{html}");
        }
        let order = "Order 884422: your code is below\n";
        let both = find_code(Some(r#"<p class="code">012345</p>"#), Some(order)).unwrap();
        assert_eq!((both.code.as_str(), both.evidence), ("012345", Evidence::Marked));
        let guessed = find_code(Some("<p>Order</p>"), Some(order)).unwrap();
        assert_eq!((guessed.code.as_str(), guessed.evidence), ("884422", Evidence::Guessed));
    }
}
