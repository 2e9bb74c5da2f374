//! The parsed content of a mail: its header fields and its texts, as `mail-parser` reads them.

use mail_parser::{HeaderName, Message, MessageParser, PartType};

use crate::code_finder::{Found, find_code};

/// The parsed content of a mail.
#[derive(Debug, Default)]
pub(crate) struct Parsed {
    /// Names and values in order, unfolded and decoded.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) text: Option<String>,
    pub(crate) html: Option<String>,
    pub(crate) code: Option<Found>,
}

impl Parsed {
    /// Parses a whole mail.
    pub(crate) fn of(raw: &[u8]) -> Self {
        let message = body(raw).unwrap_or_default();
        let (text, html) = (plain_text(&message), html(&message));
        let code = find_code(html.as_deref(), text.as_deref());
        Self { headers: headers(raw), text, html, code }
    }
}

/// Parses the body. `mail-parser` 0.11 panics over some nested multiparts whose boundaries contradict each other; such
/// a mail has its header fields, and no text.
fn body(raw: &[u8]) -> Option<Message<'_>> {
    std::panic::catch_unwind(|| MessageParser::new().with_mime_headers().parse(raw)).ok().flatten()
}

/// Reads all fields as text, for people. The parser splits a structured field such as `From` unless it is
/// configured not to.
fn headers(raw: &[u8]) -> Vec<(String, String)> {
    let as_text = MessageParser::new().header_text(HeaderName::Subject).default_header_text();
    let message = as_text.parse_headers(raw).unwrap_or_default();
    let Some(root) = message.parts.first() else { return Vec::new() };
    let fields = root.headers.iter().map(|field| {
        let name = raw.get(field.offset_field as usize..field.offset_start as usize).unwrap_or_default();
        let name = String::from_utf8_lossy(name);
        let value = field.value.as_text().unwrap_or_default();
        (name.trim_end_matches(':').trim().to_owned(), value.to_owned())
    });
    fields.collect()
}

fn plain_text(message: &Message<'_>) -> Option<String> {
    message.text_bodies().find_map(|part| match &part.body {
        PartType::Text(text) => Some(with_plain_line_ends(text)),
        _ => None,
    })
}

fn html(message: &Message<'_>) -> Option<String> {
    message.html_bodies().find_map(|part| match &part.body {
        PartType::Html(html) => Some(with_plain_line_ends(html)),
        _ => None,
    })
}

fn with_plain_line_ends(text: &str) -> String {
    text.replace("\r\n", "\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use lettre::message::{Message, MultiPart};
    use proptest::prelude::*;

    fn field<'a>(parsed: &'a Parsed, name: &str) -> Option<&'a str> {
        let field = parsed.headers.iter().find(|(field, _)| field == name);
        field.map(|(_, value)| value.as_str())
    }

    #[test]
    fn reads_what_lettre_writes() {
        let text = "Grüezi!\n\nIhr Code:\n\n012 345\n\nEr gilt 10 Minuten. ".to_owned() + &"lang ".repeat(40);
        let html = "<p>Ihr Code: <b>012345</b> = gut</p>";
        let mail = Message::builder()
            .from("Läden <app@example.com>".parse().unwrap())
            .to("jane@example.com".parse().unwrap())
            .subject("Ihr Anmeldecode für Läden, der einen ziemlich langen Namen trägt – wirklich")
            .multipart(MultiPart::alternative_plain_html(text.clone(), html.to_owned()))
            .unwrap();
        let parsed = Parsed::of(&mail.formatted());
        assert_eq!(parsed.text.as_deref(), Some(text.as_str()));
        assert_eq!(parsed.html.as_deref(), Some(html));
        assert_eq!(parsed.code.as_ref().map(|found| found.code.as_str()), Some("012345"));
        assert_eq!(
            field(&parsed, "Subject"),
            Some("Ihr Anmeldecode für Läden, der einen ziemlich langen Namen trägt – wirklich")
        );
        assert_eq!(field(&parsed, "From"), Some("Läden <app@example.com>"));
    }

    #[test]
    fn reads_parts_within_parts_and_skips_the_rest() {
        let raw = "Content-Type: multipart/mixed; boundary=\"a\"\r\n\r\npreamble\r\n--a\r\n\
            Content-Type: multipart/alternative;\r\n\tboundary=b\r\n\r\n--b\r\n\r\none\r\n--b\r\n\
            Content-Type: TEXT/HTML\r\nContent-Transfer-Encoding: base64\r\n\r\nPGI+\r\n--b--\r\n--a\r\n\
            Content-Type: text/plain\r\n\r\ntwo\r\n--a--\r\nepilogue";
        let parsed = Parsed::of(raw.as_bytes());
        assert_eq!(parsed.text.as_deref(), Some("one"));
        assert_eq!(parsed.html.as_deref(), Some("<b>"));
    }

    #[test]
    fn fields_are_named_as_sent_and_decoded_whatever_they_are_about() {
        let raw = "subject: =?utf-8?Q?one?= =?utf-8?Q?two?=\r\nX-Odd:\r\n =?iso-8859-1?Q?gr=FCn?=\r\n\
            Date: Thu, 15 Jan 2026\r\n 12:00:00 +0000\r\nContent-Type: text/plain;\r\n\tcharset=utf-8\r\n\r\n";
        let expected = [
            ("subject", "onetwo"),
            ("X-Odd", "grün"),
            ("Date", "Thu, 15 Jan 2026 12:00:00 +0000"),
            ("Content-Type", "text/plain; charset=utf-8"),
        ];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(Parsed::of(raw.as_bytes()).headers, expected);
    }

    #[test]
    fn a_single_part_is_the_text_or_the_html_and_never_both() {
        let text = Parsed::of(b"Subject: x\r\n\r\none\r\ntwo\r\n");
        assert_eq!((text.text.as_deref(), text.html.as_deref()), (Some("one\ntwo\n"), None));
        let html = Parsed::of(b"Content-Type: text/html; charset=iso-8859-1\r\n\r\n<b>gr\xfcn");
        assert_eq!((html.text.as_deref(), html.html.as_deref()), (None, Some("<b>grün")));
    }

    #[test]
    fn a_mail_over_which_the_parser_panics_has_its_fields() {
        let odd =
            "--b\r\nContent-Type: message/rfc822\r\n--b\r\n\r\nContent-Type: message/rfc822\r\n\r\n\r\n--b--";
        let mail = format!("Subject: odd\r\nContent-Type: multipart/x; boundary=b\r\n\r\n{odd}");
        let parsed = Parsed::of(mail.as_bytes());
        assert_eq!((field(&parsed, "Subject"), parsed.text.as_deref()), (Some("odd"), None));
    }

    proptest! {
        #[test]
        fn no_mail_is_too_odd(raw in proptest::collection::vec(any::<u8>(), 0..400)) {
            Parsed::of(&raw);
        }

        #[test]
        fn no_multipart_is_too_odd(body in "(--b|--b--|\r\n|\n|:|=|x| ){0,40}") {
            Parsed::of(format!("Content-Type: multipart/x; boundary=b\r\n\r\n{body}").as_bytes());
        }

        #[test]
        fn no_mail_within_a_mail_is_too_odd(
            body in "(--b|--b--|--c|--c--|\r\n|Content-Type: (message/rfc822|multipart/mixed; boundary=c)\r\n|:|x| ){0,40}",
        ) {
            Parsed::of(format!("Content-Type: multipart/x; boundary=b\r\n\r\n{body}").as_bytes());
        }
    }
}
