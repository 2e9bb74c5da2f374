//! Turns fields of forms into JSON values. An empty field becomes null, which removes a value everywhere in the
//! API.

use serde_json::Value;

/// A text.
pub(crate) fn word(text: &str) -> Value {
    match text.trim() {
        "" => Value::Null,
        word => Value::from(word),
    }
}

/// A number. Other text stays a text, which the parser of the body refuses.
pub(crate) fn number(text: &str) -> Value {
    text.trim().parse::<u64>().map_or_else(|_| word(text), Value::from)
}

/// Texts, one per line or separated by commas.
pub(crate) fn words(text: &str) -> Value {
    list(text, word)
}

/// Numbers, in the same way.
pub(crate) fn numbers(text: &str) -> Value {
    list(text, number)
}

fn list(text: &str, one: impl Fn(&str) -> Value) -> Value {
    let entries: Vec<_> = text.split([',', '\n']).map(one).filter(|value| !value.is_null()).collect();
    if entries.is_empty() { Value::Null } else { Value::from(entries) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_field_becomes_what_a_body_would_have() {
        assert_eq!(
            [word(" a "), word(" "), number("12"), number("x")],
            [json!("a"), json!(null), json!(12), json!("x")]
        );
        assert_eq!(
            [words("a, b\r\nc\n"), words("\n"), numbers("1,2")],
            [json!(["a", "b", "c"]), json!(null), json!([1, 2])]
        );
    }
}
