//! Headers and parts of a mail (RFC 5322, RFC 2045–2047), read tolerantly: what makes no sense is
//! shown as it is.

use super::code_finder::{Found, find_code};
use super::encoding::{decode_base64, decode_quoted_printable, decode_words};

/// Multiparts within multiparts are followed this deep.
const MAX_DEPTH: usize = 8;

/// What a mail says.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub(super) headers: Vec<(String, String)>,
    pub(super) text: Option<String>,
    pub(super) html: Option<String>,
    pub(super) code: Option<Found>,
}

/// Reads a whole mail.
pub(super) fn parse(raw: &[u8]) -> Parsed {
    let (headers, body) = split_entity(raw);
    let mut parsed = Parsed::default();
    collect_parts(&headers, body, 0, &mut parsed);
    parsed.code = find_code(parsed.html.as_deref(), parsed.text.as_deref());
    parsed.headers = headers;
    parsed
}

fn collect_parts(headers: &[(String, String)], body: &[u8], depth: usize, parsed: &mut Parsed) {
    let content_type = field(headers, "content-type").unwrap_or("text/plain");
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if kind.starts_with("multipart/") && depth < MAX_DEPTH {
        let boundary = parameter(content_type, "boundary").unwrap_or_default();
        for part in split_parts(body, &boundary) {
            let (headers, body) = split_entity(part);
            collect_parts(&headers, body, depth + 1, parsed);
        }
        return;
    }
    let slot = match kind.as_str() {
        "text/plain" => &mut parsed.text,
        "text/html" => &mut parsed.html,
        _ => return,
    };
    if slot.is_none() {
        *slot = Some(decode_body(headers, content_type, body));
    }
}

fn decode_body(headers: &[(String, String)], content_type: &str, body: &[u8]) -> String {
    let encoding = field(headers, "content-transfer-encoding").unwrap_or_default().trim();
    let bytes = if encoding.eq_ignore_ascii_case("quoted-printable") {
        decode_quoted_printable(body)
    } else if encoding.eq_ignore_ascii_case("base64") {
        decode_base64(body)
    } else {
        body.to_vec()
    };
    let charset = parameter(content_type, "charset").unwrap_or_default();
    let text = if charset.eq_ignore_ascii_case("iso-8859-1") {
        bytes.iter().copied().map(char::from).collect()
    } else {
        String::from_utf8_lossy(&bytes).into_owned()
    };
    text.replace("\r\n", "\n")
}

/// Header fields and body, which the first empty line divides.
fn split_entity(raw: &[u8]) -> (Vec<(String, String)>, &[u8]) {
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut rest = raw;
    while !rest.is_empty() {
        let (line, after) = split_line(rest);
        rest = after;
        if line.is_empty() {
            break;
        }
        let line = String::from_utf8_lossy(line);
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    for (_, value) in &mut fields {
        *value = decode_words(value);
    }
    (fields, rest)
}

fn split_line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes.iter().position(|b| *b == b'\n').unwrap_or(bytes.len());
    let line = bytes[..end].strip_suffix(b"\r").unwrap_or(&bytes[..end]);
    (line, bytes.get(end + 1..).unwrap_or_default())
}

/// The parts between the lines of `boundary` (RFC 2046 §5.1.1).
fn split_parts<'a>(body: &'a [u8], boundary: &str) -> Vec<&'a [u8]> {
    let delimiter = format!("--{boundary}");
    let closing = format!("--{boundary}--");
    let (mut parts, mut start, mut at) = (Vec::new(), None, 0);
    while at < body.len() {
        let (line, after) = split_line(&body[at..]);
        let next = body.len() - after.len();
        let line = line.trim_ascii_end();
        if line == delimiter.as_bytes() || line == closing.as_bytes() {
            parts.extend(start.map(|start: usize| without_line_end(&body[start..at.max(start)])));
            start = (line == delimiter.as_bytes()).then_some(next);
        }
        at = next;
    }
    parts.extend(start.map(|start| &body[start..]));
    parts
}

/// The line ending before a delimiter belongs to the delimiter.
fn without_line_end(part: &[u8]) -> &[u8] {
    part.strip_suffix(b"\r\n").or_else(|| part.strip_suffix(b"\n")).unwrap_or(part)
}

fn field<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

/// A parameter of a structured field, `name=value` or `name="value"` (RFC 2045 §5.1).
fn parameter(value: &str, name: &str) -> Option<String> {
    value.split(';').skip(1).find_map(|parameter| {
        let (key, value) = parameter.split_once('=')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"').to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use lettre::message::{Message, MultiPart};
    use proptest::prelude::*;

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
        let parsed = parse(&mail.formatted());
        assert_eq!(parsed.text.as_deref(), Some(text.as_str()));
        assert_eq!(parsed.html.as_deref(), Some(html));
        assert_eq!(parsed.code.map(|found| found.code).as_deref(), Some("012345"));
        assert_eq!(
            field(&parsed.headers, "subject"),
            Some("Ihr Anmeldecode für Läden, der einen ziemlich langen Namen trägt – wirklich")
        );
    }

    #[test]
    fn reads_parts_within_parts_and_skips_the_rest() {
        let raw = "Content-Type: multipart/mixed; boundary=\"a\"\r\n\r\npreamble\r\n--a\r\n\
            Content-Type: multipart/alternative;\r\n\tboundary=b\r\n\r\n--b\r\n\r\none\r\n--b\r\n\
            Content-Type: TEXT/HTML\r\nContent-Transfer-Encoding: base64\r\n\r\nPGI+\r\n--b--\r\n--a\r\n\
            Content-Type: text/plain\r\n\r\ntwo\r\n--a--\r\nepilogue";
        let parsed = parse(raw.as_bytes());
        assert_eq!(parsed.text.as_deref(), Some("one"));
        assert_eq!(parsed.html.as_deref(), Some("<b>"));
    }

    proptest! {
        #[test]
        fn no_mail_is_too_odd(raw in proptest::collection::vec(any::<u8>(), 0..400)) {
            parse(&raw);
        }

        #[test]
        fn no_multipart_is_too_odd(body in "(--b|--b--|\r\n|\n|:|=|x| ){0,40}") {
            parse(format!("Content-Type: multipart/x; boundary=b\r\n\r\n{body}").as_bytes());
        }
    }
}
