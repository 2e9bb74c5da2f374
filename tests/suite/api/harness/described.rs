//! Holds every answer below `/v1` against the description of the API: an operation may return only what is described.

use std::sync::LazyLock;

use reqwest::Method;
use serde_json::Value;

use super::answer::Answer;

static DESCRIPTION: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(otpmint::http::openapi()).expect("the description is JSON"));

/// Fails if the operation at `path` is described without this status, or without this code of a problem.
#[track_caller]
pub fn assert_described(method: &Method, path: &str, answer: &Answer) {
    let Some(responses) = responses(method, path) else { return };
    let status = answer.status.to_string();
    let response = resolve(&responses[&status]);
    assert!(response.is_object(), "{method} {path} returned an undescribed {status}: {}", answer.body);
    let Some(problems) = response["content"]["application/problem+json"]["examples"].as_object() else {
        return;
    };
    let described: Vec<_> = problems.values().map(|example| &resolve(example)["value"]["code"]).collect();
    let code = &answer.json()["code"];
    assert!(
        described.contains(&code),
        "{method} {path} returned an undescribed {code}, none of {described:?}"
    );
}

/// The responses of the operation that serves `path`, if there is one.
fn responses(method: &Method, path: &str) -> Option<&'static Value> {
    let path = path.split('?').next().unwrap_or_default();
    let all = DESCRIPTION["paths"].as_object().expect("paths");
    let (_, methods) =
        all.iter().find(|(template, _)| template.starts_with("/v1/") && serves(template, path))?;
    methods.get(method.as_str().to_ascii_lowercase()).map(|operation| &operation["responses"])
}

fn serves(template: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(wanted), Some(given))
                if wanted == given || (wanted.starts_with('{') && !given.is_empty()) => {}
            _ => return false,
        }
    }
}

/// The part that a `$ref` names, or the part itself.
fn resolve(part: &'static Value) -> &'static Value {
    match part["$ref"].as_str() {
        Some(reference) => DESCRIPTION.pointer(&reference[1..]).unwrap_or(&Value::Null),
        None => part,
    }
}

/// Fails if an event is not posted as the description says: of a kind that it has, and with each of its fields and no
/// other.
#[track_caller]
pub fn assert_event_described(event: &Value) {
    let kind = event["type"].as_str().unwrap_or_default();
    let operation = &DESCRIPTION["webhooks"][kind]["post"];
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    assert!(schema.is_object(), "{kind} is not described");
    if let Err(wrong) = fits(schema, event) {
        panic!("{wrong}, in {event}");
    }
}

/// Whether a value has the shape of a schema, as far as descriptions of answers go.
fn fits(schema: &'static Value, value: &Value) -> Result<(), String> {
    let schema = resolve(schema);
    for part in schema["allOf"].as_array().into_iter().flatten() {
        fits(part, value)?;
    }
    for union in ["anyOf", "oneOf"] {
        if let Some(parts) = schema[union].as_array() {
            let wrong: Vec<_> = parts.iter().filter_map(|part| fits(part, value).err()).collect();
            if wrong.len() == parts.len() {
                return Err(wrong.join("; "));
            }
        }
    }
    let types: Vec<_> = schema["type"].as_array().into_iter().flatten().chain([&schema["type"]]).collect();
    let name = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if !schema["type"].is_null()
        && !types.iter().any(|known| *known == name || (*known == "number" && name == "integer"))
    {
        return Err(format!("{value} is no {}", schema["type"]));
    }
    if schema.get("const").is_some_and(|only| only != value) {
        return Err(format!("{value} is not {}", schema["const"]));
    }
    fields_fit(schema, value)
}

fn fields_fit(schema: &'static Value, value: &Value) -> Result<(), String> {
    let Some(fields) = value.as_object() else { return Ok(()) };
    let Some(known) = schema["properties"].as_object() else { return Ok(()) };
    for needed in schema["required"].as_array().into_iter().flatten() {
        if !fields.contains_key(needed.as_str().unwrap_or_default()) {
            return Err(format!("{needed} is missing"));
        }
    }
    for (name, field) in fields {
        let described = known.get(name).ok_or_else(|| format!("{name} is not described"))?;
        fits(described, field).map_err(|wrong| format!("{name}: {wrong}"))?;
    }
    Ok(())
}
