//! Errors as the Twilio API has them: `code`, `message`, `more_info` and `status`, always as JSON.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, HeaderValue, WWW_AUTHENTICATE};
use actix_web::{HttpRequest, HttpResponse, ResponseError, Route, web};
use serde_json::json;

use crate::http::shared::problems::problem::Problem;
use crate::http::shared::problems::table::requests::{INVALID_FIELD, NOT_FOUND};

use super::base_url::ROOT;

/// The result of a handler.
pub(super) type TwilioResult = Result<HttpResponse, TwilioError>;

/// Why a request fails: the number of the Twilio API, and our own problem, whose page explains it.
#[derive(Clone, Debug)]
pub(super) struct TwilioError {
    status: u16,
    /// The number of the Twilio API.
    number: u32,
    message: Message,
    problem: Problem,
}

#[derive(Clone, Debug)]
enum Message {
    Words(String),
    /// The requested path was not found.
    Path,
}

impl TwilioError {
    /// An error with words of its own.
    pub(super) fn worded(status: u16, number: u32, words: impl Into<String>) -> Self {
        let words = words.into();
        let problem = Problem::worded(&INVALID_FIELD, words.clone());
        Self { status, number, message: Message::Words(words), problem }
    }

    /// A parameter that is missing, unknown or invalid.
    pub(super) fn parameter(name: &str, detail: impl fmt::Display) -> Self {
        Self::worded(400, 60200, format!("Invalid parameter `{name}`: {detail}"))
    }

    /// A resource that the tenant does not have.
    pub(super) fn not_found() -> Self {
        Self { status: 404, number: 20404, message: Message::Path, problem: (&NOT_FOUND).into() }
    }

    /// The answer to a request.
    pub(super) fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let message = match &self.message {
            Message::Words(words) => words.clone(),
            Message::Path => {
                let path = request.path().strip_prefix(ROOT).unwrap_or(request.path());
                format!("The requested resource {path} was not found")
            }
        };
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut answer = HttpResponse::build(status).json(json!({
            "code": self.number,
            "message": message,
            "more_info": format!("/problems/{}", self.problem.code()),
            "status": self.status,
        }));
        if status == StatusCode::UNAUTHORIZED {
            answer
                .headers_mut()
                .insert(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"OtpMint\""));
        }
        self.problem.on(answer)
    }
}

/// A problem that no use case decided: of the body, the path, a limit or the load.
impl From<Problem> for TwilioError {
    fn from(problem: Problem) -> Self {
        let status = problem.v1_status().as_u16();
        let number = match status {
            401 => 20003,
            404 => return Self::not_found(),
            405 => 20004,
            429 => 20429,
            500.. => 20503,
            _ => 60200,
        };
        Self { status, number, message: Message::Words(problem.message().to_owned()), problem }
    }
}

impl TwilioError {
    /// A problem with this status and number.
    pub(super) fn numbered(problem: Problem, status: u16, number: u32) -> Self {
        let message = Message::Words(problem.message().to_owned());
        Self { status, number, message, problem }
    }

    /// The same in other words.
    pub(super) fn saying(self, words: &str) -> Self {
        Self { message: Message::Words(words.to_owned()), ..self }
    }
}

impl fmt::Display for TwilioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status, self.number)
    }
}

/// The middleware around every route answers an error, because only it knows the request.
impl ResponseError for TwilioError {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// Refuses other methods than these.
pub(super) fn allowing(methods: &'static str) -> Route {
    web::to(move |request: HttpRequest| async move {
        let mut answer = TwilioError::from(Problem::wrong_method(methods)).answer(&request);
        answer.headers_mut().insert(ALLOW, HeaderValue::from_static(methods));
        answer
    })
}

/// Answers for paths that do not exist.
pub(super) async fn nothing_here(request: HttpRequest) -> HttpResponse {
    TwilioError::not_found().answer(&request)
}
