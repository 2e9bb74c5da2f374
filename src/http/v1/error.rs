//! Problems as RFC 9457 defines them: `application/problem+json` with a stable `code`. [`placed`](super::placed) writes
//! their bodies.

use std::fmt;

use actix_web::http::header::{ALLOW, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, ResponseError, Route, web};
use serde::Serialize;

use crate::domain::time::Timestamp;
use crate::service::Refusal;

use crate::http::shared::problems::entry::ProblemEntry;
use crate::http::shared::problems::problem::Problem;
use crate::http::shared::problems::rejection::{Flaw, Rejection};
use crate::http::shared::problems::table::requests::{NOT_FOUND, WRONG_METHOD};

/// The result of a handler.
pub(crate) type V1Result = Result<HttpResponse, V1Error>;

/// A rejection as an answer of v1.
#[derive(Clone, Debug)]
pub(crate) struct V1Error(Rejection);

/// The members of RFC 9457, and our own.
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
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
}

/// Where a problem occurred.
#[derive(Clone, Copy)]
pub(crate) struct Occurrence<'a> {
    /// The address of this server; empty if it does not know its own.
    pub(crate) server: &'a str,
    /// The id of the request.
    pub(crate) request: Option<&'a str>,
}

impl Occurrence<'static> {
    /// That of the examples.
    pub(crate) const EXAMPLE: Self =
        Self { server: "https://otp.example.com", request: Some("k3v8x1m9q2c7b5n4") };
}

impl V1Error {
    /// The error that the tenant receives for a refusal.
    pub(crate) fn refused(refusal: &Refusal) -> Self {
        Self(Rejection::refused(refusal))
    }

    /// An invalid field.
    pub(crate) fn field(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self(Rejection::field(pointer, detail))
    }

    /// An invalid parameter of the query.
    pub(crate) fn parameter(name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self(Rejection::parameter(name, detail))
    }

    /// The stable word.
    pub(crate) fn code(&self) -> &'static str {
        self.0.problem().code()
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.0.problem().v1_status()
    }

    /// The body of an answer. Without an address of this server, `type` is relative to the URL of the request (RFC 9457
    /// §3.1.1): what a request says about its host is not repeated.
    pub(crate) fn body(&self, occurrence: Occurrence<'_>) -> ProblemBody<'_> {
        let problem = self.0.problem();
        let detail = self.0.flaws().first().map(|flaw| flaw.place_and_detail().1).or(problem.detail());
        ProblemBody {
            r#type: format!("{}/problems/{}", occurrence.server, problem.code()),
            title: problem.title(),
            status: self.status().as_u16(),
            code: problem.code(),
            detail,
            errors: self.0.flaws(),
            attempts_remaining: problem.attempts_remaining,
            retry_after: problem.retry_after,
            retry_at: problem.retry_at,
            instance: occurrence.request.map(|id| format!("urn:otpmint:request:{id}")),
        }
    }
}

impl From<Problem> for V1Error {
    fn from(problem: Problem) -> Self {
        Self(problem.into())
    }
}

impl From<&'static ProblemEntry> for V1Error {
    fn from(entry: &'static ProblemEntry) -> Self {
        Self(entry.into())
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
        let mut answer = response.finish();
        problem.count();
        problem.mark(&mut answer);
        answer.extensions_mut().insert(self.clone());
        answer
    }
}

pub(crate) async fn not_found() -> V1Result {
    Err((&NOT_FOUND).into())
}

/// Answers `OPTIONS` and refuses other methods, both with `Allow` (RFC 9110 §9.3.7 and §15.5.6).
pub(crate) fn allowing(methods: &'static [&'static str]) -> Route {
    web::to(move |request: HttpRequest| async move {
        let mut answer = match *request.method() {
            Method::OPTIONS => HttpResponse::NoContent().finish(),
            _ => V1Error::from(&WRONG_METHOD).error_response(),
        };
        let head = methods.contains(&"GET").then_some("HEAD");
        let allowed: Vec<_> = methods.iter().copied().chain(head).chain(["OPTIONS"]).collect();
        if let Ok(allowed) = HeaderValue::from_str(&allowed.join(", ")) {
            answer.headers_mut().insert(ALLOW, allowed);
        }
        answer
    })
}
