//! A problem as OpenAPI tells it; `error.rs` writes it.

use utoipa::ToSchema;

/// What went wrong (RFC 9457).
#[derive(ToSchema)]
#[schema(as = Problem)]
#[expect(dead_code, reason = "only its schema is used; V1Error writes it")]
pub(crate) struct ProblemView {
    /// `/problems/` and the code.
    #[schema(rename = "type", format = "uri-reference", pattern = "^/problems/[a-z_]+$", max_length = 60)]
    kind: String,
    /// What happened: the same for every problem of its kind.
    #[schema(max_length = 300)]
    title: String,
    /// The status of the answer.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// Stable, for programs: one of those that the operations tell.
    code: String,
    /// What is wrong this time.
    #[schema(max_length = 1000)]
    detail: Option<String>,
    /// The fields that are wrong.
    #[schema(max_items = 100)]
    errors: Option<Vec<FieldProblem>>,
    /// After a wrong code: how many attempts are left.
    #[schema(minimum = 0, maximum = 10)]
    attempts_remaining: Option<u8>,
    /// Seconds, as in `Retry-After`.
    #[schema(minimum = 1, maximum = 86400)]
    retry_after: Option<u32>,
}

/// A field that is wrong.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used; V1Error writes it")]
pub(crate) struct FieldProblem {
    /// Where it is in the body (RFC 6901).
    #[schema(format = "json-pointer", max_length = 16384)]
    pointer: Option<String>,
    /// The parameter of the query, where it is one.
    #[schema(max_length = 16384)]
    parameter: Option<String>,
    /// What is wrong with it.
    #[schema(max_length = 16384)]
    detail: String,
}
