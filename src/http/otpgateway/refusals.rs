//! The one map from refusals to the words of otpgateway.

use std::time::Duration;

use actix_web::http::StatusCode;
use serde_json::json;

use crate::domain::challenges::challenge::ChallengeStatus;
use crate::domain::time::retry_seconds;
use crate::service::{AliasRefusal, KeyRefusal, Refusal};

use crate::http::shared::problems::audience::Audience;
use crate::http::shared::problems::problem::Problem;

use super::failure::Failure;
use super::view::Call;

/// What was asked for, and for how long the challenge of the id goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Operation {
    /// A code.
    Put(Duration),
    /// Whether a code is right.
    Check(Duration),
    /// Anything else.
    Status,
}

/// What is about things that the routes of otpgateway do not have.
macro_rules! unserved {
    () => {
        Refusal::RegistrationClosed
            | Refusal::OperatorTokenNeeded
            | Refusal::Operator(_)
            | Refusal::InvalidSmtp(_)
            | Refusal::PortNotAllowed(_)
            | Refusal::HostNotAllowed
            | Refusal::UnusableSecretKey
            | Refusal::UnknownKey
            | Refusal::UnknownTenant
            | Refusal::UnknownTemplate
            | Refusal::TooManyTemplates
            | Refusal::InvalidTemplate(_)
            | Refusal::Key(
                KeyRefusal::TooMany
                    | KeyRefusal::NameTaken
                    | KeyRefusal::LastManager
                    | KeyRefusal::WrongEnd
                    | KeyRefusal::ExcludesCaller(_),
            )
            | Refusal::InvalidSetting(_)
            | Refusal::AlreadySandbox
            | Refusal::NoSandbox
            | Refusal::NotSandbox
            | Refusal::ReturnUrlNotAllowed
            | Refusal::OriginNotAllowed
            | Refusal::NobodyEmbeds
            | Refusal::UnknownResult
            | Refusal::StillRunning
            | Refusal::KeyReused
            | Refusal::UnknownRoute
            | Refusal::TooManyRoutes
            | Refusal::ChangedMeanwhile
            | Refusal::TenantChanged
            | Refusal::TestUnderWay
            | Refusal::LiveOnly
            | Refusal::UnknownWebhook
            | Refusal::UnknownEvent
            | Refusal::TooManyWebhooks
            | Refusal::WebhookDisabled
            | Refusal::Deletion(_)
            | Refusal::Relay(_)
            | Refusal::Service(_)
            | Refusal::Factor(_)
    };
}

/// The failure for a refusal.
pub(super) fn failure(refusal: &Refusal, operation: Operation) -> Failure {
    let general = Failure::from(Problem::of(refusal, Audience::Tenant));
    let (status, bad) = (general.status, StatusCode::BAD_REQUEST);
    let to = format!("Invalid `to` address: {}", general.message);
    match refusal {
        Refusal::UnknownSecretKey => general.worded(StatusCode::UNAUTHORIZED, "Invalid API credentials."),
        Refusal::Mismatched { .. } | Refusal::NotACode => general.worded(bad, "Incorrect OTP"),
        Refusal::Ended(ChallengeStatus::Exhausted) => tried(general, bad, left(operation)),
        Refusal::Ended(ChallengeStatus::Verified) => {
            tried(general, StatusCode::TOO_MANY_REQUESTS, left(operation))
        }
        Refusal::UnknownChallenge
        | Refusal::Ended(ChallengeStatus::Pending | ChallengeStatus::Expired | ChallengeStatus::Canceled) => {
            general.worded(bad, "the OTP does not exist")
        }
        Refusal::Limited(hit) | Refusal::LimitedByName(_, hit) => {
            limited(general, operation, hit.retry_after)
        }
        Refusal::SendsSpent => limited(general, operation, left(operation)),
        Refusal::SendUnderWay => limited(general, operation, Duration::from_secs(1)),
        Refusal::InvalidRecipient | Refusal::Unreachable(_) => general.worded(bad, to),
        Refusal::NoPages => general
            .worded(bad, "Invalid `to` address: it is empty, and this server has no pages to ask for it."),
        Refusal::NoRecipient => general.worded(bad, "No address was given on the page yet."),
        Refusal::NoRoute(_) => general.worded(bad, "Unknown provider."),
        Refusal::NotDelivered(_) => general.worded(StatusCode::BAD_GATEWAY, "Error sending OTP."),
        Refusal::QueueFull => general.worded(status, "Error sending OTP."),
        Refusal::Store(_) => match operation {
            Operation::Put(_) => general.worded(status, "Error setting OTP."),
            Operation::Check(_) | Operation::Status => general.worded(status, "Error checking OTP status."),
        },
        Refusal::Key(KeyRefusal::NotAllowedFrom(_))
        | Refusal::MissingScope(_)
        | Refusal::Overloaded
        | Refusal::NothingToResend => general,
        unserved!() => general,
    }
}

fn left(operation: Operation) -> Duration {
    match operation {
        Operation::Put(left) | Operation::Check(left) => left,
        Operation::Status => Duration::ZERO,
    }
}

/// No more answers are evaluated.
fn tried(general: Failure, status: StatusCode, wait: Duration) -> Failure {
    let seconds = retry_seconds(wait);
    let words = format!("Too many attempts. Please retry after {seconds} seconds.");
    general.worded(status, words).after(seconds)
}

/// A limit has refused.
fn limited(general: Failure, operation: Operation, wait: Duration) -> Failure {
    let (many, seconds) = (StatusCode::TOO_MANY_REQUESTS, retry_seconds(wait));
    match operation {
        Operation::Put(_) => {
            let words = format!("OTP attempts exceeded. Retry after {seconds} seconds.");
            general.worded(many, words).after(seconds)
        }
        Operation::Check(_) => tried(general, many, wait),
        Operation::Status => general,
    }
}

impl Call<'_> {
    /// The failure of a PUT. After a limit it says how the code of the id stands, if there is one.
    pub(super) fn not_issued(&self, refused: &AliasRefusal) -> Failure {
        let failure = failure(&refused.refusal, Operation::Put(self.time_left(refused)));
        let limited = (failure.status == StatusCode::TOO_MANY_REQUESTS).then_some(failure.retry_after);
        let data = limited.map(|seconds| {
            let standing = refused.challenge.as_ref().map(|challenge| challenge.standing);
            json!({
                "ttl_seconds": seconds,
                "attempts": standing.map_or(0, |standing| standing.attempts),
                "max_attempts": standing.map_or(0, |standing| standing.max_attempts),
            })
        });
        failure.with(data)
    }

    /// The failure of a check, with the object that it was for, if there is one.
    pub(super) fn not_verified(&self, refused: &AliasRefusal) -> Failure {
        let failure = failure(&refused.refusal, Operation::Check(self.time_left(refused)));
        let object = refused.challenge.as_ref().map(|challenge| json!(self.object(challenge)));
        failure.with(object)
    }

    fn time_left(&self, refused: &AliasRefusal) -> Duration {
        let deadline = refused.challenge.as_ref().map(|challenge| challenge.standing.expires_at);
        deadline.map_or(Duration::ZERO, |deadline| deadline.since(self.services.now()))
    }
}
