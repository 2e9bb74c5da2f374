//! The v1 routes as OpenAPI tells them: what each can answer, with examples out of the same code.

use actix_web::http::StatusCode;
use serde_json::{Value, json};
use utoipa::OpenApi;

use crate::domain::challenges::challenge::ChallengeStatus::{Canceled, Exhausted, Expired, Verified};
use crate::domain::limits::limit::Limit;
use crate::domain::tenants::credential::Scope;
use crate::service::Refusal;

use super::super::openapi::answers::{Answers, Refused, reference};
use super::super::openapi::limited;
use super::super::problem::Problem;
use super::error::V1Error;
pub(super) use super::parameters::{IdempotencyKey, Key, Prefer};
use super::public_view::{PublicView, VerifiedPublicView};
use super::view::{ChallengeView, VerifiedView};
use super::{answers, body, challenges, problem_view, public_view, rate_limit, view};

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
        answers::Verify,
        answers::VerifyLatest,
        view::ChallengeView,
        view::MintedView,
        view::VerifiedView,
        public_view::PublicView,
        public_view::VerifiedPublicView,
        problem_view::ProblemView,
        problem_view::FieldProblem,
    ))
)]
pub(in crate::http) struct V1Doc;

/// Refusals, as the tenant is told them.
pub(super) fn refused(refusals: impl IntoIterator<Item = Refusal>) -> impl Iterator<Item = V1Error> {
    refusals.into_iter().map(|refusal| V1Error::refused(&refusal))
}

/// What every request with a key can be refused with.
pub(super) fn always(scope: Scope, per_address: Limit) -> Vec<V1Error> {
    let key = [Refusal::UnknownSecretKey, Refusal::MissingScope(scope)];
    let own = refused(key).chain(refused([limited(per_address), limited(Limit::WrongKeysPerAddress)]));
    own.chain([Problem::unrecorded(), Problem::overloaded(), Problem::draining()].map(V1Error::from))
        .collect()
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
    all.extend(refused([Refusal::NoAccount, Refusal::NoPages]));
    all.extend(repeating());
    all
}

/// What a request with an `Idempotency-Key` can be refused with beside everything else.
fn repeating() -> impl Iterator<Item = V1Error> {
    let malformed = V1Error::from(Problem::INVALID_IDEMPOTENCY_KEY);
    refused([Refusal::StillRunning, Refusal::KeyReused]).chain([malformed])
}

/// What looking after the tenant can be refused with, whatever is asked.
pub(super) fn looking_after() -> Vec<V1Error> {
    managing(Limit::ManagePerTenant)
}

/// The same where something is sent for it.
pub(super) fn probing() -> Vec<V1Error> {
    managing(Limit::MintPerTenant)
}

fn managing(rate: Limit) -> Vec<V1Error> {
    and(always(Scope::Manage, Limit::VerifyPerAddress), refused([limited(rate)]))
}

fn looking() -> Vec<V1Error> {
    let mut all = always(Scope::Verify, Limit::VerifyPerAddress);
    all.extend(refused([Refusal::UnknownChallenge]));
    all
}

fn canceling() -> Vec<V1Error> {
    let mut all = looking();
    all.extend(refused([Exhausted, Verified, Expired, Canceled].map(Refusal::Ended)));
    all
}

fn resending() -> Vec<V1Error> {
    let mut all = always(Scope::Mint, Limit::MintPerAddress);
    all.extend(refused([Refusal::UnknownChallenge, Refusal::SendsSpent, Refusal::SendUnderWay]));
    all.extend(refused([Refusal::NothingToResend, Refusal::NoRecipient]));
    all.extend(refused([Exhausted, Verified, Expired, Canceled].map(Refusal::Ended)));
    all.extend(refused(sending()));
    all.extend(refused([limited(Limit::ResendCooldown)]));
    all.extend(repeating());
    all.push(Problem::IDEMPOTENCY_NOT_OFFERED.into());
    all
}

fn verifying() -> Vec<V1Error> {
    let mut all = canceling();
    all.extend(of_a_body("/code", "missing field `code`"));
    all.extend(refused([
        Refusal::NotACode,
        Refusal::NoRecipient,
        Refusal::Mismatched { attempts_remaining: 4 },
        limited(Limit::VerifyPerTenant),
        limited(Limit::FailuresPerRecipient),
        limited(Limit::RecipientLockout),
    ]));
    all.extend(repeating());
    all.push(Problem::IDEMPOTENCY_NOT_OFFERED.into());
    all
}

fn verifying_latest() -> Vec<V1Error> {
    let mut all = verifying();
    all.retain(|error| error.code() != Problem::IDEMPOTENCY_NOT_OFFERED.code);
    all
}

/// Refusals, and some more.
pub(super) fn and(mut all: Vec<V1Error>, more: impl IntoIterator<Item = V1Error>) -> Vec<V1Error> {
    all.extend(more);
    all
}

/// What an operation answers: its success, and its refusals with an example of each.
pub(super) fn answers(
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
pub(super) fn told(refusals: Vec<V1Error>) -> impl Iterator<Item = Refused> {
    refusals.into_iter().map(|error| Refused {
        status: error.status(),
        code: error.code(),
        media: "application/problem+json",
        schema: Some("Problem"),
        body: json!(error.body()),
    })
}

pub(super) const CHALLENGE: &str = "The challenge.";

fn challenge(status: &'static str) -> Value {
    json!(ChallengeView::example(status))
}

/// Defines what an operation answers.
macro_rules! answered {
    ($($(#[$doc:meta])* $name:ident => $answers:expr;)*) => {$(
        $(#[$doc])*
        pub(super) struct $name;

        impl utoipa::IntoResponses for $name {
            fn responses() -> std::collections::BTreeMap<String, utoipa::openapi::RefOr<utoipa::openapi::Response>> {
                $answers.into_map()
            }
        }
    )*};
}

pub(super) use answered;

pub(super) fn verified() -> (StatusCode, &'static str, Value) {
    (StatusCode::OK, "VerifiedChallenge", json!(VerifiedView::example()))
}

/// One that also anybody is answered who has the key of the challenge, with less in it.
fn public(answers: Answers, schema: &str, example: Value) -> Answers {
    answers.or(StatusCode::OK, "withoutSecretKey", ("application/json", reference(schema), example))
}

fn pending() -> Value {
    json!(PublicView::example("pending"))
}

answered! {
    /// Of minting.
    Minted => repeatable(
        answers(CHALLENGE, (StatusCode::CREATED, "MintedChallenge", challenge("pending")), minting())
            .header(StatusCode::CREATED, "Location", location("challenge", "^/v1/challenges/[A-Za-z]{23}$")),
        StatusCode::CREATED,
    );
    /// Of looking.
    Looked => public(
        answers(CHALLENGE, (StatusCode::OK, "Challenge", challenge("pending")), looking()),
        "PublicChallenge",
        pending(),
    );
    /// Of canceling.
    CalledOff => answers(CHALLENGE, (StatusCode::OK, "Challenge", challenge("canceled")), canceling());
    /// Of resending.
    Resent => public(
        repeatable(
            answers(CHALLENGE, (StatusCode::OK, "Challenge", challenge("pending")), resending()),
            StatusCode::OK,
        ),
        "PublicChallenge",
        pending(),
    );
    /// Of verifying by key.
    Checked => public(
        repeatable(answers(CHALLENGE, verified(), verifying()), StatusCode::OK),
        "VerifiedPublicChallenge",
        json!(VerifiedPublicView::example()),
    );
    /// Of verifying by recipient.
    CheckedLatest => repeatable(answers(CHALLENGE, verified(), verifying_latest()), StatusCode::OK);
}

/// One that takes an `Idempotency-Key`.
fn repeatable(answers: Answers, success: StatusCode) -> Answers {
    let replayed = json!({
        "description": "`true` on an answer that is repeated because of its `Idempotency-Key`.",
        "schema": { "type": "string", "enum": ["true"] },
    });
    answers.header(success, "Idempotency-Replayed", replayed)
}

/// `Location` of what was made.
pub(super) fn location(what: &str, pattern: &str) -> Value {
    json!({
        "description": format!("Where the {what} is."),
        "schema": { "type": "string", "pattern": pattern, "maxLength": 80 },
    })
}
