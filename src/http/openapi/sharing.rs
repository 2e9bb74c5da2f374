//! Moves what several operations have in common to the components of the document: parameters, examples, headers and
//! responses.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

type Visit<'a> = &'a mut dyn FnMut(&str, &mut Value);

/// Replaces what occurs in several operations by a reference to a component.
pub(super) fn share(paths: &mut Value, components: &mut Value) {
    // Inner parts come first, so that equal outer parts are still equal.
    share_kind(paths, components, "parameters", parameters);
    share_kind(paths, components, "examples", examples);
    share_kind(paths, components, "headers", |operation, visit| {
        answers(operation, &mut |_, answer| {
            members(answer.get_mut("headers")).for_each(|(name, header)| visit(name, header));
        });
    });
    share_kind(paths, components, "responses", answers);
}

/// Visits each parameter with its name.
fn parameters(operation: &mut Value, visit: Visit) {
    for parameter in operation["parameters"].as_array_mut().into_iter().flatten() {
        let name = parameter["name"].as_str().unwrap_or_default().to_owned();
        visit(&name, parameter);
    }
}

/// Visits each response, named by its operation and status.
fn answers(operation: &mut Value, visit: Visit) {
    let id = id(operation);
    for (status, answer) in members(operation.get_mut("responses")) {
        visit(&format!("{id}.{status}"), answer);
    }
}

/// Visits each example: a problem is named by its code, a success by its operation.
fn examples(operation: &mut Value, visit: Visit) {
    let id = id(operation);
    answers(operation, &mut |_, answer| {
        for (_, content) in members(answer.get_mut("content")) {
            for (name, example) in members(content.get_mut("examples")) {
                visit(if name == "success" { &id } else { name }, example);
            }
        }
    });
}

fn id(operation: &Value) -> String {
    operation["operationId"].as_str().unwrap_or_default().to_owned()
}

/// Shares the parts of one kind that `each` visits, under the names that `each` proposes.
fn share_kind(paths: &mut Value, components: &mut Value, kind: &str, each: impl Fn(&mut Value, Visit)) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for operation in operations(paths) {
        each(operation, &mut |_, part| *counts.entry(part.to_string()).or_default() += 1);
    }
    let mut shared = SharedParts::default();
    for operation in operations(paths) {
        each(operation, &mut |name, part| {
            let is_common = counts.get(&part.to_string()).is_some_and(|count| *count > 1);
            if is_common && part.get("$ref").is_none() {
                let name = shared.name(name, part);
                *part = json!({ "$ref": format!("#/components/{kind}/{name}") });
            }
        });
    }
    members(components.get_mut(kind)).for_each(|(name, part)| {
        shared.parts.insert(name.to_owned(), part.clone());
    });
    components[kind] = shared.parts.into();
}

/// The shared parts of one kind, by name, and the name of each part.
#[derive(Default)]
struct SharedParts {
    parts: Map<String, Value>,
    names: BTreeMap<String, String>,
}

impl SharedParts {
    /// The name of a part: the proposed one, with a number if another part already has it.
    fn name(&mut self, wanted: &str, part: &Value) -> String {
        let Self { parts, names } = self;
        let draw = || {
            let numbered = (2..).map(|number| format!("{wanted}.{number}"));
            let mut all = std::iter::once(wanted.to_owned()).chain(numbered);
            let name = all.find(|name| !parts.contains_key(name)).unwrap_or_default();
            parts.insert(name.clone(), part.clone());
            name
        };
        names.entry(part.to_string()).or_insert_with(draw).clone()
    }
}

fn operations(paths: &mut Value) -> impl Iterator<Item = &mut Value> {
    members(Some(paths)).flat_map(|(_, path)| members(Some(path))).map(|(_, operation)| operation)
}

/// The members of an object; nothing for any other value.
fn members(value: Option<&mut Value>) -> impl Iterator<Item = (&str, &mut Value)> {
    let object = value.and_then(Value::as_object_mut);
    object.into_iter().flatten().map(|(name, member)| (name.as_str(), member))
}
