//! A session whose statements take as long as they take.

use tokio_postgres::Error;
use tokio_postgres::types::FromSql;

use crate::store::copy::Problem;
use crate::store::sql::failed::{Failed, Result};

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
    pub(super) fn open(place: &Place) -> std::result::Result<Self, OpenFailed> {
        let line = Self { session: Session::open(place)? };
        line.execute(SETTINGS)?;
        Ok(line)
    }

    /// Runs statements.
    pub(super) fn execute(&self, sql: &str) -> Result<()> {
        self.wait(self.session.wire.client.batch_execute(sql))
    }

    /// Asks for one value.
    pub(super) fn one<T: for<'a> FromSql<'a>>(&self, sql: &str) -> Result<T> {
        let row = self.wait(self.session.wire.client.query_one(sql, &[]))?;
        Ok(row.try_get(0)?)
    }

    /// Waits for one statement, however long it takes.
    pub(super) fn wait<T>(&self, statement: impl Future<Output = Result<T, Error>>) -> Result<T> {
        self.session.wire.wait_long(statement)
    }
}

impl From<Failed> for Problem {
    fn from(failed: Failed) -> Self {
        Self(failed.to_string())
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
