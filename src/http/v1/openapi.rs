//! The v1 routes as OpenAPI tells them: what each can answer, with examples out of the same code.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use serde_json::{Value, json};
use utoipa::openapi::{RefOr, Response};
use utoipa::{IntoParams, IntoResponses, OpenApi, ToSchema};

use crate::domain::challenge::ChallengeStatus::{Canceled, Exhausted, Expired, Verified};
use crate::domain::credential::Scope;
use crate::domain::limit::Limit;
use crate::service::Refusal;

use super::super::openapi::answers::{Answers, Refused, reference};
use super::super::openapi::limited;
use super::super::problem::Problem;
use super::error::V1Error;
use super::reports::audit::AuditView;
use super::view::{ChallengeView, VerifiedView};
use super::{body, challenges, view};

/// The v1 part of the document.
#[derive(OpenApi)]
#[openapi(
    paths(
        challenges::mint,
        challenges::status,
        challenges::cancel,
        challenges::verify,
        challenges::resend,
        challenges::verify_latest,
    ),
    components(schemas(
        body::Mint,
        body::Verify,
        body::VerifyLatest,
        view::ChallengeView,
        view::VerifiedView,
        ProblemView,
        FieldProblem,
    ))
)]
pub(in crate::http) struct V1Doc;

/// What went wrong (RFC 9457).
#[derive(ToSchema)]
#[schema(as = Problem)]
#[expect(dead_code, reason = "only its schema is used; V1Error writes it")]
struct ProblemView {
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
    #[schema(max_items = 1)]
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
struct FieldProblem {
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

/// The shareable key in a path.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "only its description is used")]
pub(super) struct Key {
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
pub(super) struct Prefer {
    /// `wait=N` waits up to N seconds, at most 10, for the outcome of the message; `respond-async` and
    /// everything else does not (RFC 7240).
    #[param(rename = "Prefer", example = "wait=5")]
    prefer: Option<String>,
}

/// `Idempotency-Key` of a request that may be repeated.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only its description is used")]
pub(super) struct IdempotencyKey {
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

/// Refusals, as the tenant is told them.
pub(super) fn refused(refusals: impl IntoIterator<Item = Refusal>) -> impl Iterator<Item = V1Error> {
    refusals.into_iter().map(|refusal| V1Error::refused(&refusal))
}

/// What every request with a key can be refused with.
pub(super) fn always(scope: Scope, per_address: Limit) -> Vec<V1Error> {
    let key = [Refusal::UnknownSecretKey, Refusal::MissingScope(scope)];
    let own = refused(key).chain(refused([limited(per_address), limited(Limit::WrongKeysPerAddress)]));
    own.chain([Problem::unrecorded(), Problem::draining()].map(V1Error::from)).collect()
}

/// What a request with a body can be refused with besides.
pub(super) fn of_a_body(pointer: &str, detail: &str) -> Vec<V1Error> {
    let fixed = [Problem::NOT_JSON, Problem::UNREADABLE, Problem::TOO_SLOW, Problem::TOO_LARGE];
    fixed.map(V1Error::from).into_iter().chain([V1Error::field(pointer, detail)]).collect()
}

fn sending() -> [Refusal; 5] {
    [
        limited(Limit::MintPerTenant),
        limited(Limit::SendsPerRecipient),
        limited(Limit::FailuresPerRecipient),
        limited(Limit::RecipientLockout),
        Refusal::QueueFull,
    ]
}

fn minting() -> Vec<V1Error> {
    let mut all = always(Scope::Mint, Limit::MintPerAddress);
    all.extend(of_a_body("/ttl", "ttl must be from 60 to 900 seconds"));
    all.extend(refused(sending()));
    all.extend(repeating());
    all
}

/// What a request with an `Idempotency-Key` can be refused with beside everything else.
fn repeating() -> impl Iterator<Item = V1Error> {
    let malformed = V1Error::from(Problem::INVALID_IDEMPOTENCY_KEY);
    refused([Refusal::StillRunning, Refusal::KeyReused]).chain([malformed])
}

/// What looking after the tenant can be refused with, whatever is asked.
pub(super) fn looking_after(scope: Scope) -> Vec<V1Error> {
    always(scope, Limit::VerifyPerAddress)
}

fn looking() -> Vec<V1Error> {
    let mut all = always(Scope::Verify, Limit::VerifyPerAddress);
    all.extend(refused([Refusal::UnknownChallenge]));
    all
}

fn cancelling() -> Vec<V1Error> {
    let mut all = looking();
    all.extend(refused([Exhausted, Verified, Expired, Canceled].map(Refusal::Ended)));
    all
}

fn resending() -> Vec<V1Error> {
    let mut all = always(Scope::Mint, Limit::MintPerAddress);
    all.extend(refused([Refusal::UnknownChallenge, Refusal::SendsSpent, Refusal::SendUnderWay]));
    all.extend(refused([Exhausted, Verified, Expired, Canceled].map(Refusal::Ended)));
    all.extend(refused(sending()));
    all.extend(refused([limited(Limit::ResendCooldown)]));
    all.extend(repeating());
    all
}

fn verifying() -> Vec<V1Error> {
    let mut all = cancelling();
    all.extend(of_a_body("/code", "missing field `code`"));
    all.extend(refused([
        Refusal::NotACode,
        Refusal::Mismatched { attempts_remaining: 4 },
        limited(Limit::VerifyPerTenant),
        limited(Limit::FailuresPerRecipient),
        limited(Limit::RecipientLockout),
    ]));
    all.extend(repeating());
    all
}

fn verifying_latest() -> Vec<V1Error> {
    verifying()
}

/// What an operation answers: its success, and its refusals with an example of each.
pub(super) fn answers(
    description: &str,
    success: (StatusCode, &str, Value),
    refusals: Vec<V1Error>,
) -> Answers {
    let (status, schema, example) = success;
    let told = |error: V1Error| Refused {
        status: error.status(),
        code: error.code(),
        media: "application/problem+json",
        schema: Some("Problem"),
        body: error.body(),
    };
    Answers::default()
        .success(status, description, ("application/json", reference(schema), example))
        .refusals(refusals.into_iter().map(told))
}

/// What reading the audit trail answers: a page as JSON or as CSV, and its refusals.
pub(super) fn audit_answers(refusals: Vec<V1Error>) -> Answers {
    let (ok, link) = (
        StatusCode::OK,
        json!({
            "description": "Where the next page is, with `rel=\"next\"` (RFC 8288); none on the last one.",
            "schema": { "type": "string", "maxLength": 4096 },
        }),
    );
    let text = json!({ "type": "string", "description": "A table with the columns of the rows." });
    let json = (ok, "AuditTrail", json!(AuditView::example()));
    answers("A page.", json, refusals)
        .success(ok, "A page.", ("text/csv", text, json!(AuditView::example().csv())))
        .header(ok, "Link", link)
}

const CHALLENGE: &str = "The challenge.";

fn challenge(status: &'static str) -> Value {
    json!(ChallengeView::example(status))
}

/// Defines what an operation answers.
macro_rules! answered {
    ($($(#[$doc:meta])* $name:ident => $answers:expr;)*) => {$(
        $(#[$doc])*
        pub(super) struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                $answers.into_map()
            }
        }
    )*};
}

answered! {
    /// Of minting.
    Minted => answers(CHALLENGE, (StatusCode::CREATED, "Challenge", challenge("pending")), minting())
        .header(StatusCode::CREATED, "Location", location());
    /// Of looking.
    Looked => answers(CHALLENGE, (StatusCode::OK, "Challenge", challenge("pending")), looking());
    /// Of cancelling.
    Cancelled => answers(CHALLENGE, (StatusCode::OK, "Challenge", challenge("canceled")), cancelling());
    /// Of resending.
    Resent => answers(CHALLENGE, (StatusCode::OK, "Challenge", challenge("pending")), resending());
    /// Of verifying by key.
    Checked => answers(CHALLENGE, (StatusCode::OK, "VerifiedChallenge", json!(VerifiedView::example())), verifying());
    /// Of verifying by recipient.
    CheckedLatest =>
        answers(CHALLENGE, (StatusCode::OK, "VerifiedChallenge", json!(VerifiedView::example())), verifying_latest());
}

fn location() -> Value {
    json!({
        "description": "Where the challenge is.",
        "schema": { "type": "string", "pattern": "^/v1/challenges/[A-Za-z]{23}$", "maxLength": 38 },
    })
}
