//! What whoever writes a client may rely on in the description of the API: each rule, over the whole document.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use otpmint::domain::webhooks::event::EventKind;
use reqwest::Method;
use serde_json::Value;

use crate::api::harness::TestApp;

static DESCRIPTION: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(otpmint::http::openapi()).expect("JSON"));

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

struct Operation {
    method: &'static str,
    path: String,
    value: &'static Value,
}

fn operations() -> Vec<Operation> {
    let paths = DESCRIPTION["paths"].as_object().expect("paths");
    let of_path = |(path, all): (&String, &'static Value)| {
        let (path, all) = (path.clone(), all);
        METHODS.map(|method| Operation { method, path: path.clone(), value: &all[method] })
    };
    let all: Vec<_> =
        paths.iter().flat_map(of_path).filter(|operation| operation.value.is_object()).collect();
    assert!(all.len() > 70);
    all
}

/// Calls `visit` with every object of a schema and of the schemas that it refers to, and where it is. Examples are
/// values.
fn walk(
    at: &str,
    part: &'static Value,
    seen: &mut BTreeSet<String>,
    visit: &mut impl FnMut(&str, &'static Value),
) {
    if let Some(parts) = part.as_array() {
        parts.iter().for_each(|part| walk(at, part, seen, visit));
    }
    let Some(object) = part.as_object() else { return };
    visit(at, part);
    if let Some(to) = object.get("$ref").and_then(Value::as_str)
        && seen.insert(to.to_owned())
    {
        let target = DESCRIPTION.pointer(&to[1..]).unwrap_or_else(|| panic!("{to} is not there"));
        walk(to, target, seen, visit);
    }
    for (name, inner) in object {
        if name != "examples" && name != "example" {
            walk(&format!("{at}/{name}"), inner, seen, visit);
        }
    }
}

/// Everything that the server says: responses, and what it posts to webhooks.
fn told(mut visit: impl FnMut(&str, &'static Value)) {
    let mut seen = BTreeSet::new();
    for operation in operations() {
        walk(&operation.path, &operation.value["responses"], &mut seen, &mut visit);
    }
    for (name, item) in DESCRIPTION["webhooks"].as_object().expect("webhooks") {
        walk(name, &item["post"]["requestBody"], &mut seen, &mut visit);
    }
}

/// Everything that callers may say.
fn asked(mut visit: impl FnMut(&str, &'static Value)) {
    let mut seen = BTreeSet::new();
    for operation in operations() {
        walk(&operation.path, &operation.value["requestBody"], &mut seen, &mut visit);
        walk(&operation.path, &operation.value["parameters"], &mut seen, &mut visit);
    }
}

#[test]
fn an_answer_may_get_new_words_and_new_fields() {
    let mut lists = 0;
    told(|at, part| {
        assert!(part.get("enum").is_none(), "{at} is closed: {part}");
        assert_ne!(part.get("additionalProperties"), Some(&Value::Bool(false)), "{at} is closed");
        lists += usize::from(
            part["type"] == "string" && part["examples"].as_array().is_some_and(|all| all.len() > 1),
        );
    });
    assert!(lists > 10, "{lists}");
}

#[test]
fn a_request_lists_the_words_that_it_may_have() {
    let mut lists: BTreeMap<String, usize> = BTreeMap::new();
    asked(|at, part| {
        if let Some(words) = part["enum"].as_array() {
            lists.insert(at.to_owned(), words.len());
        }
    });
    for (place, words) in [
        ("MintRequest/properties/channel", 7),
        ("WebhookRequest/properties/events/items", EventKind::ALL.len()),
        ("ScopeRequest", 6),
        ("AlphabetRequest", 2),
        ("SmtpRouteRequest/properties/transport", 1),
        ("PolicyRequest/properties/channels/items", 4),
    ] {
        let found = lists.iter().find(|(at, _)| at.ends_with(place));
        assert_eq!(found.map(|(_, words)| *words), Some(words), "{place} in {lists:?}");
    }
}

#[test]
fn words_that_several_answers_share_have_a_name() {
    let property = |schema: &str, name: &str| {
        let property = &DESCRIPTION["components"]["schemas"][schema]["properties"][name];
        let union = property["oneOf"].as_array().into_iter().flatten();
        let reference = union.chain([property]).find_map(|part| part["$ref"].as_str());
        reference
            .unwrap_or_else(|| panic!("{schema}.{name}: {property}"))
            .rsplit('/')
            .next()
            .unwrap()
            .to_owned()
    };
    for (schema, name, expected) in [
        ("Challenge", "status", "ChallengeStatus"),
        ("PublicChallenge", "status", "ChallengeStatus"),
        ("Challenge", "channel", "Channel"),
        ("Message", "channel", "Channel"),
        ("Delivery", "status", "DeliveryStatus"),
        ("ChallengeDelivery", "status", "DeliveryStatus"),
        ("Delivery", "error", "DeliveryError"),
        ("SmtpTestStep", "code", "DeliveryError"),
        ("WebhookDelivery", "type", "EventType"),
    ] {
        assert_eq!(property(schema, name), expected, "{schema}.{name}");
    }
    let mut places: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    told(|at, part| {
        let words =
            part["examples"].as_array().filter(|words| words.len() > 1 && words.iter().all(Value::is_string));
        if let Some(words) = words {
            places.entry(Value::from(words.clone()).to_string()).or_default().insert(at.to_owned());
        }
    });
    for (words, places) in places {
        assert_eq!(places.len(), 1, "{words} of {places:?} need one component");
    }
}

#[test]
fn a_union_is_a_component_of_named_shapes() {
    let mut unions = 0;
    let mut hold = |at: &str, part: &'static Value| {
        for union in ["oneOf", "anyOf"] {
            let members = part[union].as_array().into_iter().flatten();
            let members: Vec<_> = members.filter(|member| member["type"] != "null").collect();
            if members.len() < 2 {
                continue;
            }
            unions += 1;
            let name = at.strip_prefix("#/components/schemas/");
            assert!(name.is_some_and(|name| !name.contains('/')), "{at} has no name: {part}");
            let is_named = |member: &&Value| member.get("$ref").is_some() || member["properties"].is_null();
            assert!(members.iter().all(is_named), "{at} has shapes without a name");
        }
    };
    told(&mut hold);
    asked(&mut hold);
    assert!(unions >= 8, "{unions}");
    let route = &DESCRIPTION["components"]["schemas"]["RouteRequest"];
    assert_eq!(route["discriminator"]["mapping"]["smpp"], "#/components/schemas/SmppRouteRequest");
}

#[test]
fn every_event_is_described_with_its_payload() {
    let webhooks = DESCRIPTION["webhooks"].as_object().expect("webhooks");
    let kinds: BTreeSet<_> =
        EventKind::ALL.into_iter().chain([EventKind::Ping]).map(EventKind::as_str).collect();
    assert_eq!(webhooks.keys().map(String::as_str).collect::<BTreeSet<_>>(), kinds);
    let words = &DESCRIPTION["components"]["schemas"]["EventType"]["examples"];
    let words: BTreeSet<_> = words.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(words, kinds);
    for (kind, item) in webhooks {
        let payload = &item["post"]["requestBody"]["content"]["application/json"];
        let schema = DESCRIPTION.pointer(&payload["schema"]["$ref"].as_str().unwrap()[1..]).unwrap();
        assert_eq!(schema["properties"]["type"]["const"], kind.as_str());
        crate::api::harness::assert_event_described(&payload["example"]);
    }
}

#[test]
fn operations_have_names_that_no_test_runner_takes_for_a_test() {
    let webhooks = DESCRIPTION["webhooks"].as_object().expect("webhooks").values();
    let all =
        operations().into_iter().map(|operation| operation.value).chain(webhooks.map(|item| &item["post"]));
    let mut names = BTreeSet::new();
    for operation in all {
        let name = operation["operationId"].as_str().expect("a name");
        assert!(!name.to_ascii_lowercase().contains("test"), "{name}");
        assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{name}");
        assert!(names.insert(name), "{name} is there twice");
    }
}

/// The schemes of which an operation needs one; with an empty one if it needs none.
fn schemes(operation: &Operation) -> BTreeSet<&'static str> {
    let security = operation.value["security"]
        .as_array()
        .unwrap_or_else(|| panic!("{} has no security", operation.path));
    let names = security
        .iter()
        .map(|entry| entry.as_object().expect("an object").keys().next().map_or("", String::as_str));
    let names: BTreeSet<_> = names.collect();
    let known = DESCRIPTION["components"]["securitySchemes"].as_object().expect("schemes");
    assert!(names.iter().all(|name| name.is_empty() || known.contains_key(*name)), "{names:?}");
    assert_ne!(names, BTreeSet::from([""]), "{} needs nothing: its list is empty", operation.path);
    if names.is_empty() { BTreeSet::from([""]) } else { names }
}

/// The scopes of which a secret key needs one.
fn scopes(operation: &Operation) -> BTreeSet<&str> {
    let entries = operation.value["security"].as_array().expect("a list");
    let keyed = entries.iter().filter_map(|entry| entry["secretKey"].as_array());
    keyed.flatten().map(|scope| scope.as_str().expect("a scope")).collect()
}

#[tokio::test]
async fn every_operation_takes_the_scopes_that_it_names_and_no_other() {
    let app = TestApp::with(|settings| settings.limits.enabled = false).await;
    let tenant = app.tenant().await;
    let owner = app.api.bearing(&tenant.key);
    let mut judged = 0;
    for scope in ["mint", "verify", "manage", "reveal", "relay", "support"] {
        let body = serde_json::json!({ "name": scope, "scopes": [scope] });
        let made = owner.post("/v1/tenant/keys", &body).await.json();
        let api = app.api.bearing(made["secret"].as_str().expect("a key"));
        for operation in operations() {
            let wanted = scopes(&operation);
            if wanted.is_empty() {
                continue;
            }
            judged += 1;
            let part = |part: &str| if part.starts_with('{') { "x" } else { part }.to_owned();
            let path = operation.path.split('/').map(part).collect::<Vec<_>>().join("/");
            let method = Method::from_bytes(operation.method.to_ascii_uppercase().as_bytes()).unwrap();
            let answer = api.send(method, &path, b"?".to_vec()).await;
            let is_refused = answer.body.contains("\"insufficient_scope\"");
            assert_eq!(
                is_refused,
                !wanted.contains(scope),
                "{} {path} with {scope}: {}",
                operation.method,
                answer.body
            );
        }
    }
    assert!(judged > 300, "{judged}");
}

#[tokio::test]
async fn every_operation_takes_the_credentials_that_it_names_and_no_other() {
    let app = TestApp::with(|settings| settings.limits.enabled = false).await;
    let tenant = app.tenant().await;
    let owner = app.api.bearing(&tenant.key);
    let made = owner.post("/v1/tenant/sandbox/keys", &serde_json::json!({ "name": "test" })).await.json();
    let credentials = [
        ("", app.api.json()),
        ("secretKey", owner.json()),
        ("testKey", app.api.bearing(made["secret"].as_str().expect("a key"))),
        ("operatorToken", app.operator()),
    ];
    for operation in operations() {
        let wanted = schemes(&operation);
        let part = |part: &str| if part.starts_with('{') { "x" } else { part }.to_owned();
        let path = operation.path.split('/').map(part).collect::<Vec<_>>().join("/");
        for (scheme, api) in &credentials {
            // A test key is a secret key, of the sandbox.
            let is_wanted = wanted.contains(scheme) || (*scheme == "testKey" && wanted.contains("secretKey"));
            if !is_wanted && wanted.contains("") {
                // Whoever needs nothing may be refused for what is wrong.
                continue;
            }
            let method = Method::from_bytes(operation.method.to_ascii_uppercase().as_bytes()).unwrap();
            // No JSON: nothing is changed, once the caller is known.
            let answer = api.send(method, &path, b"?".to_vec()).await;
            let is_refused = answer.status == 401 || answer.body.contains("\"not_a_sandbox\"");
            assert_eq!(
                is_refused, !is_wanted,
                "{} {path} with {scheme:?}: {} {}",
                operation.method, answer.status, answer.body
            );
        }
    }
}

#[test]
fn no_operation_has_a_parameter_twice() {
    for operation in operations() {
        let parameters = operation.value["parameters"].as_array().into_iter().flatten();
        let mut names = BTreeSet::new();
        for parameter in parameters {
            let target =
                parameter["$ref"].as_str().and_then(|to| DESCRIPTION.pointer(&to[1..])).unwrap_or(parameter);
            let name = (target["in"].as_str(), target["name"].as_str());
            assert!(names.insert(name), "{} {} has {name:?} twice", operation.method, operation.path);
        }
    }
}
