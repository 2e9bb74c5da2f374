//! Parameters of requests for OpenAPI.

use serde_json::{Value, json};

use crate::http::shared::description::{examples, words};

/// A parameter of the path.
pub(crate) fn in_path(name: &str, description: &str, schema: Value, example: &str) -> Value {
    json!({
        "name": name, "in": "path", "required": true,
        "description": description, "schema": schema, "example": example,
    })
}

/// A parameter of the query.
pub(crate) fn in_query(name: &str, description: &str, schema: Value) -> Value {
    json!({ "name": name, "in": "query", "required": false, "description": description, "schema": schema })
}

/// A parameter of the query with an example.
pub(crate) fn in_query_like(
    name: &str,
    description: &str,
    schema: Value,
    example: impl Into<Value>,
) -> Value {
    let mut parameter = in_query(name, description, schema);
    parameter["example"] = example.into();
    parameter
}

/// An optional header.
fn in_head(name: &str, description: &str, schema: Value, example: &str) -> Value {
    json!({
        "name": name, "in": "header", "required": false,
        "description": description, "schema": schema, "example": example,
    })
}

/// The length of a page.
pub(crate) fn limit(description: &str, most: usize, example: usize) -> Value {
    let schema = json!({ "type": "integer", "format": "int32", "minimum": 1, "maximum": most });
    in_query_like("limit", description, schema, example)
}

/// The shareable key in a path.
pub(crate) fn challenge() -> Value {
    in_path("key", "The challenge's shareable key.", words::shareable_key(), examples::CHALLENGE)
}

/// `Prefer`, for a request that sends a message.
pub(crate) fn prefer() -> Value {
    let description = "`wait=N` waits up to N seconds, at most 10, for the outcome of the message; `respond-async` and\n\
                       everything else do not wait (RFC 7240).";
    in_head("Prefer", description, json!({ "type": ["string", "null"] }), "wait=5")
}

/// `If-Match`, for a change.
pub(crate) fn if_match() -> Value {
    let description = "The `ETag` of an earlier answer, or several: the change is made only if nobody has changed it since \
                       then. `*` asks only that it exists.";
    in_head("If-Match", description, json!({ "type": ["string", "null"] }), "*")
}

/// `If-None-Match`, for a question that was asked before.
pub(crate) fn if_none_match() -> Value {
    let description = "The `ETag` of an earlier answer, or several: if it still holds, the answer is 304.";
    in_head("If-None-Match", description, json!({ "type": ["string", "null"] }), "\"7-Xk2mQp9rT4vB8nLs\"")
}

/// `Idempotency-Key`, for a request that may be repeated.
pub(crate) fn idempotency_key() -> Value {
    let description = "A UUID of your choice. For 24 hours, a request that is repeated byte for byte with the same key\n\
                       receives the same answer and is not carried out again.";
    let schema = json!({
        "type": ["string", "null"], "minLength": 1, "maxLength": 257, "pattern": "^[!-~]+$",
    });
    in_head("Idempotency-Key", description, schema, "8e03978e-40d5-43dd-bc93-6894a57f9324")
}
