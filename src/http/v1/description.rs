//! The v1 routes as OpenAPI tells them: what each can answer, with examples out of the same code.

use actix_web::http::StatusCode;
use serde_json::{Value, json};

use crate::domain::limits::limit::Limit;
use crate::domain::tenants::credential::Scope;
use crate::service::Refusal;

use crate::http::shared::description::answers::{Answers, DescribedProblem, limited, reference};
use crate::http::shared::problems::problem::Problem;

use super::error::V1Error;
use super::rate_limit;

/// Refusals, as the tenant is told them.
pub(crate) fn refused(refusals: impl IntoIterator<Item = Refusal>) -> impl Iterator<Item = V1Error> {
    refusals.into_iter().map(|refusal| V1Error::refused(&refusal))
}

/// What every request with a key can be refused with.
pub(crate) fn always(scope: Scope, per_address: Limit) -> Vec<V1Error> {
    let key = [Refusal::UnknownSecretKey, Refusal::MissingScope(scope)];
    let own = refused(key).chain(refused([limited(per_address), limited(Limit::WrongKeysPerAddress)]));
    own.chain([Problem::unrecorded(), Problem::overloaded(), Problem::draining()].map(V1Error::from))
        .collect()
}

/// What a request with a body can be refused with besides.
pub(crate) fn of_a_body(pointer: &str, detail: &str) -> Vec<V1Error> {
    let fixed = [Problem::NOT_JSON, Problem::UNREADABLE, Problem::TOO_SLOW, Problem::TOO_LARGE];
    fixed.map(V1Error::from).into_iter().chain([V1Error::field(pointer, detail)]).collect()
}

/// What looking after the tenant can be refused with, whatever is asked.
pub(crate) fn looking_after() -> Vec<V1Error> {
    managing(Limit::ManagePerTenant)
}

/// The same where something is sent for it.
pub(crate) fn probing() -> Vec<V1Error> {
    managing(Limit::MintPerTenant)
}

fn managing(rate: Limit) -> Vec<V1Error> {
    and(always(Scope::Manage, Limit::VerifyPerAddress), refused([limited(rate)]))
}

/// Refusals, and some more.
pub(crate) fn and(mut all: Vec<V1Error>, more: impl IntoIterator<Item = V1Error>) -> Vec<V1Error> {
    all.extend(more);
    all
}

/// What an operation answers: its success, and its refusals with an example of each.
pub(crate) fn answers(
    description: &str,
    success: (StatusCode, &str, Value),
    refusals: Vec<V1Error>,
) -> Answers {
    let (status, schema, example) = success;
    let is_counted = rate_limit::is_counted(refusals.iter().map(V1Error::code));
    let answers = Answers::default()
        .success(status, description, ("application/json", reference(schema), example))
        .refusals(told(refusals));
    if is_counted { rate_limit::described(answers, status) } else { answers }
}

/// Refusals, as the document has them.
pub(crate) fn told(refusals: Vec<V1Error>) -> impl Iterator<Item = DescribedProblem> {
    refusals.into_iter().map(|error| DescribedProblem {
        status: error.status(),
        code: error.code(),
        media: "application/problem+json",
        schema: Some("Problem"),
        body: json!(error.body()),
    })
}

/// Defines what an operation answers.
macro_rules! answered {
    ($($(#[$doc:meta])* $name:ident => $answers:expr;)*) => {$(
        $(#[$doc])*
        pub(crate) struct $name;

        impl utoipa::IntoResponses for $name {
            fn responses() -> std::collections::BTreeMap<String, utoipa::openapi::RefOr<utoipa::openapi::Response>> {
                $answers.into_map()
            }
        }
    )*};
}

pub(crate) use answered;

/// `Location` of what was made.
pub(crate) fn location(what: &str, pattern: &str) -> Value {
    json!({
        "description": format!("Where the {what} is."),
        "schema": { "type": "string", "pattern": pattern, "maxLength": 80 },
    })
}
