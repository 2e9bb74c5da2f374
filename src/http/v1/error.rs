//! Problems as RFC 9457 has them: `application/problem+json` with a stable `code`.

use std::borrow::Cow;
use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError, Route, web};
use serde::Serialize;

use crate::service::Refusal;

use crate::http::shared::problems::problem::Problem;
use crate::http::shared::problems::rejection::{Flaw, Rejection};

/// What a handler answers.
pub(crate) type V1Result = Result<HttpResponse, V1Error>;

/// A rejection, told to a caller of the v1 API.
#[derive(Clone, Debug)]
pub(crate) struct V1Error(Rejection);

/// The members of RFC 9457, and ours.
#[derive(Serialize)]
pub(crate) struct ProblemBody<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [Flaw],
    #[serde(skip_serializing_if = "Option::is_none")]
    attempts_remaining: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
}

impl V1Error {
    /// What the tenant is told of a refusal.
    pub(crate) fn refused(refusal: &Refusal) -> Self {
        Self(Rejection::refused(refusal))
    }

    /// A field that is not what it has to be.
    pub(crate) fn field(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self(Rejection::field(pointer, detail))
    }

    /// A parameter of the query that is not what it has to be.
    pub(crate) fn parameter(name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self(Rejection::parameter(name, detail))
    }

    /// The stable word.
    pub(crate) fn code(&self) -> &'static str {
        self.0.problem().code
    }

    /// The status of the answer.
    pub(crate) fn status(&self) -> StatusCode {
        self.0.status()
    }

    /// The same for every problem of its kind, as RFC 9457 §3.1.3 wants it; `None` where the
    /// sentence of the problem is as general already.
    fn title(&self) -> Option<&'static str> {
        Some(match self.code() {
            "invalid_field" => "A field of the body is not what it has to be.",
            "invalid_parameter" => "A parameter of the query is not what it has to be.",
            "invalid_recipient" => "The recipient must be one mail address such as jane@example.com.",
            "not_a_code" => "A code has 4 to 10 digits or letters. This did not count as an attempt.",
            "invalid_secret_key" => "The secret key is missing or not valid.",
            "code_mismatch" => "The code is wrong.",
            "challenge_not_found" => "There is no such challenge.",
            "challenge_expired" => "The challenge has expired.",
            "challenge_verified" => "The challenge was verified before. A code works once.",
            "challenge_canceled" => "The challenge was called off.",
            "challenge_exhausted" => "The attempts of the challenge are spent.",
            "insufficient_scope" => "The secret key may not be used for this.",
            "method_not_allowed" => "The resource does not have this method.",
            _ => return None,
        })
    }

    /// The body of the answer.
    pub(crate) fn body(&self) -> ProblemBody<'_> {
        let Problem { code, message, attempts_remaining, retry_after, .. } = self.0.problem();
        let title = self.title();
        let detail = match (self.0.flaws().first(), title, message) {
            (Some(flaw), ..) => Some(flaw.told().1),
            // The sentence of this very case, below that of its kind.
            (None, Some(_), Cow::Owned(message)) => Some(message.as_str()),
            _ => None,
        };
        ProblemBody {
            r#type: format!("/problems/{code}"),
            title: title.unwrap_or(message),
            status: self.status().as_u16(),
            code,
            detail,
            errors: self.0.flaws(),
            attempts_remaining: *attempts_remaining,
            retry_after: *retry_after,
        }
    }
}

impl From<Problem> for V1Error {
    fn from(problem: Problem) -> Self {
        Self(problem.into())
    }
}

impl From<Refusal> for V1Error {
    fn from(refusal: Refusal) -> Self {
        Self::refused(&refusal)
    }
}

impl From<Rejection> for V1Error {
    fn from(rejection: Rejection) -> Self {
        Self(rejection)
    }
}

impl fmt::Display for V1Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl ResponseError for V1Error {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    fn error_response(&self) -> HttpResponse {
        let problem = self.0.problem();
        let mut response = HttpResponse::build(self.status());
        if problem.ends_connection() {
            response.force_close();
        }
        if let Some(seconds) = problem.retry_after {
            response.insert_header((RETRY_AFTER, seconds));
        }
        if let Some(challenge) = problem.authenticate(self.status()) {
            response.insert_header((WWW_AUTHENTICATE, challenge));
        }
        // A struct of texts and numbers always serialises.
        let body = serde_json::to_string(&self.body()).unwrap_or_default();
        let mut answer = response.content_type("application/problem+json").body(body);
        problem.count();
        problem.mark(&mut answer);
        answer
    }
}

pub(crate) async fn not_found() -> HttpResponse {
    V1Error::from(Problem::NOT_FOUND).error_response()
}

/// Of a path that has other methods than the one that was asked for, which RFC 9110 §15.5.6 wants told.
pub(crate) fn allowing(methods: &'static str) -> Route {
    web::to(move || async move {
        let mut answer = V1Error::from(Problem::WRONG_METHOD).error_response();
        answer.headers_mut().insert(ALLOW, HeaderValue::from_static(methods));
        answer
    })
}
