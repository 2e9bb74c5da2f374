//! The port to a database: a transaction, as the verbs see it.
//!
//! It is synchronous and small, so that a verb is a plain function, and each engine
//! (`store/sqlite`, later PostgreSQL) implements these three methods and none of the verbs.

use std::ops::ControlFlow;

use super::failed::{Failed, Result};
use super::row::Row;
use super::value::Value;

/// A transaction, or a connection that only reads.
///
/// A statement is standard SQL with `?1`, `?2` …; see [`dialect`](super::dialect). Engines cache
/// prepared statements by their text, so frequent statements should be constants.
pub trait Tx {
    /// Passes the rows of a query to `each`, until it breaks.
    fn rows(&self, sql: &str, with: &[Value<'_>], each: RowCallback<'_>) -> Result<()>;

    /// Executes a change, and returns the number of affected rows.
    fn change(&self, sql: &str, with: &[Value<'_>]) -> Result<usize>;

    /// Executes a change by the COMMIT at the latest, without reporting the number of affected
    /// rows. An engine that is far from its database can send many of them at once.
    fn later(&self, sql: &str, with: &[Value<'_>]) -> Result<()> {
        self.change(sql, with).map(|_| ())
    }
}

/// The callback that receives the rows of a query, one after the other.
pub type RowCallback<'a> = &'a mut dyn FnMut(&mut Row<'_>) -> Result<ControlFlow<()>>;

impl dyn Tx + '_ {
    /// Returns the first row, if there is one.
    pub fn first<T>(
        &self,
        sql: &str,
        with: &[Value<'_>],
        read: impl FnOnce(&mut Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        let (mut read, mut found) = (Some(read), None);
        self.rows(sql, with, &mut |row| {
            if let Some(read) = read.take() {
                found = Some(read(row)?);
            }
            Ok(ControlFlow::Break(()))
        })?;
        Ok(found)
    }

    /// Returns the row of a query that always has one, such as a count.
    pub fn one<T>(
        &self,
        sql: &str,
        with: &[Value<'_>],
        read: impl FnOnce(&mut Row<'_>) -> Result<T>,
    ) -> Result<T> {
        self.first(sql, with, read)?
            .ok_or_else(|| Failed::Operation("no row where there is always one".into()))
    }

    /// Returns all rows.
    pub fn all<T>(
        &self,
        sql: &str,
        with: &[Value<'_>],
        mut read: impl FnMut(&mut Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut found = Vec::new();
        self.rows(sql, with, &mut |row| {
            found.push(read(row)?);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(found)
    }

    /// Returns whether a query has any row.
    pub fn has(&self, sql: &str, with: &[Value<'_>]) -> Result<bool> {
        self.first(sql, with, |_| Ok(())).map(|found| found.is_some())
    }
}
