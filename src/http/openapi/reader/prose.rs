//! The descriptions as HTML. They are our own, and use little of Markdown: paragraphs, `code` and **strong**.

/// Returns a description as HTML.
pub(super) fn html(text: &str) -> String {
    let paragraphs = text.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty());
    paragraphs.map(|paragraph| format!("<p>{}</p>", inline(paragraph))).collect()
}

fn inline(text: &str) -> String {
    let mut html = String::new();
    for (at, part) in text.split('`').enumerate() {
        match at % 2 {
            0 => html.push_str(&strong(&escaped(part))),
            _ => html.push_str(&format!("<code>{}</code>", escaped(part))),
        }
    }
    html
}

fn strong(text: &str) -> String {
    let mut html = String::new();
    for (at, part) in text.split("**").enumerate() {
        match at % 2 {
            0 => html.push_str(part),
            _ => html.push_str(&format!("<strong>{part}</strong>")),
        }
    }
    html
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_and_strong_words_are_marked_and_nothing_else_is_markup() {
        assert_eq!(
            html("**To begin**, take `a<b` & go.\n\nThen `**`."),
            "<p><strong>To begin</strong>, take <code>a&lt;b</code> &amp; go.</p><p>Then <code>**</code>.</p>"
        );
    }
}
