//! A problem: a status, a stable word, and a sentence for the caller.

use actix_web::HttpResponse;
use actix_web::error::PayloadError;
use actix_web::http::header::RETRY_AFTER;
use actix_web::http::{ConnectionType, StatusCode};

use crate::domain::limits::limit::{Limit, LimitHit};
use crate::domain::tenants::credential::Scope;
use crate::domain::time::{Timestamp, retry_seconds};

use super::entry::ProblemEntry;
use super::table::limits;
use super::table::requests::{
    INVALID_FIELD, INVALID_PARAMETER, SERVER_OVERLOADED, TOO_LARGE, UNREADABLE, WRONG_METHOD,
};

/// An answer other than success: an entry of the table, and what is particular to this case.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(super) entry: &'static ProblemEntry,
    /// The words of this case.
    pub(super) words: Option<String>,
    /// Seconds, for `Retry-After`.
    pub(crate) retry_after: Option<u64>,
    /// The end of a pause, which is answered beside the seconds.
    pub(crate) retry_at: Option<Timestamp>,
    /// After a wrong code.
    pub(crate) attempts_remaining: Option<u8>,
    /// The scope that the secret key lacks.
    pub(crate) scope: Option<Scope>,
    /// The limit that has refused.
    pub(super) limit: Option<Limit>,
}

impl From<&'static ProblemEntry> for Problem {
    fn from(entry: &'static ProblemEntry) -> Self {
        let retry_after = entry.retry_after;
        Self {
            entry,
            words: None,
            retry_after,
            retry_at: None,
            attempts_remaining: None,
            scope: None,
            limit: None,
        }
    }
}

impl Problem {
    /// A problem with words of its own.
    pub(crate) fn worded(entry: &'static ProblemEntry, words: String) -> Self {
        Self { words: Some(words), ..entry.into() }
    }

    /// The stable word, for programs.
    pub(crate) fn code(&self) -> &'static str {
        self.entry.code
    }

    /// For people: what happened and what to change.
    pub(crate) fn message(&self) -> &str {
        self.words.as_deref().unwrap_or(self.entry.words)
    }

    /// The same for every problem of this code.
    pub(crate) fn title(&self) -> &str {
        self.entry.title.unwrap_or(self.message())
    }

    /// The words of this case, if the title does not say them.
    pub(crate) fn detail(&self) -> Option<&str> {
        self.words.as_deref().filter(|_| self.entry.title.is_some())
    }

    /// The status in the original's routes, as JSON.
    pub(crate) fn original_status(&self) -> StatusCode {
        self.entry.statuses.original()
    }

    /// The status in v1.
    pub(crate) fn v1_status(&self) -> StatusCode {
        self.entry.statuses.v1()
    }

    /// Whether the connection ends with the answer.
    pub(crate) fn ends_connection(&self) -> bool {
        self.entry.ends_connection
    }

    /// The problem of a body that could not be read.
    pub(crate) fn of_payload(error: &actix_web::Error) -> Self {
        match error.as_error() {
            Some(PayloadError::Overflow) => (&TOO_LARGE).into(),
            _ => (&UNREADABLE).into(),
        }
    }

    /// A field that is missing or invalid.
    pub(crate) fn field(words: String) -> Self {
        Self::worded(&INVALID_FIELD, words)
    }

    /// A parameter of the query that is unknown or invalid.
    pub(crate) fn parameter(words: String) -> Self {
        Self::worded(&INVALID_PARAMETER, words)
    }

    /// The value of `WWW-Authenticate` (RFC 6750 §3), where authentication would help.
    pub(crate) fn authenticate(&self, status: StatusCode) -> Option<String> {
        match self.scope {
            Some(scope) => Some(format!("Bearer error=\"insufficient_scope\", scope=\"{}\"", scope.as_str())),
            None => (status == StatusCode::UNAUTHORIZED).then(|| "Bearer".to_owned()),
        }
    }

    /// A refusal by a limit.
    pub(crate) fn limited(hit: LimitHit) -> Self {
        let LimitHit { limit, retry_after } = hit;
        let retry_after = Some(retry_seconds(retry_after));
        Self { retry_after, limit: Some(limit), ..limits::of(limit).into() }
    }

    /// A refusal by a path that accepts only these methods.
    pub(crate) fn wrong_method(methods: &'static str) -> Self {
        match methods {
            "POST" => (&WRONG_METHOD).into(),
            _ => Self::worded(&WRONG_METHOD, format!("This address takes {methods}.")),
        }
    }

    /// Counts a refusal by a limit or because of overload, when it is answered.
    pub(crate) fn count(&self) {
        if self.code() == SERVER_OVERLOADED.code {
            metrics::counter!("otpmint_overloaded_total").increment(1);
        }
        if self.limit.is_some() {
            metrics::counter!("otpmint_limited_total", "limit" => self.code()).increment(1);
        }
    }

    /// Completes the page of a problem: see [`Self::head`].
    pub(crate) fn on(&self, mut page: HttpResponse) -> HttpResponse {
        self.head(&mut page);
        page
    }

    /// Adds what every page of a problem has: `Retry-After`, the end of the connection where it must end, and a
    /// count.
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

    /// Notes in the answer which limit has refused: `observe` knows whom.
    pub(crate) fn mark(&self, answer: &mut HttpResponse) {
        if let Some(limit) = self.limit {
            answer.extensions_mut().insert(limit);
        }
    }
}
