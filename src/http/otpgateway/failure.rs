//! The envelope of every answer.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError, Route, web};
use serde::Serialize;
use serde_json::{Value, json};

use crate::http::shared::problems::problem::Problem;
use crate::http::shared::problems::table::requests::NOT_FOUND;

const JSON: &str = "application/json; charset=utf-8";

/// The result of a handler.
pub(super) type Answer = Result<HttpResponse, Failure>;

/// A success with this data.
pub(super) fn success(data: impl Serialize) -> Answer {
    Ok(HttpResponse::Ok().content_type(JSON).body(json!({ "status": "success", "data": data }).to_string()))
}

/// An answer other than success.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    pub(super) status: StatusCode,
    pub(super) message: String,
    /// What comes beside the message.
    pub(super) data: Option<Value>,
    /// Seconds, for `Retry-After`.
    pub(super) retry_after: Option<u64>,
    /// The problem as the other APIs know it: it is counted, and may end the connection.
    problem: Option<Box<Problem>>,
}

impl Failure {
    /// A failure with these words.
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), data: None, retry_after: None, problem: None }
    }

    /// A request that has to be changed.
    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// The same failure with this status and these words.
    pub(super) fn worded(self, status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), ..self }
    }

    /// The same failure with this wait in seconds.
    pub(super) fn after(self, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// The same failure with this data.
    pub(super) fn with(self, data: Option<Value>) -> Self {
        Self { data, ..self }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        let retry_after = problem.retry_after;
        let failure = Self::new(problem.v1_status(), problem.message());
        Self { retry_after, problem: Some(Box::new(problem)), ..failure }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut body = json!({ "status": "error", "message": self.message });
        if let Some(data) = &self.data {
            body["data"] = data.clone();
        }
        let mut answer = HttpResponse::build(self.status).content_type(JSON).body(body.to_string());
        if let Some(problem) = &self.problem {
            problem.head(&mut answer);
        }
        if let Some(seconds) = self.retry_after {
            answer.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        if self.status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Basic realm=\"otpmint\", charset=\"UTF-8\"");
            answer.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        answer
    }
}

/// For unknown paths.
pub(super) async fn not_found() -> HttpResponse {
    Failure::from(Problem::from(&NOT_FOUND)).error_response()
}

/// Refuses other methods and lists these in `Allow`, as RFC 9110 §15.5.6 requires.
pub(super) fn allowing(methods: &'static str) -> Route {
    web::to(move || async move {
        let mut answer = Failure::from(Problem::wrong_method(methods)).error_response();
        answer.headers_mut().insert(ALLOW, HeaderValue::from_static(methods));
        answer
    })
}
