//! The fields of secret keys in forms, as bodies of the API.

use std::time::Duration;

use serde_json::{Value, json};

use crate::domain::time::Timestamp;

use crate::http::shared::problems::rejection::Rejection;

use super::bodies;
use super::form::Form;

/// The choices of how long a key lives: days, and the label.
pub(super) const LIVES: [(u64, &str); 4] =
    [(30, "for 30 days"), (90, "for 90 days"), (180, "for half a year"), (365, "for a year")];

/// The value of the choice without an end.
const FOREVER: &str = "forever";

/// The body that makes a key.
pub(super) fn new_key(form: &Form, now: Timestamp) -> Result<Value, Rejection> {
    let scopes: Vec<_> = form.all("scopes").collect();
    let mut body = json!({ "name": form.text("name"), "scopes": scopes });
    if let Some(end) = end(form, now)? {
        body["expires_at"] = end;
    }
    body["allowed_networks"] = networks(form);
    Ok(body)
}

/// The body that changes a key. An end that is not chosen stays.
pub(super) fn change(form: &Form, now: Timestamp) -> Result<Value, Rejection> {
    let mut body = json!({ "allowed_networks": networks(form) });
    if let Some(end) = end(form, now)? {
        body["expires_at"] = end;
    }
    Ok(body)
}

/// The chosen end: a moment, or null for none.
fn end(form: &Form, now: Timestamp) -> Result<Option<Value>, Rejection> {
    match form.text("lives") {
        "" => Ok(None),
        FOREVER => Ok(Some(Value::Null)),
        text => {
            let known = LIVES.into_iter().map(|(days, _)| days).find(|days| days.to_string() == text);
            let days = known.ok_or_else(|| bodies::invalid("lives", "one of the list"))?;
            Ok(Some(json!(now + Duration::from_secs(days * 86_400))))
        }
    }
}

/// The networks that were typed, in lines or separated by commas or spaces; null if there are none.
fn networks(form: &Form) -> Value {
    let words = form.text("networks").split([',', ' ', '\n', '\r', '\t']);
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    if words.is_empty() { Value::Null } else { json!(words) }
}
