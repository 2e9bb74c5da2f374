//! The description of the API as one document, built once.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::http::shared::deprecation::{self, DEPRECATED};
use crate::http::shared::description::operation::{ApiOperation, REQUEST_ID, Schemas};
use crate::http::shared::problems::table::requests::{NOT_FOUND, WRONG_METHOD};
use crate::http::{original, server, v1};

use super::{openness, sharing};

const ABOUT: &str = "A self-hosted server that sends and checks one-time codes for many apps.

**To begin**, take a test key (`otpm_test_…`, which sends nothing: `otpmint dev` prints one, and \
`POST /v1/tenant/sandbox/keys` makes one) as the bearer token, mint with `POST /v1/challenges`, and read the code that \
would have been mailed with `GET /v1/sandbox/outbox`. Give it to `POST /v1/challenges/{key}/verify`: the answer has a \
`receipt`, a signed proof that your backend checks by itself with `/.well-known/jwks.json`. \
`POST /v1/tenant/webhooks` adds a URL to which events are sent. For live use, replace the test key by \
the tenant's secret key, and change nothing else.

`/v1` is the API for new apps: JSON, a bearer key, problems as RFC 9457 defines them. The three routes of the \
original OtpMint remain for its clients: bare text, or JSON for those whose `Accept` prefers it.

Bodies have at most 16 KiB, and their `Content-Type` does not matter. A method that a path does not \
have is refused with 405 and `Allow`. Only a success is 2xx.

**Later versions** add fields, and words where an answer has a word such as a status: ignore fields and events that \
you do not know, and treat an unknown word as one. The words that are there are the examples of its schema. Requests \
list theirs, and unknown fields of a request are refused.";

/// Built at the first request.
static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
    let mut document = whole();
    name_codes(&mut document);
    let Document { paths, webhooks, components, .. } = &mut document;
    if let Some(schemas) = components["schemas"].as_object_mut() {
        openness::open_answers(paths, webhooks, schemas);
    }
    sharing::share(paths, components);
    sharing::share(webhooks, components);
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_else(|error| unreachable!("{error}"));
    text.push('\n');
    text
});

/// The OpenAPI document of this build, as `/openapi.json` serves it.
pub fn openapi() -> &'static str {
    &DOCUMENT
}

/// The members of the document, in their usual order.
#[derive(Serialize)]
struct Document {
    openapi: &'static str,
    info: Value,
    servers: Value,
    paths: Value,
    webhooks: Value,
    components: Value,
    tags: Value,
}

/// The description of every operation, before common parts are shared.
fn whole() -> Document {
    let operations = original::description::operations().into_iter().chain(server::description::operations());
    let (mut paths, mut schemas) = (Map::new(), Schemas::new());
    for operation in v1::routes::operations().chain(operations) {
        let ApiOperation { path, method, value, schemas: own } = operation;
        schemas.extend(own);
        paths.entry(path).or_insert_with(|| json!({}))[method] = value;
    }
    let events = v1::routes::webhooks();
    schemas.extend(events.schemas);
    let mut paths = paths.into();
    deprecation::describe(DEPRECATED, &mut paths);
    let tags = v1::routes::tags().chain([original::description::TAGGED, server::description::TAGGED]);
    let tag = |(name, description)| json!({ "name": name, "description": description });
    Document {
        openapi: "3.1.0",
        info: info(),
        servers: json!([{ "url": "/", "description": "The server of this document" }]),
        paths,
        webhooks: events.operations.into(),
        components: components(&schemas, events.payloads),
        tags: tags.map(tag).collect(),
    }
}

fn info() -> Value {
    json!({
        "title": "OtpMint",
        "version": env!("CARGO_PKG_VERSION"),
        "description": ABOUT,
        "license": { "name": "GPL-3.0-or-later", "identifier": "GPL-3.0-or-later" },
        "contact": { "name": "The operator of this server" },
    })
}

fn components(schemas: &Schemas, payloads: Map<String, Value>) -> Value {
    let mut schemas = json!(schemas);
    if let Some(all) = schemas.as_object_mut() {
        all.extend(payloads);
    }
    let bearer = |description| json!({ "type": "http", "scheme": "bearer", "description": description });
    json!({
        "schemas": schemas,
        "parameters": { REQUEST_ID: sent_id() },
        "headers": { REQUEST_ID: answered_id() },
        "securitySchemes": {
            "secretKey": bearer("The tenant's secret key, `otpm_…`, or a test key, which opens the tenant's sandbox."),
            "testKey": bearer("A test key of the tenant's sandbox, `otpm_test_…`."),
            "operatorToken": bearer("The operator token, `otpo_…`, which the first start prints."),
        },
    })
}

fn sent_id() -> Value {
    json!({
        "name": REQUEST_ID,
        "in": "header",
        "required": false,
        "description": "Your id of this request: 8 to 64 letters, digits, `-` or `_`. Any other value is ignored.",
        // The schema has no bounds: an id outside of them is ignored and is no error.
        "schema": { "type": "string" },
        "example": "checkout-4711",
    })
}

fn answered_id() -> Value {
    json!({
        "description": "The id of the request in the log.",
        "schema": { "type": "string", "minLength": 8, "maxLength": 64, "pattern": "^[A-Za-z0-9_-]+$" },
    })
}

/// Lists every code that the operations can return as the values of `code` in a problem.
fn name_codes(document: &mut Document) {
    // These two belong to no operation.
    let mut codes: BTreeSet<String> = [&NOT_FOUND, &WRONG_METHOD].map(|entry| entry.code.to_owned()).into();
    collect_codes(&document.paths, &mut codes);
    document.components["schemas"]["Problem"]["properties"]["code"]["enum"] = json!(codes);
}

fn collect_codes(value: &Value, codes: &mut BTreeSet<String>) {
    let Some(object) = value.as_object() else { return };
    for (name, inner) in object {
        match inner["examples"].as_object() {
            Some(examples) if name == "application/problem+json" => codes.extend(examples.keys().cloned()),
            _ => collect_codes(inner, codes),
        }
    }
}
