//! JSON bodies that grow by JSON pointers.

use serde_json::{Map, Value};

/// The longest pointer, in bytes.
const MAX_POINTER: usize = 200;
/// The deepest place.
const MAX_DEPTH: usize = 8;

/// The error for a pointer that names no place, or a place that is taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NoPlace;

/// Puts a value where a JSON pointer (RFC 6901) leads to, and creates what is on the way. A segment
/// `0` makes a list with one entry; there are no lists with several.
pub fn put(root: &mut Value, pointer: &str, value: Value) -> Result<(), NoPlace> {
    let segments = parse(pointer).ok_or(NoPlace)?;
    let mut at = root;
    for segment in &segments {
        at = if segment == "0" { first_of(at)? } else { member_of(at, segment)? };
    }
    match at {
        Value::Null => *at = value,
        _ => return Err(NoPlace),
    }
    Ok(())
}

fn parse(pointer: &str) -> Option<Vec<String>> {
    let rest = pointer.strip_prefix('/').filter(|_| pointer.len() <= MAX_POINTER)?;
    let segments: Vec<_> = rest.split('/').map(|part| part.replace("~1", "/").replace("~0", "~")).collect();
    let is_name = |part: &String| !part.is_empty() && !part.contains(char::is_control);
    (segments.len() <= MAX_DEPTH && segments.iter().all(is_name)).then_some(segments)
}

fn first_of(at: &mut Value) -> Result<&mut Value, NoPlace> {
    if at.is_null() {
        *at = Value::Array(vec![Value::Null]);
    }
    at.get_mut(0).ok_or(NoPlace)
}

fn member_of<'a>(at: &'a mut Value, name: &str) -> Result<&'a mut Value, NoPlace> {
    if at.is_null() {
        *at = Value::Object(Map::new());
    }
    match at {
        Value::Object(members) => Ok(members.entry(name).or_insert(Value::Null)),
        _ => Err(NoPlace),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_go_where_their_pointers_lead() {
        let mut body = Value::Null;
        for (pointer, value) in [
            ("/messages/0/destinations/0/to", json!("49151")),
            ("/messages/0/content/text", json!("a \"b\"\n{{c}}")),
            ("/a~1b~0c", json!(7)),
        ] {
            put(&mut body, pointer, value).unwrap();
        }
        let expected = json!({
            "messages": [{"destinations": [{"to": "49151"}], "content": {"text": "a \"b\"\n{{c}}"}}],
            "a/b~c": 7,
        });
        assert_eq!(body, expected);
    }

    #[test]
    fn a_place_is_taken_once() {
        let mut body = Value::Null;
        put(&mut body, "/to/0", json!("1")).unwrap();
        for pointer in
            ["/to/0", "/to", "/to/x", "/to/0/x", "", "to", "/", "/a//b", "/a\n", "/a/b/c/d/e/f/g/h/i"]
        {
            assert_eq!(put(&mut body, pointer, json!("2")), Err(NoPlace), "{pointer}");
        }
    }
}
