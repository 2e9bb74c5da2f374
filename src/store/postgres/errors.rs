//! What an error of PostgreSQL means for a transaction.

use std::error::Error as _;

use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use crate::store::sql::failed::{EngineError, Failed};

/// An error of the server or of the connection to it, for the log. What the server tells in detail is left out:
/// it repeats the values of rows.
#[derive(Debug, thiserror::Error)]
enum Told {
    #[error("{message} (SQLSTATE {})", code.code())]
    ByServer { code: SqlState, message: String },
    #[error("{0}")]
    OnTheWay(String),
}

impl From<&Error> for Told {
    fn from(error: &Error) -> Self {
        let Some(told) = error.as_db_error() else {
            return Self::OnTheWay(match error.source() {
                Some(cause) => format!("{error}: {cause}"),
                None => error.to_string(),
            });
        };
        let code = told.code().clone();
        // About invalid data, even the message repeats it.
        let message = if code.code().starts_with("22") { "invalid data" } else { told.message() };
        Self::ByServer { message: message.to_owned(), code }
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        let told = || EngineError::from(Told::from(&error));
        match error.code() {
            Some(code) if is_conflict(code) => Self::Again(told()),
            Some(code) if is_of_the_store(code) => Self::Store(told()),
            Some(_) => Self::Operation(told()),
            // What did not come from the server is about the connection, or about values that cannot be
            // converted, which no second try changes.
            None if error.is_closed() || is_io(&error) => Self::Store(told()),
            None => Self::Operation(told()),
        }
    }
}

/// Another transaction was in the way, so the same may succeed now. A row that exists is one of those:
/// it was inserted because it was not there, and is found the next time.
fn is_conflict(code: &SqlState) -> bool {
    [
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::UNIQUE_VIOLATION,
        SqlState::LOCK_NOT_AVAILABLE,
    ]
    .contains(code)
}

/// Returns whether a conflict was a row that exists.
pub(super) fn is_duplicate(error: &EngineError) -> bool {
    matches!(error.downcast_ref(), Some(Told::ByServer { code, .. }) if *code == SqlState::UNIQUE_VIOLATION)
}

/// Nothing can be recorded at the moment: the server stops, has no room, or only reads.
fn is_of_the_store(code: &SqlState) -> bool {
    ends_session(code)
        || *code == SqlState::READ_ONLY_SQL_TRANSACTION
        // Insufficient resources, connection exceptions, errors of the system.
        || ["53", "08", "58"].iter().any(|class| code.code().starts_with(class))
}

/// Returns whether the server ends the session with an error of this kind, so that the outcome of a COMMIT
/// that was under way is not known. A server that waits for its standby says so too when it is stopped.
pub(super) fn ends_session(code: &SqlState) -> bool {
    [
        SqlState::ADMIN_SHUTDOWN,
        SqlState::CRASH_SHUTDOWN,
        SqlState::CANNOT_CONNECT_NOW,
        SqlState::DATABASE_DROPPED,
        SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
    ]
    .contains(code)
}

fn is_io(error: &Error) -> bool {
    error.source().is_some_and(|cause| cause.is::<std::io::Error>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_exists_is_told_from_other_conflicts() {
        let told = |code: &SqlState| {
            EngineError::from(Told::ByServer { code: code.clone(), message: "in the way".to_owned() })
        };
        assert!(is_duplicate(&told(&SqlState::UNIQUE_VIOLATION)));
        assert!(!is_duplicate(&told(&SqlState::T_R_DEADLOCK_DETECTED)));
        assert_eq!(told(&SqlState::UNIQUE_VIOLATION).to_string(), "in the way (SQLSTATE 23505)");
    }
}
