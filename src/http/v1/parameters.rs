//! What requests carry beside their body, as OpenAPI tells it.

use utoipa::IntoParams;

/// The shareable key in a path.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) struct ChallengeInPath {
    /// The challenge's shareable key.
    #[param(
        pattern = "^[A-Za-z]{23}$",
        min_length = 23,
        max_length = 23,
        example = "CnPYvKqMbdXhwRzTgJsLfAe"
    )]
    key: String,
}

/// `Prefer` of a request that sends.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) struct Prefer {
    /// `wait=N` waits up to N seconds, at most 10, for the outcome of the message; `respond-async` and
    /// everything else does not (RFC 7240).
    #[param(rename = "Prefer", example = "wait=5")]
    prefer: Option<String>,
}

/// `Idempotency-Key` of a request that may be repeated.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) struct IdempotencyKey {
    /// A UUID of yours: a request that is repeated with it, to the byte, is answered again and not
    /// carried out again, for 24 hours.
    #[param(
        rename = "Idempotency-Key",
        min_length = 1,
        max_length = 257,
        pattern = "^[!-~]+$",
        example = "8e03978e-40d5-43dd-bc93-6894a57f9324"
    )]
    idempotency_key: Option<String>,
}
