//! The header `Idempotency-Key`.

use actix_web::HttpRequest;

use crate::http::shared::problems::table::requests::INVALID_IDEMPOTENCY_KEY;
use crate::http::v1::error::V1Error;
use crate::http::v1::raw_body::IDEMPOTENCY_KEY;

/// The longest key, in characters.
const LONGEST: usize = 255;

/// The key of a request, if it has one.
pub(super) fn key(request: &HttpRequest) -> Result<Option<String>, V1Error> {
    let mut lines = request.headers().get_all(IDEMPOTENCY_KEY);
    let Some(line) = lines.next() else { return Ok(None) };
    let key = line.to_str().ok().and_then(parse).filter(|_| lines.next().is_none());
    key.map(Some).ok_or_else(|| (&INVALID_IDEMPOTENCY_KEY).into())
}

/// A key in double quotes, as the draft requires (a String of RFC 9651 §3.3.3), or without, as most clients
/// send it. Both are the same key.
fn parse(text: &str) -> Option<String> {
    let key = match text.trim().strip_prefix('"') {
        Some(quoted) => unquote(quoted.strip_suffix('"')?)?,
        None => text.trim().to_owned(),
    };
    let is_key = (1..=LONGEST).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    is_key.then_some(key)
}

fn unquote(text: &str) -> Option<String> {
    let mut characters = text.chars();
    let mut out = String::with_capacity(text.len());
    while let Some(character) = characters.next() {
        out.push(match character {
            '\\' => characters.next().filter(|escaped| matches!(escaped, '"' | '\\'))?,
            '"' => return None,
            plain => plain,
        });
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_same_bare_and_quoted() {
        let longest = "k".repeat(255);
        for (text, key) in [
            ("8e03978e-40d5", "8e03978e-40d5"),
            ("\"8e03978e-40d5\"", "8e03978e-40d5"),
            (r#""a\"b\\c""#, r#"a"b\c"#),
            (&longest, &longest),
        ] {
            assert_eq!(parse(text).as_deref(), Some(key), "{text}");
        }
        let long = "k".repeat(256);
        for bad in
            ["", "\"", "\"\"", "a b", "\"a b\"", "\"a", "\"a\"b\"", r#""a\""#, r#""a\x""#, "\"a\";q=1", &long]
        {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
