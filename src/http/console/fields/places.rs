//! Places in a JSON body, by JSON pointers.

use serde_json::{Map, Value};

/// Returns the value at a pointer.
pub(crate) fn get<'a>(body: &'a Value, pointer: &str) -> Option<&'a Value> {
    body.pointer(pointer).filter(|value| !value.is_null())
}

/// Puts a value where a pointer leads to, and creates the objects on the way; `None` removes what is there, and the
/// objects that become empty.
pub(crate) fn set(body: &mut Value, pointer: &str, value: Option<Value>) {
    let names: Vec<_> =
        pointer.split('/').skip(1).map(|name| name.replace("~1", "/").replace("~0", "~")).collect();
    put(body, &names, value);
}

fn put(at: &mut Value, names: &[String], value: Option<Value>) {
    let Some((name, rest)) = names.split_first() else { return };
    if !at.is_object() {
        *at = Value::Object(Map::new());
    }
    let Some(members) = at.as_object_mut() else { return };
    if !rest.is_empty() {
        let inner = members.entry(name).or_insert(Value::Null);
        put(inner, rest, value);
        if inner.as_object().is_some_and(Map::is_empty) {
            members.remove(name);
        }
    } else if let Some(value) = value {
        members.insert(name.clone(), value);
    } else {
        members.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_come_and_go_and_leave_no_empty_object() {
        let mut body = json!({ "settings": { "kept": 1 } });
        set(&mut body, "/settings/whatsapp/from", Some(json!("+1")));
        set(&mut body, "/settings/constants/~1a~0b", Some(json!("x")));
        assert_eq!(
            body,
            json!({ "settings": { "kept": 1, "whatsapp": { "from": "+1" }, "constants": { "/a~b": "x" } } })
        );
        assert_eq!(get(&body, "/settings/constants/~1a~0b"), Some(&json!("x")));
        set(&mut body, "/settings/whatsapp/from", None);
        set(&mut body, "/settings/constants/~1a~0b", None);
        set(&mut body, "/settings/never/there", None);
        assert_eq!(body, json!({ "settings": { "kept": 1 } }));
    }
}
