//! The two ends of a copy, as engines implement them.

use super::marks::{Copying, MovedTo};
use super::table::{Reading, Table};

/// Why one end of a copy cannot go on.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Problem(pub String);

impl From<String> for Problem {
    fn from(problem: String) -> Self {
        Self(problem)
    }
}

impl From<&str> for Problem {
    fn from(problem: &str) -> Self {
        Self(problem.to_owned())
    }
}

/// Takes a row.
pub type TakeTuple<'a> = &'a mut dyn FnMut(&[u8]) -> Result<(), Problem>;

/// Gives all rows of a table to whoever takes them.
pub type Feed<'a> = &'a mut dyn FnMut(TakeTuple<'_>) -> Result<(), Problem>;

/// A store that is copied. Everything is read as it was at one moment. While this exists nobody else writes to it,
/// unless it was opened beside a server for a backup. Nothing is changed unless [`Self::leave`] is called.
pub trait CopySource {
    /// Returns a fact of `meta`.
    fn fact(&mut self, key: &str) -> Result<Option<Vec<u8>>, Problem>;

    /// Returns the tables to copy, those that others refer to first.
    fn tables(&mut self) -> Result<Vec<Table>, Problem>;

    /// Returns how many rows a table has, read or not.
    fn count(&mut self, table: &Table) -> Result<u64, Problem>;

    /// Gives the rows of a table, in the order of its key.
    fn read(&mut self, table: &Table, reading: Reading, each: TakeTuple<'_>) -> Result<(), Problem>;

    /// Records where the store has moved to. From then on nobody starts on it.
    fn leave(&mut self, moved: &MovedTo) -> Result<(), Problem>;
}

/// A store that a copy fills. Nobody starts on it before [`Self::open_up`].
pub trait CopyTarget {
    /// Returns its tables.
    fn tables(&mut self) -> Result<Vec<Table>, Problem>;

    /// Fills a table.
    fn fill(&mut self, table: &Table, feed: Feed<'_>) -> Result<(), Problem>;

    /// Ends the filling, before what was filled is compared.
    fn settle(&mut self) -> Result<(), Problem>;

    /// Gives the rows of a table, in the order of its key.
    fn read(&mut self, table: &Table, each: TakeTuple<'_>) -> Result<(), Problem>;

    /// Changes what was filled, after it was compared: runs a statement that every engine understands.
    fn amend(&mut self, sql: &str) -> Result<(), Problem>;

    /// Records a fact, likewise.
    fn record(&mut self, key: &str, value: &[u8]) -> Result<(), Problem>;

    /// Makes everything durable, marked as `copying`.
    fn keep(&mut self, copying: &Copying) -> Result<(), Problem>;

    /// Lets everybody start on it.
    fn open_up(&mut self) -> Result<(), Problem>;
}
