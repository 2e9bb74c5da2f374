//! A problem: a status, a stable word, a sentence for the caller.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::error::PayloadError;
use actix_web::http::header::RETRY_AFTER;
use actix_web::http::{ConnectionType, StatusCode};

use crate::domain::limits::limit::{Limit, LimitHit};
use crate::domain::tenants::credential::Scope;
use crate::domain::time::retry_seconds;

/// Seconds after which a server that is too busy may be asked again.
pub(crate) const BUSY_RETRY: u64 = 1;

const OVERLOADED: &str = "server_overloaded";

/// What is answered instead of success.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    /// Stable, for programs.
    pub(crate) code: &'static str,
    /// For people: what happened and what to change.
    pub(crate) message: Cow<'static, str>,
    /// Seconds, for `Retry-After`.
    pub(crate) retry_after: Option<u64>,
    /// After a wrong code.
    pub(crate) attempts_remaining: Option<u8>,
    /// What the key would have to be allowed.
    pub(crate) scope: Option<Scope>,
    /// The limit that refused.
    pub(crate) limit: Option<Limit>,
}

impl Problem {
    pub(crate) const fn fixed(status: StatusCode, code: &'static str, message: &'static str) -> Self {
        let message = Cow::Borrowed(message);
        Self { status, code, message, retry_after: None, attempts_remaining: None, scope: None, limit: None }
    }

    /// Whether the connection ends with the answer. What is left of a body must not be waited for, or
    /// a client that goes on sending would hold its connection for ever.
    pub(crate) fn ends_connection(&self) -> bool {
        matches!(self.code, "body_too_slow" | "body_too_large" | "body_unreadable" | "shutting_down")
    }

    /// A body that could not be read.
    pub(crate) fn of_payload(error: &actix_web::Error) -> Self {
        match error.as_error() {
            Some(PayloadError::Overflow) => Self::TOO_LARGE,
            _ => Self::UNREADABLE,
        }
    }

    /// A field that is missing or not what it has to be.
    pub(crate) fn field(message: String) -> Self {
        Self { message: Cow::Owned(message), ..Self::fixed(StatusCode::BAD_REQUEST, "invalid_field", "") }
    }

    /// A parameter of the query that is unknown or not what it has to be.
    pub(crate) fn parameter(message: String) -> Self {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Self { message: Cow::Owned(message), ..Self::fixed(status, "invalid_parameter", "") }
    }

    /// What a caller has to show instead (RFC 6750 §3), where that would help.
    pub(crate) fn authenticate(&self, status: StatusCode) -> Option<String> {
        match self.scope {
            Some(scope) => Some(format!("Bearer error=\"insufficient_scope\", scope=\"{}\"", scope.as_str())),
            None => (status == StatusCode::UNAUTHORIZED).then(|| "Bearer".to_owned()),
        }
    }

    /// A limit that refused.
    pub(crate) fn limited(hit: LimitHit) -> Self {
        let LimitHit { limit, retry_after } = hit;
        let retry_after = Some(retry_seconds(retry_after));
        let fixed = Self::fixed(StatusCode::TOO_MANY_REQUESTS, limit.as_str(), limit.message());
        Self { retry_after, limit: Some(limit), ..fixed }
    }

    /// Of an address that takes only these methods.
    pub(crate) fn wrong_method(methods: &'static str) -> Self {
        match methods {
            "POST" => Self::WRONG_METHOD,
            _ => Self { message: Cow::Owned(format!("This address takes {methods}.")), ..Self::WRONG_METHOD },
        }
    }

    /// Counts a refusal by a limit, or for too much load, where it is answered.
    pub(crate) fn count(&self) {
        if self.code == OVERLOADED {
            metrics::counter!("otpmint_overloaded_total").increment(1);
        }
        if self.status == StatusCode::TOO_MANY_REQUESTS {
            metrics::counter!("otpmint_limited_total", "limit" => self.code).increment(1);
        }
    }

    /// The page of a problem, which says when to come again.
    pub(crate) fn on(&self, mut page: HttpResponse) -> HttpResponse {
        self.head(&mut page);
        page
    }

    /// What is the same for every page: the answer says when to come again, ends the connection where
    /// that has to be, and is counted.
    pub(crate) fn head(&self, answer: &mut HttpResponse) {
        self.count();
        self.mark(answer);
        if let Some(seconds) = self.retry_after {
            answer.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        if self.ends_connection() {
            answer.head_mut().set_connection_type(ConnectionType::Close);
        }
    }

    /// Notes in an answer which limit refused: `observe` knows whom.
    pub(crate) fn mark(&self, answer: &mut HttpResponse) {
        if let Some(limit) = self.limit {
            answer.extensions_mut().insert(limit);
        }
    }

    /// The server is on its way out.
    pub(crate) fn draining() -> Self {
        Self::unavailable("shutting_down", "This server is shutting down.")
    }

    /// More is asked than can be done in time.
    pub(crate) fn overloaded() -> Self {
        Self::unavailable(OVERLOADED, "The server has too much to do right now.")
    }

    /// The store cannot record.
    pub(crate) fn unrecorded() -> Self {
        Self::unavailable("store_unavailable", "This cannot be recorded right now, so nothing was done.")
    }

    pub(crate) fn unavailable(code: &'static str, message: &'static str) -> Self {
        Self { retry_after: Some(BUSY_RETRY), ..Self::fixed(StatusCode::SERVICE_UNAVAILABLE, code, message) }
    }
}
