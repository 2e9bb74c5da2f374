//! What a judgement, or the lack of an answer, means for the route and for the message.

use super::judgement::{Judged, Judgement};
use super::message::Unfit;
use crate::delivery::net::http::{HttpError, HttpFailure, Written};
use crate::delivery::ports::channel::Acceptance;
use crate::delivery::ports::failure::{Blame, Later, Others, RouteFailure};
use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::deliveries::reply::{ReplyClass, ReplyCodes};

/// Converts a judgement for routing.
pub(super) fn of_judgement(judged: Judged, status: u16) -> Result<Acceptance, RouteFailure> {
    let Judged { judgement, code } = judged;
    let reply = ReplyClass::of(status).map(|class| ReplyCodes { class, status: None, code });
    let failure = match judgement {
        Judgement::Accepted { id } => return Ok(Acceptance { reply, id }),
        Judgement::Retry { after } => RouteFailure {
            others: Others::MayTry,
            blame: Blame::Route,
            pause: after,
            ..RouteFailure::passing(DeliveryError::ServerUnavailable)
        },
        Judgement::NextRoute(class) => {
            RouteFailure { others: Others::MayTry, blame: Blame::Route, ..RouteFailure::lasting(class) }
        }
        Judgement::Refused(class) => RouteFailure::lasting(class),
        Judgement::Unknown => unknown(DeliveryError::ProtocolViolated),
    };
    Err(RouteFailure { reply, ..failure })
}

/// Converts the lack of an answer for routing. What was not sent whole has not left.
pub(super) fn of_failure(failure: HttpFailure) -> RouteFailure {
    let class = class(failure.error);
    match (failure.written, failure.error) {
        (Written::Whole, _) => unknown(class),
        (Written::InPart, HttpError::HostNotAllowed | HttpError::TlsFailed) => {
            RouteFailure { others: Others::MayTry, blame: Blame::Server, ..RouteFailure::lasting(class) }
        }
        (Written::InPart, _) => {
            RouteFailure { others: Others::MayTry, blame: Blame::Server, ..RouteFailure::passing(class) }
        }
    }
}

/// Converts a message that cannot be handed over at all.
pub(super) fn of_unfit(unfit: Unfit) -> RouteFailure {
    let class = match unfit {
        Unfit::Medium => DeliveryError::NoRoute,
        Unfit::Code | Unfit::Settings => DeliveryError::MessageRefused,
        Unfit::TooLate => DeliveryError::Expired,
    };
    RouteFailure { others: Others::MayTry, blame: Blame::Unclear, ..RouteFailure::lasting(class) }
}

/// The provider may have the message: nobody else gets it, and it gets it at most once more.
fn unknown(class: DeliveryError) -> RouteFailure {
    RouteFailure { later: Later::OnceMore, blame: Blame::Route, ..RouteFailure::passing(class) }
}

pub(super) fn class(error: HttpError) -> DeliveryError {
    match error {
        HttpError::HostNotFound => DeliveryError::HostNotFound,
        HttpError::HostNotAllowed => DeliveryError::HostNotAllowed,
        HttpError::ConnectionFailed => DeliveryError::ConnectionFailed,
        HttpError::TlsFailed => DeliveryError::TlsFailed,
        HttpError::TimedOut => DeliveryError::TimedOut,
        HttpError::ProtocolViolated | HttpError::TooLarge => DeliveryError::ProtocolViolated,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const ERRORS: [HttpError; 7] = [
        HttpError::HostNotFound,
        HttpError::HostNotAllowed,
        HttpError::ConnectionFailed,
        HttpError::TlsFailed,
        HttpError::TimedOut,
        HttpError::ProtocolViolated,
        HttpError::TooLarge,
    ];

    #[test]
    fn what_was_sent_whole_goes_to_nobody_else_and_what_was_not_goes_to_the_next() {
        for error in ERRORS {
            let whole = of_failure(HttpFailure { error, written: Written::Whole });
            assert_eq!((whole.later, whole.others), (Later::OnceMore, Others::MayNot), "{error:?}");
            let part = of_failure(HttpFailure { error, written: Written::InPart });
            assert_ne!(part.later, Later::OnceMore);
            assert_eq!(part.others, Others::MayTry, "{error:?}");
        }
    }

    #[test]
    fn judgements_lead_to_a_retry_to_the_next_route_or_to_the_end() {
        let failure = |judgement: Judgement| of_judgement(judgement.with(Some(7)), 429).unwrap_err();
        let after = Some(Duration::from_secs(5));
        let retry = failure(Judgement::Retry { after });
        assert_eq!((retry.later, retry.others, retry.pause), (Later::MaySucceed, Others::MayTry, after));
        assert_eq!(retry.reply.unwrap().code, Some(7));
        let next = failure(Judgement::LOGIN);
        assert_eq!((next.later, next.others, next.blame), (Later::FailsAgain, Others::MayTry, Blame::Route));
        let refused = failure(Judgement::RECIPIENT);
        assert_eq!((refused.later, refused.others), (Later::FailsAgain, Others::MayNot));
        let unknown = failure(Judgement::Unknown);
        assert_eq!((unknown.later, unknown.others), (Later::OnceMore, Others::MayNot));
        let accepted = of_judgement(Judgement::Accepted { id: Some("x".to_owned()) }.into(), 201).unwrap();
        assert_eq!(accepted.id.as_deref(), Some("x"));
    }
}
