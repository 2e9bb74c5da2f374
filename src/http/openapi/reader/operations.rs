//! The operations of the description, as the page shows them.

use serde_json::Value;

use super::prose;

/// The operations under one tag.
pub(super) struct Group {
    pub(super) name: String,
    /// In HTML, like every text here whose name is `about`.
    pub(super) about: String,
    pub(super) operations: Vec<Operation>,
}

pub(super) struct Operation {
    pub(super) id: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) summary: String,
    pub(super) about: String,
    /// The scopes that a key needs, or the names of what else is shown.
    pub(super) shown: Vec<String>,
    pub(super) parameters: Vec<Parameter>,
    /// An example of the body.
    pub(super) body: Option<String>,
    pub(super) answers: Vec<Answer>,
    /// What the search looks through, in small letters.
    pub(super) words: String,
}

pub(super) struct Parameter {
    pub(super) name: String,
    /// `path`, `query` or `header`.
    pub(super) place: String,
    pub(super) is_needed: bool,
    pub(super) about: String,
}

pub(super) struct Answer {
    pub(super) status: String,
    pub(super) about: String,
    pub(super) example: Option<String>,
}

/// Returns the operations by their tags, in the order of the description.
pub(super) fn groups(document: &Value) -> Vec<Group> {
    let all = operations(document);
    let tags = document["tags"].as_array().into_iter().flatten();
    let group = |tag: &Value| {
        let name = text(&tag["name"]);
        let own = all.iter().filter(|(tagged, ..)| *tagged == name);
        let operations: Vec<_> =
            own.map(|(_, path, method, value)| Operation::of(document, path, method, value)).collect();
        Group { about: prose::html(&text(&tag["description"])), name, operations }
    };
    tags.map(group).filter(|group| !group.operations.is_empty()).collect()
}

/// Every operation with its tag, path and method.
fn operations(document: &Value) -> Vec<(String, &str, &str, &Value)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    let methods = paths.flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flatten();
        methods.map(move |(method, value)| (text(&value["tags"][0]), path.as_str(), method.as_str(), value))
    });
    methods.collect()
}

impl Operation {
    fn of(document: &Value, path: &str, method: &str, value: &Value) -> Self {
        let (summary, about) = (text(&value["summary"]), text(&value["description"]));
        let parameters = value["parameters"].as_array().into_iter().flatten();
        let answers = value["responses"].as_object().into_iter().flatten();
        Self {
            id: text(&value["operationId"]),
            method: method.to_uppercase(),
            path: path.to_owned(),
            words: format!("{method} {path} {summary} {about}").to_lowercase(),
            summary,
            about: prose::html(&about),
            shown: shown(value),
            parameters: parameters.map(|parameter| Parameter::of(followed(document, parameter))).collect(),
            body: example(document, &followed(document, &value["requestBody"])["content"]),
            answers: answers.map(|(status, answer)| Answer::of(document, status, answer)).collect(),
        }
    }
}

impl Parameter {
    fn of(value: &Value) -> Self {
        Self {
            name: text(&value["name"]),
            place: text(&value["in"]),
            is_needed: value["required"] == true,
            about: prose::html(&text(&value["description"])),
        }
    }
}

impl Answer {
    fn of(document: &Value, status: &str, answer: &Value) -> Self {
        let answer = followed(document, answer);
        Self {
            status: status.to_owned(),
            about: prose::html(&text(&answer["description"])),
            example: example(document, &answer["content"]),
        }
    }
}

/// The names of what a caller shows: a kind of key, with the scopes that it needs.
fn shown(value: &Value) -> Vec<String> {
    let choices = value["security"].as_array().into_iter().flatten();
    let one = |choice: &Value| {
        let kinds = choice.as_object().into_iter().flatten();
        let kinds = kinds.map(|(kind, scopes)| {
            let scopes: Vec<_> = scopes.as_array().into_iter().flatten().map(text).collect();
            let name = match kind.as_str() {
                "secretKey" => "secret key",
                "testKey" => "test key",
                "operatorToken" => "operator token",
                other => other,
            };
            if scopes.is_empty() { name.to_owned() } else { format!("{name}: {}", scopes.join(", ")) }
        });
        kinds.collect::<Vec<_>>().join(" and ")
    };
    let names = choices.map(one);
    names.map(|name| if name.is_empty() { "nothing".to_owned() } else { name }).collect()
}

/// The first example of a body, in any of its media types.
fn example(document: &Value, content: &Value) -> Option<String> {
    let media = content.as_object()?.values().next()?;
    let named = media["examples"].as_object().and_then(|examples| examples.values().next());
    let value = match media.get("example") {
        Some(value) => value,
        None => &followed(document, named?)["value"],
    };
    match value {
        Value::Null => None,
        Value::String(plain) => Some(plain.clone()),
        json => serde_json::to_string_pretty(json).ok(),
    }
}

/// Follows a reference within the document.
fn followed<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let there = value["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
    let there = there.and_then(|pointer| document.pointer(pointer));
    there.map_or(value, |there| followed(document, there))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
