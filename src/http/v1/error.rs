//! Problems as RFC 9457 has them: `application/problem+json` with a stable `code`.

use std::borrow::Cow;
use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::web;
use actix_web::{HttpResponse, ResponseError, Route};
use serde_json::{Map, Value, json};

use crate::service::Refusal;

use super::super::problem::{Audience, NOBODY_EMBEDS, Problem, RETURN_URL_NOT_ALLOWED};

/// What a handler answers.
pub(super) type Answer = Result<HttpResponse, V1Error>;

/// A problem, told to a caller of the v1 API.
#[derive(Clone, Debug)]
pub(super) struct V1Error {
    problem: Problem,
    /// What is wrong: where, and what.
    fields: Vec<(Place, String)>,
}

/// Where something is wrong.
#[derive(Clone, Debug)]
enum Place {
    /// In the body: a JSON pointer (RFC 6901).
    Pointer(String),
    /// In the query: the name of a parameter.
    Parameter(String),
}

impl Place {
    /// One of the `errors` of a body.
    fn error(&self, detail: &str) -> Value {
        match self {
            Self::Pointer(pointer) => json!({ "pointer": pointer, "detail": detail }),
            Self::Parameter(name) => json!({ "parameter": name, "detail": detail }),
        }
    }
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
                let fields =
                    errors.iter().map(|error| (Place::Pointer(error.pointer.clone()), error.detail.clone()));
                Self { problem: Problem::of(refusal, Audience::Tenant), fields: fields.collect() }
            }
            _ => Self { problem: Problem::of(refusal, Audience::Tenant), fields: Vec::new() },
        }
    }

    /// The problem, without what is wrong with single fields.
    pub(super) fn into_problem(self) -> Problem {
        self.problem
    }

    /// A field that is not what it has to be.
    pub(super) fn field(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        let place = Place::Pointer(pointer.into());
        Self { problem: Problem::field(detail.clone()), fields: vec![(place, detail)] }
    }

    /// A parameter of the query that is not what it has to be.
    pub(super) fn parameter(name: impl Into<String>, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        let place = Place::Parameter(name.into());
        Self { problem: Problem::parameter(detail.clone()), fields: vec![(place, detail)] }
    }

    /// Where the first thing is wrong, and what.
    pub(super) fn first(&self) -> (&str, &str) {
        match self.fields.first() {
            Some((Place::Pointer(place) | Place::Parameter(place), detail)) => (place, detail),
            None => ("", &self.problem.message),
        }
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
    pub(super) fn body(&self) -> Value {
        let problem = &self.problem;
        let title = self.title();
        let mut body = Map::new();
        let mut put = |name: &str, value: Value| body.insert(name.to_owned(), value);
        put("type", json!(format!("/problems/{}", problem.code)));
        put("title", json!(title.unwrap_or(&problem.message)));
        put("status", json!(self.status().as_u16()));
        put("code", json!(problem.code));
        if let Some((_, detail)) = self.fields.first() {
            put("detail", json!(detail));
            put("errors", self.fields.iter().map(|(place, detail)| place.error(detail)).collect());
        }
        if let (Some(_), true, Cow::Owned(message)) = (title, self.fields.is_empty(), &problem.message) {
            put("detail", json!(message));
        }
        if let Some(attempts) = problem.attempts_remaining {
            put("attempts_remaining", json!(attempts));
        }
        if let Some(seconds) = problem.retry_after {
            put("retry_after", json!(seconds));
        }
        Value::Object(body)
    }
}

impl From<Problem> for V1Error {
    fn from(problem: Problem) -> Self {
        Self { problem, fields: Vec::new() }
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
        let mut answer = response.content_type("application/problem+json").body(self.body().to_string());
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
