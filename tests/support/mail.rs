//! Parses a delivered mail as a mail program does, with its own code: if it shared code with the writer, the
//! same mistake in both would go unnoticed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A delivered mail.
#[derive(Clone, Debug)]
pub struct Mail {
    /// As it is in the Maildir.
    pub raw: String,
    /// Names and unfolded, decoded values, in order.
    pub headers: Vec<(String, String)>,
    /// The MIME parts (one, if it is not multipart), decoded.
    pub parts: Vec<Part>,
}

/// One MIME part.
#[derive(Clone, Debug)]
pub struct Part {
    /// Without parameters, in lower case: `text/plain`.
    pub media_type: String,
    /// Decoded.
    pub body: String,
}

impl Mail {
    /// Parses it.
    pub fn parse(raw: &str) -> Mail {
        let raw = raw.replace("\r\n", "\n");
        let (headers, body) = split_headers(&raw);
        let mut parts = Vec::new();
        collect_parts(&headers, body, &mut parts);
        let headers = headers.into_iter().map(|(name, value)| (name, decode_words(&value))).collect();
        Mail { headers, parts, raw }
    }

    /// The first header with that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// The plain text.
    pub fn text(&self) -> &str {
        self.part("text/plain").unwrap_or_default()
    }

    /// The HTML.
    pub fn html(&self) -> &str {
        self.part("text/html").unwrap_or_default()
    }

    /// The part with that media type.
    pub fn part(&self, media_type: &str) -> Option<&str> {
        self.parts.iter().find(|p| p.media_type == media_type).map(|p| p.body.as_str())
    }

    /// The first run of exactly `length` digits in the plain text: the code.
    pub fn digits(&self, length: usize) -> Option<&str> {
        self.text().split(|c: char| !c.is_ascii_digit()).find(|run| run.len() == length)
    }
}

type Headers = Vec<(String, String)>;

fn find<'a>(headers: &'a Headers, name: &str) -> Option<&'a str> {
    headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

fn split_headers(text: &str) -> (Headers, &str) {
    let (head, body) = match text.strip_prefix('\n') {
        Some(body) => ("", body),
        None => text.split_once("\n\n").unwrap_or((text, "")),
    };
    let mut headers: Headers = Vec::new();
    for line in head.lines() {
        match (line.starts_with([' ', '\t']), headers.last_mut(), line.split_once(':')) {
            (true, Some((_, value)), _) => *value += line,
            (false, _, Some((name, value))) => headers.push((name.to_owned(), value.trim().to_owned())),
            _ => {}
        }
    }
    (headers, body)
}

fn collect_parts(headers: &Headers, body: &str, out: &mut Vec<Part>) {
    let content_type = find(headers, "Content-Type").unwrap_or("text/plain");
    let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let boundary = content_type
        .split_once("boundary=")
        .map(|(_, rest)| rest.split(';').next().unwrap_or_default().trim().trim_matches('"'))
        .filter(|_| media_type.starts_with("multipart/"));
    let Some(boundary) = boundary else {
        let encoding = find(headers, "Content-Transfer-Encoding").unwrap_or_default().to_ascii_lowercase();
        out.push(Part { media_type, body: decode_body(&encoding, body) });
        return;
    };
    let delimiter = format!("\n--{boundary}");
    let whole = format!("\n{body}");
    for part in whole.split(&delimiter).skip(1).take_while(|part| !part.starts_with("--")) {
        let (headers, body) = split_headers(part.split_once('\n').map_or("", |(_, rest)| rest));
        collect_parts(&headers, body, out);
    }
}

fn decode_body(encoding: &str, body: &str) -> String {
    match encoding {
        "base64" => decode_base64(body),
        "quoted-printable" => decode_quoted(&body.replace("=\n", "")),
        _ => body.to_owned(),
    }
}

fn decode_base64(text: &str) -> String {
    let packed: String = text.split_whitespace().collect();
    String::from_utf8(STANDARD.decode(packed).expect("good base64")).expect("UTF-8")
}

fn decode_quoted(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut pieces = text.split('=');
    bytes.extend(pieces.next().unwrap_or_default().bytes());
    for piece in pieces {
        let (hex, rest) = piece.split_at(2);
        bytes.push(u8::from_str_radix(hex, 16).expect("two hexadecimal digits behind ="));
        bytes.extend(rest.bytes());
    }
    String::from_utf8(bytes).expect("UTF-8")
}

/// RFC 2047: `=?utf-8?b?…?=`; white space between two encoded words does not count.
fn decode_words(value: &str) -> String {
    let mut out = String::new();
    let mut rest = value;
    let mut after_word = false;
    while let Some((before, word)) = rest.split_once("=?") {
        let fields: Vec<&str> = word.splitn(4, '?').collect();
        let [_charset, encoding, text, tail] = fields[..] else { break };
        let Some(tail) = tail.strip_prefix('=') else { break };
        if !(after_word && before.trim().is_empty()) {
            out += before;
        }
        out += &match encoding {
            "b" | "B" => decode_base64(text),
            _ => decode_quoted(&text.replace('_', " ")),
        };
        (rest, after_word) = (tail, true);
    }
    out + rest
}
