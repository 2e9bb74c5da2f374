//! Reads a form into a body of the API.

use serde_json::{Value, json};

use crate::http::console::form_fields::FormFields;
use crate::http::console::values::{number, numbers, word, words};
use crate::http::shared::problems::rejection::Rejection;

use super::field::{Field, FieldKind};
use super::{places, senders};

/// What an empty field becomes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Empty {
    /// Nothing.
    Absent,
    /// Null, which removes a value in a patch.
    Null,
}

/// The value of a box that removes what its field has.
pub(super) const REMOVED: &str = "yes";

/// The name of the box that removes what a field has.
pub(super) fn removal(field: &Field) -> String {
    format!("remove{}", field.pointer)
}

/// Puts what was typed into `body`. What is there for other fields stays.
pub(crate) fn read(
    fields: &[Field],
    typed: &FormFields,
    body: &mut Value,
    empty: Empty,
) -> Result<(), Rejection> {
    for field in fields {
        let text = typed.text(field.pointer);
        let value = match text.trim() {
            "" if typed.text(&removal(field)) == REMOVED => Some(Value::Null),
            "" => nothing(field, empty),
            _ => Some(value(field, text)?),
        };
        places::set(body, field.pointer, value);
    }
    Ok(())
}

fn value(field: &Field, text: &str) -> Result<Value, Rejection> {
    Ok(match field.kind {
        FieldKind::Text
        | FieldKind::Url
        | FieldKind::Secret
        | FieldKind::OptionalSecret
        | FieldKind::Choice(_) => word(text),
        FieldKind::Number => number(text),
        FieldKind::List => words(text),
        FieldKind::Numbers => numbers(text),
        FieldKind::Senders => senders::read(text),
        FieldKind::Json(_) => match serde_json::from_str(text) {
            Ok(object @ Value::Object(_)) => object,
            Ok(_) | Err(_) => return Err(Rejection::field(field.pointer, "one JSON object")),
        },
    })
}

/// Returns the value of an empty field. A needed one is not left out, so that the error names it.
fn nothing(field: &Field, empty: Empty) -> Option<Value> {
    if !field.is_needed {
        return (empty == Empty::Null).then_some(Value::Null);
    }
    match field.kind {
        FieldKind::Secret | FieldKind::OptionalSecret | FieldKind::Choice(_) => None,
        FieldKind::List | FieldKind::Numbers => Some(json!([])),
        FieldKind::Json(_) => Some(json!({})),
        FieldKind::Text | FieldKind::Url | FieldKind::Number | FieldKind::Senders => Some(json!("")),
    }
}
