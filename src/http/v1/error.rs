//! Problems as RFC 9457 has them: `application/problem+json` with a stable `code`.

use std::borrow::Cow;
use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::web;
use actix_web::{HttpResponse, ResponseError, Route};
use serde::Serialize;

use crate::service::Refusal;

use super::super::problem::{Audience, NOBODY_EMBEDS, Problem, RETURN_URL_NOT_ALLOWED};

/// What a handler answers.
pub(super) type Answer = Result<HttpResponse, V1Error>;

/// A problem, told to a caller of the v1 API.
#[derive(Clone, Debug)]
pub(super) struct V1Error {
    problem: Problem,
    flaws: Vec<Flaw>,
}

/// Where something is wrong, and what.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
enum Flaw {
    /// In the body: a JSON pointer (RFC 6901).
    Field { pointer: String, detail: String },
    /// In the query: the name of a parameter.
    Parameter { parameter: String, detail: String },
}

impl Flaw {
    fn told(&self) -> (&str, &str) {
        match self {
            Self::Field { pointer: place, detail } | Self::Parameter { parameter: place, detail } => {
                (place, detail)
            }
        }
    }
}

/// The members of RFC 9457, and ours.
#[derive(Serialize)]
pub(super) struct Body<'a> {
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
    pub(super) fn refused(refusal: &Refusal) -> Self {
        match refusal {
            Refusal::InvalidSetting(setting) => {
                Self::field(format!("/{}", setting.path.replace('.', "/")), &*setting.problem)
            }
            Refusal::ReturnUrlNotAllowed => Self::field("/return_url", RETURN_URL_NOT_ALLOWED),
            Refusal::NobodyEmbeds => Self::field("/embed", NOBODY_EMBEDS),
            Refusal::KeyNameTaken => Self::field("/name", "another live key has this name"),
            Refusal::InvalidTemplate(errors) => {
                let flaws = errors.iter().map(|error| Flaw::Field {
                    pointer: error.pointer.clone(),
                    detail: error.detail.clone(),
                });
                Self { problem: Problem::of(refusal, Audience::Tenant), flaws: flaws.collect() }
            }
            _ => Problem::of(refusal, Audience::Tenant).into(),
        }
    }

    /// The problem, without what is wrong with single fields.
    pub(super) fn into_problem(self) -> Problem {
        self.problem
    }

    /// A field that is not what it has to be.
    pub(super) fn field(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        let (pointer, detail) = (pointer.into(), detail.into());
        Self { problem: Problem::field(detail.clone()), flaws: vec![Flaw::Field { pointer, detail }] }
    }

    /// A parameter of the query that is not what it has to be.
    pub(super) fn parameter(name: impl Into<String>, detail: impl Into<String>) -> Self {
        let (parameter, detail) = (name.into(), detail.into());
        Self {
            problem: Problem::parameter(detail.clone()),
            flaws: vec![Flaw::Parameter { parameter, detail }],
        }
    }

    /// Where the first thing is wrong, and what.
    pub(super) fn first(&self) -> (&str, &str) {
        self.flaws.first().map_or(("", &self.problem.message), Flaw::told)
    }

    /// The stable word.
    pub(super) fn code(&self) -> &'static str {
        self.problem.code
    }

    /// The status of the answer.
    pub(super) fn status(&self) -> StatusCode {
        match self.problem.code {
            "challenge_not_found" => StatusCode::NOT_FOUND,
            "challenge_expired" | "challenge_verified" | "challenge_canceled" | "challenge_exhausted" => {
                StatusCode::GONE
            }
            "invalid_field" | "invalid_recipient" | "not_a_code" => StatusCode::UNPROCESSABLE_ENTITY,
            _ => self.problem.status,
        }
    }

    /// The same for every problem of its kind, as RFC 9457 §3.1.3 wants it; `None` where the
    /// sentence of the problem is as general already.
    fn title(&self) -> Option<&'static str> {
        Some(match self.problem.code {
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
    pub(super) fn body(&self) -> Body<'_> {
        let Problem { code, message, attempts_remaining, retry_after, .. } = &self.problem;
        let title = self.title();
        let detail = match (self.flaws.first(), title, message) {
            (Some(flaw), ..) => Some(flaw.told().1),
            // The sentence of this very case, below that of its kind.
            (None, Some(_), Cow::Owned(message)) => Some(message.as_str()),
            _ => None,
        };
        Body {
            r#type: format!("/problems/{code}"),
            title: title.unwrap_or(message),
            status: self.status().as_u16(),
            code,
            detail,
            errors: &self.flaws,
            attempts_remaining: *attempts_remaining,
            retry_after: *retry_after,
        }
    }
}

impl From<Problem> for V1Error {
    fn from(problem: Problem) -> Self {
        Self { problem, flaws: Vec::new() }
    }
}

impl From<Refusal> for V1Error {
    fn from(refusal: Refusal) -> Self {
        Self::refused(&refusal)
    }
}

impl fmt::Display for V1Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.problem.code)
    }
}

impl ResponseError for V1Error {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status());
        if self.problem.ends_connection() {
            response.force_close();
        }
        if let Some(seconds) = self.problem.retry_after {
            response.insert_header((RETRY_AFTER, seconds));
        }
        if let Some(challenge) = self.problem.authenticate(self.status()) {
            response.insert_header((WWW_AUTHENTICATE, challenge));
        }
        // A struct of texts and numbers always serialises.
        let body = serde_json::to_string(&self.body()).unwrap_or_default();
        let mut answer = response.content_type("application/problem+json").body(body);
        self.problem.count();
        self.problem.mark(&mut answer);
        answer
    }
}

pub(super) async fn not_found() -> HttpResponse {
    V1Error::from(Problem::NOT_FOUND).error_response()
}

/// Of a path that has other methods than the one that was asked for, which RFC 9110 §15.5.6 wants told.
pub(super) fn allowing(methods: &'static str) -> Route {
    web::to(move || async move {
        let mut answer = V1Error::from(Problem::WRONG_METHOD).error_response();
        answer.headers_mut().insert(ALLOW, HeaderValue::from_static(methods));
        answer
    })
}
