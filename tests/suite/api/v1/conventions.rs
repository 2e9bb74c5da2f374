//! The conventions of v1, as docs/api.md promises them, held over the whole description: a new route follows them.

use reqwest::Method;
use serde_json::{Value, json};

use super::assert_problem;
use crate::api::harness::{Answer, Api, TestApp};

/// Where null cannot remove a value, since there is no other one in its place.
const REQUIRED: [(&str, &str); 4] = [
    ("/v1/admin/tenants/{tenant}", "spray"),
    ("/v1/admin/tenants/{tenant}", "status"),
    ("/v1/tenant/webhooks/{id}", "enabled"),
    ("/v1/tenant/webhooks/{id}", "url"),
];

/// An operation of the description.
struct Operation {
    path: String,
    method: String,
    about: Value,
}

struct Description(Value);

impl Description {
    fn read() -> Self {
        Self(serde_json::from_str(otpmint::http::openapi()).expect("JSON"))
    }

    /// The part itself, wherever it stands.
    fn at<'a>(&'a self, part: &'a Value) -> &'a Value {
        match part["$ref"].as_str() {
            Some(place) => self.at(self.0.pointer(&place[1..]).expect("a part of the description")),
            None => part,
        }
    }

    fn operations(&self) -> Vec<Operation> {
        let paths = self.0["paths"].as_object().expect("paths");
        let mut all = Vec::new();
        for (path, methods) in paths.iter().filter(|(path, _)| path.starts_with("/v1/")) {
            for (method, about) in methods.as_object().expect("methods") {
                all.push(Operation { path: path.clone(), method: method.clone(), about: about.clone() });
            }
        }
        assert!(all.len() > 60, "{}", all.len());
        all
    }

    fn parameter<'a>(&'a self, operation: &'a Operation, name: &str) -> Option<&'a Value> {
        let all = operation.about["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
        all.iter().map(|one| self.at(one)).find(|one| one["name"] == name)
    }

    /// The answers of success: their statuses, and themselves.
    fn successes<'a>(&'a self, operation: &'a Operation) -> Vec<(&'a str, &'a Value)> {
        let all = operation.about["responses"].as_object().expect("responses");
        let good = all.iter().filter(|(status, _)| status.starts_with('2'));
        good.map(|(status, answer)| (status.as_str(), self.at(answer))).collect()
    }

    /// The schema of the JSON in an answer or body.
    fn json<'a>(&'a self, part: &'a Value) -> &'a Value {
        self.at(&part["content"]["application/json"]["schema"])
    }

    /// The alternatives of a schema.
    fn choices<'a>(&'a self, schema: &'a Value) -> Vec<&'a Value> {
        let schema = self.at(schema);
        let parts = ["oneOf", "anyOf", "allOf"].map(|word| schema[word].as_array());
        let inner = parts.into_iter().flatten().flatten().flat_map(|part| self.choices(part));
        std::iter::once(schema).chain(inner).collect()
    }

    fn may_be(&self, schema: &Value, kind: &str) -> bool {
        let is =
            |kinds: &Value| kinds == kind || kinds.as_array().is_some_and(|all| all.contains(&json!(kind)));
        self.choices(schema).iter().any(|choice| is(&choice["type"]))
    }

    /// What the alternatives of a schema say under this word.
    fn said(&self, schema: &Value, word: &str) -> Option<Value> {
        self.choices(schema).iter().find_map(|choice| choice.get(word).cloned())
    }

    /// The named properties of all schemas, and where each is.
    fn properties(&self) -> Vec<(String, String, Value)> {
        let mut found = Vec::new();
        collect(&self.0["components"]["schemas"], "", &mut found);
        assert!(found.len() > 200, "{}", found.len());
        found
    }
}

fn collect(part: &Value, place: &str, found: &mut Vec<(String, String, Value)>) {
    let Some(members) = part.as_object() else {
        part.as_array().into_iter().flatten().for_each(|one| collect(one, place, found));
        return;
    };
    for (name, member) in members {
        let inside = format!("{place}/{name}");
        if let (true, Some(properties)) = (name == "properties", member.as_object()) {
            found.extend(
                properties.iter().map(|(name, schema)| (inside.clone(), name.clone(), schema.clone())),
            );
        }
        collect(member, &inside, found);
    }
}

#[test]
fn every_list_has_one_envelope_one_cursor_and_one_limit() {
    let description = Description::read();
    let (operations, mut lists) = (description.operations(), 0);
    for operation in &operations {
        let Operation { path, method, .. } = operation;
        let parameter = |name| description.parameter(operation, name);
        let has_members = operations.iter().any(|other| {
            !path.ends_with('}') && other.path.rsplit_once("/{").is_some_and(|(start, _)| start == path)
        });
        let is_paged = parameter("cursor").is_some() || parameter("limit").is_some();
        for (_, answer) in description.successes(operation) {
            let properties = &description.json(answer)["properties"];
            // Statistics are a report over their whole period.
            let has_data = properties["data"].is_object() && !properties["group_by"].is_object();
            if !(method == "get" && (has_members || is_paged)) && !has_data {
                continue;
            }
            lists += 1;
            let (data, next) = (&properties["data"], &properties["next"]);
            assert!(description.may_be(data, "array"), "{method} {path} has no `data`");
            assert!(
                description.may_be(next, "string") && description.may_be(next, "null"),
                "{method} {path} has no `next`"
            );
            let required = description.json(answer)["required"].as_array().expect("required");
            assert!(required.contains(&json!("next")), "{method} {path}: `next` may be absent");
            if let Some(cursor) = parameter("cursor") {
                let pattern = &description.at(&cursor["schema"])["pattern"];
                assert_eq!(description.said(next, "pattern").as_ref(), Some(pattern), "{path}");
                assert_eq!(pattern, "^[A-Za-z0-9_-]{11}$", "{path}");
                assert!(parameter("limit").is_some() && answer["headers"]["Link"].is_object(), "{path}");
            }
            if let Some(limit) = parameter("limit") {
                let schema = description.at(&limit["schema"]);
                // An answer of the outbox has whole messages.
                let most = if path == "/v1/sandbox/outbox" { 100 } else { 500 };
                let bounds = (&schema["type"], &schema["minimum"], &schema["maximum"]);
                assert_eq!(bounds, (&json!("integer"), &json!(1), &json!(most)), "{path}");
            }
        }
    }
    assert!(lists >= 11, "{lists}");
}

#[test]
fn what_is_deleted_answers_nothing_and_is_unknown_afterwards() {
    let description = Description::read();
    let operations = description.operations();
    let deletes: Vec<_> = operations.iter().filter(|operation| operation.method == "delete").collect();
    assert!(deletes.len() >= 10);
    for operation in deletes {
        let path = &operation.path;
        // It takes its time: 202, and the tenant is there until then.
        if path == "/v1/admin/tenants/{tenant}" {
            continue;
        }
        let successes = description.successes(operation);
        let [("204", answer)] = successes[..] else { panic!("DELETE {path} has another success than 204") };
        assert!(answer["content"].is_null(), "{path}");
        // A list is emptied, and is there afterwards.
        let is_list = path == "/v1/sandbox/outbox";
        let is_unknown = operation.about["responses"]["404"].is_object();
        assert!(is_list || is_unknown, "DELETE {path} has no 404");
    }
}

#[test]
fn what_is_replaced_answers_with_its_address_and_may_be_repeated() {
    let description = Description::read();
    let operations = description.operations();
    let rotations: Vec<_> =
        operations.iter().filter(|operation| operation.path.ends_with("/rotate")).collect();
    assert!(rotations.len() >= 2);
    for operation in rotations {
        let path = &operation.path;
        let successes = description.successes(operation);
        let [("201", answer)] = successes[..] else { panic!("{path} has another success than 201") };
        assert!(answer["headers"]["Location"].is_object(), "{path}");
        let body = description.json(description.at(&operation.about["requestBody"]));
        assert!(body["properties"]["overlap_seconds"].is_object(), "{path}");
        for name in ["Idempotency-Key", "If-Match"] {
            assert!(description.parameter(operation, name).is_some(), "{path}: {name}");
        }
    }
}

#[test]
fn times_are_named_and_written_alike() {
    let description = Description::read();
    let mut times = 0;
    for (place, name, schema) in description.properties() {
        let is_named_so =
            ["at", "since", "until"].iter().any(|word| name == *word || name.ends_with(&format!("_{word}")));
        // The period of a search.
        let is_named_so = is_named_so || (name == "from" && place == "/ChallengeSearch/properties");
        // Standard Webhooks names the moment of an event.
        let is_named_so = is_named_so || (name == "timestamp" && place.ends_with("Event/properties"));
        let is_time = description.said(&schema, "format") == Some(json!("date-time"));
        assert_eq!(is_named_so, is_time, "{place}/{name}");
        times += usize::from(is_time);
    }
    assert!(times > 25, "{times}");
    let written = |text: &str| text.len() == 20 && text.ends_with('Z') && !text.contains('.');
    let mut examples = Vec::new();
    strings(&description.0["paths"], &mut examples);
    let moments: Vec<_> =
        examples.iter().filter(|text| text.starts_with("2026-") && text.contains('T')).collect();
    assert!(moments.len() > 30 && moments.iter().all(|text| written(text)), "{moments:?}");
}

fn strings<'a>(part: &'a Value, found: &mut Vec<&'a str>) {
    match part {
        Value::String(text) => found.push(text),
        Value::Array(all) => all.iter().for_each(|one| strings(one, found)),
        Value::Object(all) => all.values().for_each(|one| strings(one, found)),
        _ => {}
    }
}

#[test]
fn what_names_something_has_the_shape_of_its_kind() {
    let description = Description::read();
    let mut named = 0;
    for (place, name, schema) in description.properties() {
        let shape = match name.as_str() {
            "tenant" => "tnt_",
            "factor" => "fct_",
            "webhook" => "whk_",
            // What was found is the challenge itself.
            "challenge" if place == "/FoundChallenge/properties" => continue,
            "challenge" => "[A-Za-z]{23}",
            "key" | "id" | "route" => "",
            _ => continue,
        };
        named += 1;
        let pattern =
            description.said(&schema, "pattern").unwrap_or_else(|| panic!("{place}/{name}: no pattern"));
        let pattern = pattern.as_str().expect("a text");
        assert!(pattern.starts_with('^') && pattern.contains(shape), "{place}/{name}: {pattern}");
    }
    assert!(named > 20, "{named}");
    for operation in &description.operations() {
        let parts = operation.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        for part in parts {
            let parameter = description.parameter(operation, part).expect("a described parameter");
            let schema = description.at(&parameter["schema"]);
            let is_bounded = schema["pattern"].is_string() || schema["enum"].is_array();
            assert!(is_bounded, "{}: {part}", operation.path);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_every_patch_null_removes_what_may_be_absent() {
    let app = TestApp::with(|settings| settings.limits.enabled = false).await;
    let tenant = app.tenant().await;
    let own = app.api.bearing(&tenant.key);
    let hook = json!({ "url": "https://hooks.example.com/in", "description": "Shop" });
    let hook = own.post("/v1/tenant/webhooks", &hook).await.json()["webhook"].clone();
    let key = json!({ "name": "x", "scopes": ["verify"] });
    let key = own.post("/v1/tenant/keys", &key).await.json()["key"].as_str().expect("a handle").to_owned();
    let description = Description::read();
    let mut patches = 0;
    for operation in description.operations().iter().filter(|operation| operation.method == "patch") {
        patches += 1;
        let body = description.at(&operation.about["requestBody"]);
        assert!(body["content"]["application/merge-patch+json"].is_object(), "{}", operation.path);
        let schema = description.json(body);
        assert!(schema["required"].is_null(), "{}", operation.path);
        let api = if operation.path.starts_with("/v1/admin") { app.operator() } else { own.clone() };
        let path = operation.path.replace("{tenant}", &tenant.handle);
        let path = path.replace("{id}", hook.as_str().expect("a handle"));
        let path = path.replace("{key}", &key);
        assert!(!path.contains('{'), "{path} needs something to change in this test");
        for (name, field) in schema["properties"].as_object().expect("properties") {
            let is_required = REQUIRED.contains(&(operation.path.as_str(), name.as_str()));
            assert_eq!(description.may_be(field, "null"), !is_required, "{path}: {name}");
            let answer = patch(&api, &path, &json!({ name: null })).await;
            match is_required {
                false => assert_eq!(answer.status, 200, "{path} {name}: {}", answer.body),
                true => {
                    let problem = assert_problem(&answer, 422, "invalid_field");
                    assert_eq!(problem["errors"][0]["pointer"], format!("/{name}"), "{path}");
                }
            }
        }
    }
    assert!(patches >= 3);
}

async fn patch(api: &Api, path: &str, body: &Value) -> Answer {
    api.send(Method::PATCH, path, body.to_string().into_bytes()).await
}
