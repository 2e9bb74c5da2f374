//! Parses JSON objects of a known shape.

use serde::de::{DeserializeOwned, IgnoredAny};

use crate::http::shared::problems::rejection::Rejection;
use crate::http::shared::problems::table::requests::NOT_JSON;

/// Parses a body into an object of shape `T`.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Rejection> {
    // The parser would accept an array as well, with the fields in order.
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return Err((&NOT_JSON).into());
    }
    let mut from = serde_json::Deserializer::from_slice(bytes);
    let parsed = serde_path_to_error::deserialize(&mut from).map_err(|error| {
        use serde_json::error::Category;
        match error.inner().classify() {
            Category::Data => Rejection::field(pointer(error.path()), reason(error.inner())),
            // To the parser, a number or null in place of a word is a syntax error.
            Category::Syntax if is_json(bytes) => Rejection::field(pointer(error.path()), "expected a word"),
            Category::Syntax | Category::Eof | Category::Io => (&NOT_JSON).into(),
        }
    })?;
    from.end().map_err(|_| Rejection::from(&NOT_JSON))?;
    Ok(parsed)
}

fn is_json(bytes: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(bytes).is_ok()
}

pub(crate) fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let name = |segment: &Segment| match segment {
        Segment::Map { key } => key.replace('~', "~0").replace('/', "~1"),
        Segment::Seq { index } => index.to_string(),
        Segment::Enum { variant } => variant.clone(),
        Segment::Unknown => "?".to_owned(),
    };
    path.iter().map(|segment| format!("/{}", name(segment))).collect()
}

/// The parser's message without the position in the text, which the pointer says better, and without the value
/// that was sent: a code that was sent as a number must not appear in an answer that may be logged.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or_default();
    match text.split_once(", expected ") {
        Some((found, expected)) if found.starts_with("invalid ") => format!("expected {expected}"),
        _ => text.to_owned(),
    }
}
