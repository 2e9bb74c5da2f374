//! Senders in one line: one for everybody, or several by prefix.

use serde_json::{Map, Value};

/// Reads `Acme`, or `1: +15550100, default: Acme`.
pub(super) fn read(text: &str) -> Value {
    if !text.contains(':') {
        return Value::from(text.trim());
    }
    let entries = text.split([',', '\n']).map(str::trim).filter(|entry| !entry.is_empty());
    let pair = |entry: &str| {
        let (prefix, sender) = entry.split_once(':').unwrap_or((entry, ""));
        (prefix.trim().to_owned(), Value::from(sender.trim()))
    };
    Value::Object(entries.map(pair).collect::<Map<_, _>>())
}

/// Writes senders so that they can be read again.
pub(super) fn written(value: &Value) -> String {
    match value {
        Value::Object(senders) => {
            let entry = |(prefix, sender): (&String, &Value)| {
                format!("{prefix}: {}", sender.as_str().unwrap_or_default())
            };
            senders.iter().map(entry).collect::<Vec<_>>().join(", ")
        }
        one => one.as_str().unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn senders_are_written_as_they_are_read() {
        for (text, value) in [
            ("Acme", json!("Acme")),
            (" +15550100 ", json!("+15550100")),
            ("1: +15550100, default: Acme", json!({ "1": "+15550100", "default": "Acme" })),
            ("default:Acme\r\n49 : 12345,\n", json!({ "49": "12345", "default": "Acme" })),
            ("1: +1, oops", json!({ "1": "+1", "oops": "" })),
        ] {
            assert_eq!(read(text), value, "{text}");
            assert_eq!(read(&written(&value)), value, "{text}");
        }
    }
}
