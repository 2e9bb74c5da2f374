//! An entry of the table of problems.

use actix_web::http::StatusCode;

/// Everything about a problem: the answers, the page that explains it and the documents are made from this.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ProblemEntry {
    /// The stable word, for programs.
    pub(crate) code: &'static str,
    /// The APIs that return the problem, and the statuses.
    pub(crate) statuses: Statuses,
    /// What happened and what to change, as the original's routes say it.
    pub(crate) words: &'static str,
    /// The title in v1, where the words differ from case to case: RFC 9457 §3.1.3 wants one title for each type.
    pub(crate) title: Option<&'static str>,
    /// What the problem means, for `/problems/{code}`.
    pub(crate) meaning: &'static str,
    /// What to do about it, for `/problems/{code}`.
    pub(crate) remedy: &'static str,
    /// Seconds after which the request may be repeated, where that is always the same.
    pub(crate) retry_after: Option<u64>,
    /// Whether the connection ends with the answer. The server must not wait for the rest of a body, or a client
    /// that goes on sending would hold its connection for ever.
    pub(crate) ends_connection: bool,
}

/// The APIs that return a problem, and the statuses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Statuses {
    /// Both APIs.
    Both(u16),
    /// Both APIs: the original's routes use the first status and v1 the second.
    Apart(u16, u16),
    /// The original's routes only.
    Original(u16),
    /// V1 only.
    V1(u16),
}

impl Statuses {
    /// The status in the original's routes, as JSON.
    pub(crate) fn original(self) -> StatusCode {
        let (Self::Both(status) | Self::Apart(status, _) | Self::Original(status) | Self::V1(status)) = self;
        known(status)
    }

    /// The status in v1.
    pub(crate) fn v1(self) -> StatusCode {
        let (Self::Both(status) | Self::Apart(_, status) | Self::Original(status) | Self::V1(status)) = self;
        known(status)
    }
}

fn known(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

impl ProblemEntry {
    /// An entry without an explanation.
    pub(crate) const fn new(code: &'static str, statuses: Statuses, words: &'static str) -> Self {
        let (title, retry_after, ends_connection) = (None, None, false);
        Self { code, statuses, words, title, meaning: words, remedy: "", retry_after, ends_connection }
    }

    /// Adds the explanation.
    pub(crate) const fn explained(self, meaning: &'static str, remedy: &'static str) -> Self {
        Self { meaning, remedy, ..self }
    }

    /// Adds a title, where the words differ from case to case.
    pub(crate) const fn titled(self, title: &'static str) -> Self {
        Self { title: Some(title), ..self }
    }

    /// Adds the seconds until the request may be repeated.
    pub(crate) const fn retried_after(self, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// Ends the connection with the answer.
    pub(crate) const fn ending_connection(self) -> Self {
        Self { ends_connection: true, ..self }
    }
}

/// Defines the entries of one theme.
macro_rules! entries {
    ($(
        $(#[$doc:meta])* $name:ident $code:literal $statuses:expr;
            words: $words:literal
            $(title: $title:literal)?
            meaning: $meaning:literal
            remedy: $remedy:literal
            $(retry_after: $seconds:literal)?
            $(and: $connection:ident)?;
    )*) => {
        $(
            $(#[$doc])*
            pub(crate) static $name: ProblemEntry = {
                use $crate::http::shared::problems::entry::Statuses::*;
                ProblemEntry::new($code, $statuses, $words).explained($meaning, $remedy)
                    $(.titled($title))?
                    $(.retried_after($seconds))?
                    $(.$connection())?
            };
        )*

        /// All entries of this theme.
        pub(crate) static ALL: &[&ProblemEntry] = &[$(&$name),*];
    };
}

pub(crate) use entries;
