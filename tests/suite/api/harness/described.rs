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
