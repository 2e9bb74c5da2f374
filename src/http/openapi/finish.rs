//! What every operation has in common, added once the rest stands.

use serde_json::{Value, json};
use utoipa::Modify;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{OpenApi, RefOr};

use super::schemas::part;

/// The security scheme of the secret key.
const SECRET_KEY: &str = "secretKey";
const REQUEST_ID: &str = "X-Request-Id";
/// The security scheme of the operator.
const OPERATOR_TOKEN: &str = "operatorToken";

/// Adds the security schemes, and to each operation `X-Request-Id`, asked for and answered.
pub(super) struct Common;

impl Modify for Common {
    fn modify(&self, document: &mut OpenApi) {
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
            [&mut item.get, &mut item.post, &mut item.delete].into_iter().flatten().for_each(trace);
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
