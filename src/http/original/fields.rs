//! Reads the fields of a request body one by one, so that each error can name its field.

use secrecy::SecretString;
use serde_json::{Map, Value};

use crate::http::shared::bodies::json;
use crate::http::shared::problems::problem::Problem;
use crate::http::shared::problems::table::requests::NOT_JSON;

#[derive(Clone, Default)]
pub(crate) struct BodyFields(Map<String, Value>);

impl BodyFields {
    /// Parses a body, whatever content type it declares.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Problem> {
        json::parse(body).map(Self).map_err(|rejection| match rejection.flaws() {
            [] => (&NOT_JSON).into(),
            _ => Problem::field(format!(
                "{} {}.",
                rejection.first().0.trim_start_matches('/'),
                rejection.first().1
            )),
        })
    }

    /// A required text.
    pub(crate) fn text(&self, name: &str) -> Result<&str, Problem> {
        self.optional_text(name)?.ok_or_else(|| Problem::field(format!("{name} is missing.")))
    }

    /// An optional text; null counts as absent.
    pub(crate) fn optional_text(&self, name: &str) -> Result<Option<&str>, Problem> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Problem::field(format!("{name} must be a string."))),
        }
    }

    /// An optional secret; null counts as absent.
    pub(crate) fn optional_secret(&self, name: &str) -> Result<Option<SecretString>, Problem> {
        Ok(self.optional_text(name)?.map(SecretString::from))
    }

    /// A whole number, also written as a string: many clients send a port so.
    pub(crate) fn number(&self, name: &str) -> Result<i64, Problem> {
        let number = match self.0.get(name) {
            None | Some(Value::Null) => return Err(Problem::field(format!("{name} is missing."))),
            Some(Value::Number(number)) => number.as_i64(),
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(_) => None,
        };
        number.ok_or_else(|| Problem::field(format!("{name} must be a whole number.")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(json: &str) -> BodyFields {
        BodyFields::parse(json.as_bytes()).map_err(|problem| problem.code()).unwrap()
    }

    #[test]
    fn errors_name_the_field() {
        let read = fields(r#"{"otp":123456,"none":null,"port":"587","big":1e30}"#);
        let message = |result: Result<&str, Problem>| result.unwrap_err().message().to_owned();
        assert_eq!(message(read.text("otp")), "otp must be a string.");
        assert_eq!(message(read.text("none")), "none is missing.");
        assert_eq!(message(read.text("absent")), "absent is missing.");
        assert_eq!(read.number("port").ok(), Some(587));
        assert!(read.number("big").is_err() && read.number("absent").is_err());
    }

    #[test]
    fn a_field_occurs_once() {
        let twice = BodyFields::parse(br#"{"mail":"a@example.com","mail":"b@example.com"}"#);
        assert_eq!(
            twice.err().map(|problem| problem.message().to_owned()).as_deref(),
            Some("mail occurs twice.")
        );
    }

    #[test]
    fn only_one_object_is_a_body() {
        for bad in ["", "[]", "null", "1", "{", "{}{}", "\"x\"", "{\"a\":1,}"] {
            assert!(BodyFields::parse(bad.as_bytes()).is_err(), "{bad:?}");
        }
    }
}
