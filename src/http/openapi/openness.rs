//! Requests are closed, answers are open: a request lists the words that this version understands, and refuses unknown
//! fields; an answer names the words of this version as examples, because a later one may have more, of fields too.
//!
//! Whoever describes a type lists its words once. This decides by where the type is used, so no answer can be forgotten.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

const SCHEMAS: &str = "#/components/schemas/";

/// Opens every answer of `paths` and every payload of `webhooks`. A schema that requests use as well is kept for
/// them as it is, under its name and `Request`.
pub(super) fn open_answers(paths: &mut Value, webhooks: &mut Value, schemas: &mut Map<String, Value>) {
    let mut asked = Vec::new();
    let mut answered = Vec::new();
    each_operation(paths, |operation| {
        asked.extend([operation["requestBody"].take(), operation["parameters"].take()]);
        answered.push(operation["responses"].take());
    });
    each_operation(webhooks, |operation| answered.push(operation["requestBody"].take()));

    let (sent, told) = (reach(&asked, schemas), reach(&answered, schemas));
    let closed = |name: &&String| {
        is_closed(&schemas[*name])
            || reach([&schemas[*name]], schemas).iter().any(|inner| is_closed(&schemas[inner]))
    };
    let both: BTreeSet<String> = sent.intersection(&told).filter(closed).cloned().collect();
    for name in &both {
        let copy = schemas[name].clone();
        let taken = schemas.insert(request(name), copy);
        debug_assert!(taken.is_none(), "{} is there already", request(name));
    }
    let only_sent = sent.difference(&told).cloned().chain(both.iter().map(|name| request(name)));
    for name in only_sent {
        schemas.entry(name).and_modify(|schema| rename(schema, &both));
    }
    asked.iter_mut().for_each(|part| rename(part, &both));
    for name in &told {
        schemas.entry(name).and_modify(open);
    }
    answered.iter_mut().for_each(open);

    let (mut asked, mut answered) = (asked.into_iter(), answered.into_iter());
    each_operation(paths, |operation| {
        put(operation, "requestBody", asked.next());
        put(operation, "parameters", asked.next());
        put(operation, "responses", answered.next());
    });
    each_operation(webhooks, |operation| put(operation, "requestBody", answered.next()));
}

/// The name of the closed copy.
fn request(name: &str) -> String {
    format!("{name}Request")
}

fn put(operation: &mut Value, member: &str, part: Option<Value>) {
    match part {
        Some(part) if !part.is_null() => operation[member] = part,
        _ => {
            operation.as_object_mut().map(|operation| operation.remove(member));
        }
    }
}

fn each_operation(paths: &mut Value, mut visit: impl FnMut(&mut Value)) {
    for path in paths.as_object_mut().into_iter().flat_map(Map::values_mut) {
        path.as_object_mut().into_iter().flat_map(Map::values_mut).for_each(&mut visit);
    }
}

/// Calls `visit` with every object that is part of a schema: examples are values, which may look like one.
fn each_object(part: &mut Value, visit: &mut impl FnMut(&mut Map<String, Value>)) {
    match part {
        Value::Array(parts) => parts.iter_mut().for_each(|part| each_object(part, visit)),
        Value::Object(object) => {
            visit(object);
            for (name, inner) in object {
                if name != "example" && name != "examples" {
                    each_object(inner, visit);
                }
            }
        }
        _ => {}
    }
}

/// The names of the schemas that these parts refer to, through others too.
fn reach<'a>(parts: impl IntoIterator<Item = &'a Value>, schemas: &Map<String, Value>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut waiting: Vec<String> = parts.into_iter().flat_map(references).collect();
    while let Some(name) = waiting.pop() {
        if found.insert(name.clone()) {
            waiting.extend(schemas.get(&name).into_iter().flat_map(references));
        }
    }
    found
}

fn references(part: &Value) -> Vec<String> {
    let mut found = Vec::new();
    each_object(&mut part.clone(), &mut |object| {
        let name = object.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix(SCHEMAS));
        found.extend(name.map(str::to_owned));
    });
    found
}

fn is_closed(schema: &Value) -> bool {
    let mut closed = false;
    each_object(&mut schema.clone(), &mut |object| {
        closed |= object.contains_key("enum") || object.get("additionalProperties") == Some(&json!(false));
    });
    closed
}

/// Lets a part refer to the closed copies.
fn rename(part: &mut Value, copied: &BTreeSet<String>) {
    each_object(part, &mut |object| {
        let name = object.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix(SCHEMAS));
        if let Some(name) = name.filter(|name| copied.contains(*name)) {
            let to = format!("{SCHEMAS}{}", request(name));
            object.insert("$ref".to_owned(), to.into());
        }
    });
}

/// Turns lists of words into examples, and lets objects have further fields.
fn open(part: &mut Value) {
    each_object(part, &mut |object| {
        if let Some(words) = object.get("enum").and_then(Value::as_array) {
            let words: Vec<_> = words.iter().filter(|word| !word.is_null()).cloned().collect();
            object.remove("enum");
            object.insert("examples".to_owned(), words.into());
        }
        if object.get("additionalProperties") == Some(&json!(false)) {
            object.remove("additionalProperties");
        }
    });
}
