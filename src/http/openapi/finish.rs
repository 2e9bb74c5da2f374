//! What every operation has in common, added once the rest stands.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use utoipa::Modify;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{OpenApi, RefOr};

use crate::http::shared::description::schemas::part;
use crate::http::shared::problems::problem::Problem;

/// The security scheme of the secret key.
const SECRET_KEY: &str = "secretKey";

const REQUEST_ID: &str = "X-Request-Id";

/// The security scheme of the operator.
const OPERATOR_TOKEN: &str = "operatorToken";

/// Adds the security schemes, and to each operation `X-Request-Id`, asked for and answered.
pub(crate) struct Common;

impl Modify for Common {
    fn modify(&self, document: &mut OpenApi) {
        name_codes(document);
        let components = document.components.get_or_insert_default();
        for (name, description) in [
            (SECRET_KEY, "The tenant's secret key, `otpm_…`."),
            (OPERATOR_TOKEN, "The operator token, `otpo_…`, which the first start prints."),
        ] {
            let scheme = json!({ "type": "http", "scheme": "bearer", "description": description });
            components.security_schemes.insert(name.to_owned(), part(scheme));
        }
        components.parameters.insert(REQUEST_ID.to_owned(), part(sent_id()));
        components.headers.insert(REQUEST_ID.to_owned(), part(answered_id()));
        for item in document.paths.paths.values_mut() {
            let operations =
                [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete];
            operations.into_iter().flatten().for_each(trace);
        }
    }
}

/// Every code that an operation tells, as the values of `code` in a problem.
fn name_codes(document: &mut OpenApi) {
    let told = serde_json::to_value(&document.paths).unwrap_or_default();
    let mut codes: BTreeSet<String> = others().map(|error| error.code.to_owned()).collect();
    collect_codes(&told, &mut codes);
    let schemas = document.components.as_mut().map(|components| &mut components.schemas);
    let Some(problem) = schemas.and_then(|schemas| schemas.get_mut("Problem")) else { return };
    let mut schema = serde_json::to_value(&*problem).unwrap_or_default();
    schema["properties"]["code"]["enum"] = json!(codes);
    *problem = part(schema);
}

/// Problems that no operation tells of: there is none behind them.
fn others() -> impl Iterator<Item = Problem> {
    [Problem::NOT_FOUND, Problem::WRONG_METHOD].into_iter()
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

fn trace(operation: &mut Operation) {
    let place = |kind| part(json!({ "$ref": format!("#/components/{kind}/{REQUEST_ID}") }));
    operation.parameters.get_or_insert_default().push(RefOr::Ref(place("parameters")));
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response {
            response.headers.insert(REQUEST_ID.to_owned(), RefOr::Ref(place("headers")));
        }
    }
}

fn sent_id() -> Value {
    json!({
        "name": REQUEST_ID,
        "in": "header",
        "required": false,
        "description": "An id of yours for this request: 8 to 64 letters, digits, `-` or `_`. Any other is ignored.",
        // Without bounds: what does not fit is no error.
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
