//! The limits of one tenant, as the operator sets and sees them.

use serde_json::json;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::http::shared::description::schemas::part;

/// Limits of one tenant and its sandbox; each replaces the setting of the same name. An absent limit is
/// the general one. In a patch null removes a limit.
#[derive(ToSchema)]
#[schema(as = AdminLimits)]
#[expect(dead_code, reason = "only its schema is used: the domain's own types are read and written")]
pub(crate) struct LimitsSchema {
    /// Mints, resends, and tests and replays of webhooks.
    #[schema(schema_with = rate)]
    mint_per_tenant: Option<String>,
    /// Verifications.
    #[schema(schema_with = rate)]
    verify_per_tenant: Option<String>,
    /// Requests that manage the tenant.
    #[schema(schema_with = rate)]
    manage_per_tenant: Option<String>,
    /// Messages to a recipient, in several windows at once; each allows at most 50.
    #[schema(schema_with = rates)]
    sends_per_recipient: Option<Vec<String>>,
    /// Wrong answers for a recipient, at most 50.
    #[schema(schema_with = rate)]
    failures_per_recipient: Option<String>,
}

const RATE: &str = "^[1-9][0-9]*/[1-9][0-9]*[smh]$";

fn rate() -> RefOr<Schema> {
    part(json!({
        "type": ["string", "null"],
        "description": "A number per time; at most 50 wrong answers.",
        "pattern": RATE, "maxLength": 17, "examples": ["50/1s"],
    }))
}

fn rates() -> RefOr<Schema> {
    part(json!({
        "type": ["array", "null"],
        "description": "Messages to a recipient, in several windows at once; each allows at most 50.",
        "items": { "type": "string", "pattern": RATE, "maxLength": 9 },
        "minItems": 1, "maxItems": 5, "examples": [["5/10m", "20/24h"]],
    }))
}
