//! A session whose statements take as long as they take.

use tokio_postgres::Error;
use tokio_postgres::types::FromSql;

use crate::store::copy::Problem;

use super::super::open_failed::OpenFailed;
use super::super::place::Place;
use super::super::session::Session;

/// What differs from other sessions. A lock that is not free soon is held by somebody who works.
const SETTINGS: &str = "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; \
    SET lock_timeout = '5s'; SET work_mem = '64MB'";

/// A session whose statements take as long as they take.
pub(super) struct Line {
    pub(super) session: Session,
}

impl Line {
    /// Connects.
    pub(super) fn open(place: &Place) -> Result<Self, OpenFailed> {
        let line = Self { session: Session::open(place)? };
        line.execute(SETTINGS)?;
        Ok(line)
    }

    /// Runs statements.
    pub(super) fn execute(&self, sql: &str) -> Result<(), Problem> {
        self.wait(self.session.wire.client.batch_execute(sql))
    }

    /// Asks for one value.
    pub(super) fn one<T: for<'a> FromSql<'a>>(&self, sql: &str) -> Result<T, Problem> {
        let row = self.wait(self.session.wire.client.query_one(sql, &[]))?;
        row.try_get(0).map_err(explain)
    }

    /// Waits for one statement, however long it takes.
    pub(super) fn wait<T>(&self, statement: impl Future<Output = Result<T, Error>>) -> Result<T, Problem> {
        self.session.wire.wait_long(statement).map_err(explain)
    }
}

/// What the server says, without the details, which may have values in them.
pub(super) fn explain(error: Error) -> Problem {
    match error.as_db_error() {
        Some(told) => Problem(told.message().to_owned()),
        None => Problem(error.to_string()),
    }
}

impl From<Problem> for OpenFailed {
    fn from(Problem(problem): Problem) -> Self {
        Self::Copy(problem)
    }
}

impl From<OpenFailed> for Problem {
    fn from(failed: OpenFailed) -> Self {
        Self(failed.to_string())
    }
}
