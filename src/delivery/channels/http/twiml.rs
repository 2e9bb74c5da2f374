//! TwiML: what is said in a call.

/// Composes a call in which the sentences are said with a pause after each, in the language with
/// this tag. What is to be said twice is among them twice.
pub(super) fn call(sentences: &[String], language: &str) -> String {
    let language = escaped(language);
    let say = |sentence: &String| {
        format!("<Say language=\"{language}\">{}</Say><Pause length=\"1\"/>", escaped(sentence))
    };
    let said: String = sentences.iter().map(say).collect();
    format!("<Response><Pause length=\"1\"/>{said}</Response>")
}

/// Escapes a text for XML, as content or as the value of an attribute (XML 1.0 §2.4). What XML
/// cannot contain at all (§2.2) becomes a space.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => out.push(' '),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_call_pauses_after_each_sentence() {
        let twiml = call(&["Ihr Code ist 1, 2, 3.".to_owned(), "Danke.".to_owned()], "de-DE");
        let say = |text| format!("<Say language=\"de-DE\">{text}</Say><Pause length=\"1\"/>");
        let (code, thanks) = (say("Ihr Code ist 1, 2, 3."), say("Danke."));
        assert_eq!(twiml, format!("<Response><Pause length=\"1\"/>{code}{thanks}</Response>"));
    }

    proptest! {
        #[test]
        fn no_sentence_and_no_language_breaks_out_of_its_place(
            said in ".*[<>&\"'\0\n{}%😀].*", language in ".*[<>&\"'\0\n].*"
        ) {
            let twiml = call(std::slice::from_ref(&said), &language);
            let read = roxmltree::Document::parse(&twiml).unwrap();
            let says: Vec<_> = read.descendants().filter(|node| node.has_tag_name("Say")).collect();
            prop_assert_eq!(says.len(), 1);
            prop_assert_eq!(read.descendants().filter(|node| node.is_element()).count(), 4);
            let clean = |text: &str| -> String {
                let odd = |c: char| c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}');
                text.chars().map(|c| if odd(c) { ' ' } else { c }).collect()
            };
            for say in says {
                prop_assert_eq!(say.text().unwrap_or_default(), clean(&said));
                prop_assert_eq!(say.attribute("language").unwrap_or_default(), clean(&language));
            }
        }
    }
}
