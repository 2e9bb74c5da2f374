// SPDX-License-Identifier: MIT

use jiff::{SignedDuration, Timestamp};

use crate::error::{Error, Kind, Problem};
use crate::transport::Response;

/// The error for an answer that is no success. A proxy may have answered anything.
pub(crate) fn refusal(answer: &Response, now: Timestamp) -> Error {
    let status = answer.status;
    let after = seconds_to_wait(answer)
        .and_then(|seconds| now.checked_add(SignedDuration::from_secs(seconds.into())).ok());
    let problem = serde_json::from_slice::<Problem>(&answer.body).ok();
    let error = match problem {
        Some(problem) => {
            let kind = by_code(&problem.code).or(by_anyone(status)).unwrap_or(match status {
                401 => Kind::Unauthorized,
                403 => Kind::Forbidden,
                404 => Kind::NotFound,
                _ => Kind::Other,
            });
            Error::of(kind, problem)
        }
        None => {
            let title = match status {
                300..400 => "The answer is a redirect, which is not followed".to_owned(),
                _ => format!("The answer is {status}"),
            };
            Error::new(by_anyone(status).unwrap_or(Kind::UnexpectedAnswer), "unexpected_answer", title)
        }
    };
    error
        .with_status(status)
        .with_retry_at(after)
        .with_request_id(answer.header("x-request-id").map(str::to_owned))
}

fn by_code(code: &str) -> Option<Kind> {
    Some(match code {
        "code_mismatch" => Kind::CodeMismatch,
        "code_used" => Kind::CodeUsed,
        "not_a_code" => Kind::NotACode,
        "challenge_verified" | "challenge_expired" | "challenge_exhausted" | "challenge_canceled" => {
            Kind::ChallengeEnded
        }
        "resend_cooldown" | "send_under_way" | "sends_spent" | "nothing_to_resend" => Kind::CannotResend,
        "number_refused" | "country_not_allowed" => Kind::RecipientRefused,
        "invalid_field" | "invalid_parameter" => Kind::InvalidField,
        _ => return None,
    })
}

/// These mean the same whoever answers: OtpMint, or a proxy in front of it.
fn by_anyone(status: u16) -> Option<Kind> {
    match status {
        429 => Some(Kind::RateLimited),
        502..=504 => Some(Kind::Unavailable),
        _ => None,
    }
}

/// `Retry-After` in seconds. Nothing for a date, which only others than OtpMint send.
pub(crate) fn seconds_to_wait(answer: &Response) -> Option<u32> {
    let text = answer.header("retry-after")?;
    text.parse().ok().filter(|_| text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit()))
}
