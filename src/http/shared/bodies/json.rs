//! JSON objects of a known shape.

use serde::de::DeserializeOwned;

use crate::http::shared::problems::problem::Problem;
use crate::http::shared::problems::rejection::Rejection;

/// The object of shape `T` in a body.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Rejection> {
    // The parser would take an array for a body whose fields come in order.
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return Err(Problem::NOT_JSON.into());
    }
    let mut from = serde_json::Deserializer::from_slice(bytes);
    let parsed = serde_path_to_error::deserialize(&mut from).map_err(|error| {
        use serde_json::error::Category;
        match error.inner().classify() {
            Category::Data => Rejection::field(pointer(error.path()), reason(error.inner())),
            Category::Syntax | Category::Eof | Category::Io => Problem::NOT_JSON.into(),
        }
    })?;
    from.end().map_err(|_| Rejection::from(Problem::NOT_JSON))?;
    Ok(parsed)
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

/// The parser's words without the place in the text, which the pointer tells better, and without
/// the value that was sent: a code as a number must not come back in an answer that is logged.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or_default();
    match text.split_once(", expected ") {
        Some((found, expected)) if found.starts_with("invalid ") => format!("expected {expected}"),
        _ => text.to_owned(),
    }
}
