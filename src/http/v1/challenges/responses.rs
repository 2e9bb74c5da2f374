//! What the routes of challenges answer, with examples out of the same code.

use actix_web::http::StatusCode;
use serde_json::{Value, json};

use crate::domain::challenges::challenge::ChallengeStatus::{Canceled, Exhausted, Expired, Verified};
use crate::domain::limits::limit::Limit;
use crate::domain::tenants::credential::Scope;
use crate::service::Refusal;

use crate::http::shared::description::answers::{Answers, limited, reference};
use crate::http::shared::problems::problem::Problem;
use crate::http::v1::description::{always, answered, answers, location, of_a_body, refused};
use crate::http::v1::error::V1Error;

use super::public_view::{PublicView, VerifiedPublicView};
use super::view::{ChallengeView, VerifiedView};

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

pub(crate) const CHALLENGE: &str = "The challenge.";

fn challenge(status: &'static str) -> Value {
    json!(ChallengeView::example(status))
}

pub(crate) fn verified() -> (StatusCode, &'static str, Value) {
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
