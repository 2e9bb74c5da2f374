//! The schema of a problem; `error.rs` writes problems.

use utoipa::ToSchema;

use crate::domain::time::Timestamp;

/// A problem (RFC 9457).
#[derive(ToSchema)]
#[schema(as = Problem)]
#[expect(dead_code, reason = "only its schema is used; V1Error writes it")]
pub(crate) struct ProblemView {
    /// The address of the page that explains the code; relative where the server has no `server.public_url`.
    #[schema(
        rename = "type",
        format = "uri-reference",
        pattern = "^(https?://[^/]+)?/problems/[a-z_]+$",
        max_length = 330
    )]
    kind: String,
    /// What happened: the same for every problem of this type.
    #[schema(max_length = 300)]
    title: String,
    /// The status of the answer.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// A stable word for programs. Each operation lists the codes that it returns.
    code: String,
    /// What is wrong in this case.
    #[schema(max_length = 1000)]
    detail: Option<String>,
    /// The invalid fields.
    #[schema(max_items = 100)]
    errors: Option<Vec<FieldProblem>>,
    /// How many attempts are left, after a wrong code.
    #[schema(minimum = 0, maximum = 10)]
    attempts_remaining: Option<u8>,
    /// Seconds to wait, as in `Retry-After`.
    #[schema(minimum = 1, maximum = 86400)]
    retry_after: Option<u32>,
    /// When a paused factor is checked again.
    retry_at: Option<Timestamp>,
    /// This occurrence: the id of the request, as `X-Request-Id` has it.
    #[schema(format = "uri", pattern = "^urn:otpmint:request:[0-9A-Za-z_-]{8,64}$", max_length = 85)]
    instance: String,
}

/// An invalid field or parameter.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used; V1Error writes it")]
pub(crate) struct FieldProblem {
    /// The JSON pointer to the field in the body (RFC 6901).
    #[schema(format = "json-pointer", max_length = 16384)]
    pointer: Option<String>,
    /// The name of the parameter, if it is in the query.
    #[schema(max_length = 16384)]
    parameter: Option<String>,
    /// What is wrong with it.
    #[schema(max_length = 16384)]
    detail: String,
}
