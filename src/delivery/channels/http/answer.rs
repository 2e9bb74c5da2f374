//! Answers of providers.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// The longest pause that a provider may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(3_600);
/// The longest id that is kept, in bytes.
const MAX_ID: usize = 200;

/// A complete answer. It may repeat the message, so there is no `Debug`.
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    /// The status.
    pub status: u16,
    /// `Retry-After`.
    pub retry_after: Option<&'a str>,
    /// The body.
    pub body: &'a [u8],
}

/// JSON in which every name occurs once. What one reader takes from the first of two equal names,
/// another takes from the second.
struct Unique(Value);

impl Answer<'_> {
    /// Returns whether the status is 2xx.
    pub(super) fn is_success(&self) -> bool {
        (200..=299).contains(&self.status)
    }

    /// Returns the body as JSON; `None` if it is none, or if it is ambiguous.
    pub(super) fn json(&self) -> Option<Value> {
        serde_json::from_slice(self.body).ok().map(|Unique(value)| value)
    }

    /// Returns the pause that the provider asks for, in seconds (RFC 9110 §10.2.3).
    pub(super) fn pause(&self) -> Option<Duration> {
        let seconds: u64 = self.retry_after?.trim().parse().ok()?;
        Some(Duration::from_secs(seconds).min(LONGEST_PAUSE))
    }
}

/// Returns the number in a JSON value: some providers write codes as texts.
pub(super) fn number(value: &Value) -> Option<u32> {
    match value {
        Value::Number(number) => number.as_u64()?.try_into().ok(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// Returns an id that can be kept: printable ASCII of moderate length.
pub(super) fn id(value: Option<&Value>) -> Option<String> {
    let text = match value? {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let is_fine = (1..=MAX_ID).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    is_fine.then_some(text)
}

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UniqueVisitor).map(Self)
    }
}

struct UniqueVisitor;

impl<'de> Visitor<'de> for UniqueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON with unique names")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Unique(value)) = list.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some((name, Unique(value))) = entries.next_entry::<String, Unique>()? {
            if members.insert(name, value).is_some() {
                return Err(A::Error::custom("a name occurs twice"));
            }
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(body: &str) -> Option<Value> {
        Answer { status: 200, retry_after: None, body: body.as_bytes() }.json()
    }

    #[test]
    fn an_answer_with_two_equal_names_says_nothing() {
        let whole = r#"{"a":[1,-2,1.5,"x",null,true,{"b":{}}]}"#;
        assert_eq!(read(whole), serde_json::from_str(whole).ok());
        for bad in [
            r#"{"status":"0","status":"1"}"#,
            r#"{"a":[{"b":1,"b":1}]}"#,
            r#"{"a":1"#,
            "<html></html>",
            "",
            "{} {}",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
        let deep = "[".repeat(100_000);
        assert_eq!(read(&deep), None);
    }

    #[test]
    fn pauses_and_ids_are_bounded() {
        let pause = |text| Answer { status: 429, retry_after: Some(text), body: b"" }.pause();
        assert_eq!(pause("7"), Some(Duration::from_secs(7)));
        assert_eq!(pause("999999999"), Some(LONGEST_PAUSE));
        assert_eq!((pause("-1"), pause("Wed, 21 Oct 2026 07:28:00 GMT"), pause("")), (None, None, None));
        assert_eq!(id(Some(&json!("SM1"))).as_deref(), Some("SM1"));
        assert_eq!(id(Some(&json!(12))).as_deref(), Some("12"));
        for bad in [
            json!(""),
            json!("a b"),
            json!("a\n"),
            json!("ä"),
            json!("x".repeat(201)),
            json!({}),
            json!(null),
        ] {
            assert_eq!(id(Some(&bad)), None, "{bad}");
        }
    }
}
