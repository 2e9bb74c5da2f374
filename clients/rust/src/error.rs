// SPDX-License-Identifier: MIT

use std::fmt;

use jiff::Timestamp;
use serde::Deserialize;

/// The family of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// The code is wrong, and an attempt was counted. With none remaining, mint another code.
    CodeMismatch,
    /// The app still shows a code that was accepted before, which was not counted: ask for the next one.
    CodeUsed,
    /// What was typed cannot be a code, and no attempt was counted.
    NotACode,
    /// The challenge was verified, has expired, is exhausted or was canceled: `code` says which.
    ChallengeEnded,
    /// There is no such thing, or not any more: `code` says what. To a holder also a challenge that has ended.
    NotFound,
    /// The code cannot be sent again, or not yet: `code` says why.
    CannotResend,
    /// No code can be sent to this number.
    RecipientRefused,
    /// A field of the request is wrong, such as a mail address with a typing error: `errors` names it.
    InvalidField,
    /// Too much of something: `code` names the limit, `retry_at` says until when.
    RateLimited,
    /// The secret key is not valid.
    Unauthorized,
    /// The secret key is valid, and may not be used for this.
    Forbidden,
    /// The server, or the proxy in front of it, cannot serve now: 502, 503 or 504.
    Unavailable,
    /// There was no answer: no connection, or it broke. The request may have been carried out.
    ConnectionLost,
    /// There was no answer in time. The request may have been carried out.
    TimedOut,
    /// The answer is not one of OtpMint's: look at the base URL, or at what is in between.
    UnexpectedAnswer,
    /// A mistake of the caller's: nothing was sent.
    Misuse,
    /// Anything else that the server refuses: look at `code`.
    Other,
}

/// What is wrong with one field or parameter of a request.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct FieldProblem {
    /// The field of the body (RFC 6901).
    #[serde(default)]
    pub pointer: Option<String>,
    /// The parameter of the query.
    #[serde(default)]
    pub parameter: Option<String>,
    /// What is wrong.
    pub detail: String,
}

/// A refusal (RFC 9457).
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Problem {
    pub code: String,
    pub title: String,
    #[serde(default)]
    pub detail: Option<String>,
    #[serde(default)]
    pub errors: Option<Vec<FieldProblem>>,
    #[serde(default)]
    pub attempts_remaining: Option<u32>,
    #[serde(default, deserialize_with = "crate::types::maybe_time")]
    pub retry_at: Option<Timestamp>,
}

/// Whatever the server refuses, and whatever goes wrong on the way to it.
#[derive(Clone, Debug)]
pub struct Error(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    kind: Kind,
    problem: Problem,
    status: Option<u16>,
    retry_at: Option<Timestamp>,
    request_id: Option<String>,
}

impl Error {
    pub(crate) fn new(kind: Kind, code: &str, title: impl Into<String>) -> Self {
        let (code, title) = (code.to_owned(), title.into());
        let none =
            Problem { code, title, detail: None, errors: None, attempts_remaining: None, retry_at: None };
        Self::of(kind, none)
    }

    pub(crate) fn of(kind: Kind, problem: Problem) -> Self {
        Self(Box::new(Inner { kind, problem, status: None, retry_at: None, request_id: None }))
    }

    pub(crate) fn misuse(title: &str) -> Self {
        Self::new(Kind::Misuse, "misuse", title)
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    pub(crate) fn with_detail(mut self, detail: String) -> Self {
        self.0.problem.detail = Some(detail);
        self
    }

    pub(crate) fn with_request_id(mut self, id: Option<String>) -> Self {
        self.0.request_id = id;
        self
    }

    pub(crate) fn with_retry_at(mut self, at: Option<Timestamp>) -> Self {
        self.0.retry_at = at;
        self
    }

    /// The family.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// One of the codes in docs/problems.md, or one of this client: `connection_lost`, `timed_out`,
    /// `unexpected_answer`, `misuse`.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.0.problem.code
    }

    /// The status of the answer, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// What is wrong in this case.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.0.problem.detail.as_deref()
    }

    /// The fields that are wrong.
    #[must_use]
    pub fn errors(&self) -> &[FieldProblem] {
        self.0.problem.errors.as_deref().unwrap_or_default()
    }

    /// How many answers are still evaluated, after a wrong code.
    #[must_use]
    pub fn attempts_remaining(&self) -> Option<u32> {
        self.0.problem.attempts_remaining
    }

    /// When the same request may succeed; of a paused factor, when it is checked again.
    #[must_use]
    pub fn retry_at(&self) -> Option<Timestamp> {
        self.0.problem.retry_at.or(self.0.retry_at)
    }

    /// Where the server's log has more.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.0.problem.title, self.code())?;
        match self.detail() {
            Some(detail) => write!(f, ": {detail}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}
