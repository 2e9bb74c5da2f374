//! How exports are described.

use serde_json::json;

use crate::domain::limits::limit::Limit;

use crate::http::shared::description::examples;
use crate::http::shared::export::NDJSON;
use crate::http::v1::spec::V1Spec;

/// Describes an export as the answer.
pub(crate) fn described(spec: V1Spec) -> V1Spec {
    let lines = "Lines of JSON, each an object with a `type` and the `data` of one thing, in the shape in which the API \
                 shows it. The first is of the type `export`. Only the last one is of the type `end`: a text \
                 without it is cut off.";
    let schema = json!({ "type": "string", "description": lines });
    let example = [
        json!({ "type": "export", "data": {
            "format": 1, "tenant": examples::TENANT, "exported_at": examples::at("08:30:00"),
            "version": env!("CARGO_PKG_VERSION"),
        } }),
        json!({ "type": "end", "data": { "lines": 1 } }),
    ];
    let example = example.map(|line| format!("{line}\n")).concat();
    let file = json!({
        "description": "The name of a file for it.",
        "schema": { "type": "string", "maxLength": 80 },
    });
    spec.limited([Limit::BulkPerTenant])
        .also(NDJSON, schema, "All that the tenant owns.", json!(example))
        .header("Content-Disposition", file)
}
